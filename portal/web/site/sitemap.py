"""What search engines may find: public articles and nothing else, whoever asks."""

from __future__ import annotations

from flask import Response, render_template, url_for

from portal.web.access import anyone
from portal.web.context import container
from portal.web.site import blueprint

#: Seconds for which a search engine need not ask again.
MAX_AGE_SECONDS = 3_600


@blueprint.get("/sitemap.xml")
@anyone
def sitemap() -> Response:
    """List the home page and all public articles."""
    public_url = container().settings.public_url.rstrip("/")
    text = render_template("site/sitemap.xml", public_url=public_url, articles=container().reading.list_sitemap())
    return _plain(text, "application/xml")


@blueprint.get("/robots.txt")
@anyone
def robots() -> Response:
    """Keep search engines out of results, forms and work places."""
    public_url = container().settings.public_url.rstrip("/")
    text = render_template("site/robots.txt", sitemap_url=public_url + url_for("site.sitemap"))
    return _plain(text, "text/plain")


def _plain(text: str, media_type: str) -> Response:
    answer = Response(text, mimetype=media_type)
    answer.headers["Cache-Control"] = f"public, max-age={MAX_AGE_SECONDS}"
    return answer
