"""Was this helpful? Two buttons below an article; after a no, a reason, and a human in front."""

from __future__ import annotations

from flask import redirect, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.domain.errors import InvalidInput
from portal.domain.shown_hits import article_url
from portal.domain.votes import Vote
from portal.web.access import anyone
from portal.web.context import container, journey_id, viewer
from portal.web.forms.votes import VoteForm
from portal.web.limits import RateLimit, limited
from portal.web.site import blueprint

#: Argument of an article's address that says how far its vote has come.
VOTED = "voted"


@blueprint.post("/articles/<slug>/vote")
@anyone
@limited(RateLimit.VOTE)
def vote(slug: str) -> Response:
    """Store a vote and lead back to the article, where the answer stands in the place of the question."""
    form = VoteForm()
    if not form.validate_on_submit():
        raise InvalidInput(_("That vote could not be read. Please choose yes or no again."), field="helpful")
    stored = container().votes.vote(slug, viewer(), journey_id(), form.opinion())
    return redirect(f"{request.script_root}{article_url(slug)}?{VOTED}={_step(stored)}#vote", code=303)


@blueprint.app_context_processor
def vote_context() -> dict[str, object]:
    """Give the part below an article what it shows: its form, and how far the vote has come."""
    return {"vote_form": lambda: VoteForm(formdata=None), "voted": request.args.get(VOTED, "")}


def _step(vote: Vote) -> str:
    """Say how far a vote has come: a bare no is asked for its reason."""
    if vote.helpful:
        return "yes"
    return "thanks" if vote.reason or vote.comment else "no"
