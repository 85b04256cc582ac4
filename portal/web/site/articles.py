"""Home, categories, articles with their pictures, and where old addresses lead."""

from __future__ import annotations

from flask import redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from portal.content.media import media_type_of
from portal.domain.errors import NotFound
from portal.web.access import anyone
from portal.web.context import container, viewer
from portal.web.site import blueprint
from portal.web.site.trail import record_article_opened

#: Seconds for which browsers keep a picture without asking again.
MEDIA_MAX_AGE_SECONDS = 3_600
#: Moved for good.
MOVED = 301
#: A drawing opened by itself is a page of ours: it may style itself and do nothing else.
MEDIA_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


@blueprint.context_processor
def addresses() -> dict[str, object]:
    """Give the templates of this surface the address the site is known by, for canonical links."""
    return {"public_url": container().settings.public_url.rstrip("/")}


@blueprint.get("/")
@anyone
def home() -> str:
    """Show the search box, the categories and what others read."""
    return render_template("site/home.html", page=container().reading.home_page(viewer()))


@blueprint.get("/categories/<slug>")
@anyone
def category(slug: str) -> str:
    """Show the articles of a category."""
    return render_template("site/category.html", page=container().reading.category_page(slug, viewer()))


@blueprint.get("/articles/<slug>")
@anyone
def article(slug: str) -> str | Response:
    """Show an article, or lead on to where it is now."""
    page = container().reading.find_article_page(slug, viewer(), container().search.related)
    if page is None:
        return lead_on(request.path)
    record_article_opened(page.article.id)
    return render_template("site/article.html", page=page)


@blueprint.get("/media/<path:path>")
@anyone
def media(path: str) -> Response:
    """Send a picture of an article."""
    file = container().media.find(path)
    if file is None:
        raise NotFound(f"There is no picture “{path}”.")
    answer = send_file(file, mimetype=media_type_of(path), max_age=MEDIA_MAX_AGE_SECONDS)
    answer.headers["Content-Security-Policy"] = MEDIA_POLICY
    return answer


@blueprint.get("/<path:path>")
@anyone
def old_address(path: str) -> Response:
    """Lead from an address of a former help centre to the article that has its content now."""
    return lead_on(f"/{path}")


def lead_on(path: str) -> Response:
    """Lead on from an address that moved, with whatever was asked along.

    Raises:
        NotFound: If it leads nowhere for this viewer.
    """
    slug = container().reading.find_moved(path, viewer())
    if slug is None:
        raise NotFound(f"There is no page “{path}”.")
    query = request.query_string.decode("ascii", "replace")
    return redirect(url_for("site.article", slug=slug) + (f"?{query}" if query else ""), code=MOVED)
