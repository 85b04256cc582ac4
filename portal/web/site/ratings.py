"""How was it? Asked on a solved request, and from the mail that tells so.

Opening the link stores nothing: mail programs follow links before people do. One button does.
"""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from portal.domain.ratings import Rating, RatingPage, parse_score
from portal.web.access import anyone
from portal.web.context import container, viewer
from portal.web.forms.ratings import RatingForm
from portal.web.limits import RateLimit, limited
from portal.web.private_pages import private_page
from portal.web.site import blueprint


@blueprint.get("/requests/<key>/rate")
@anyone
def rate(key: str) -> Response:
    """Ask how it was, with the answer of the link chosen already."""
    page = container().ratings.page(key, viewer())
    chosen = parse_score(request.args.get("score", ""))
    given = page.given
    form = RatingForm(
        formdata=None,
        score=chosen.word if chosen else given.score.word if given else None,
        words=given.words if given else "",
        article=given.article_id if given else "",
    )
    return _page(page, form)


@blueprint.post("/requests/<key>/rate")
@anyone
@limited(RateLimit.VOTE)
def store_rating(key: str) -> BaseResponse:
    """Store how it was, in the place of what was said before."""
    form, page = RatingForm(), container().ratings.page(key, viewer())
    form.offer(page)
    score = parse_score(form.score.data or "")
    if not form.validate() or score is None or not page.may_rate:
        return _page(page, form)
    container().ratings.rate(
        key, viewer(), score=score, words=form.words.data or "", article_id=form.article.data or ""
    )
    flash(_("Thank you. What you said is read by the people who answered you."), "success")
    return redirect(url_for("site.request_page", key=key), code=303)


@blueprint.app_context_processor
def rating_context() -> dict[str, object]:
    """Give the pages of a request what they ask and show: `rating_of(key)`, and for agents `rating_given(number)`."""

    def rating_of(key: str) -> RatingPage:
        return container().ratings.page(key, viewer())

    def rating_given(conversation_id: int) -> Rating | None:
        return container().ratings.given(conversation_id)

    return {"rating_of": rating_of, "rating_given": rating_given}


def _page(page: RatingPage, form: RatingForm) -> Response:
    form.offer(page)
    return private_page(render_template("site/rate.html", page=page, form=form))
