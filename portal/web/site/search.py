"""Searching, and suggestions while a query is typed."""

from __future__ import annotations

from flask import Response, jsonify, render_template, request

from portal.domain.explanations import ExplanationWish
from portal.domain.searches import Surface
from portal.domain.users import Role, has_role
from portal.web.access import anyone
from portal.web.context import container, journey_id, viewer
from portal.web.limits import RateLimit, limited
from portal.web.site import blueprint
from portal.web.site.trail import trail_url

#: How long a browser may show the same suggestions for the same letters, in seconds.
SUGGESTIONS_FRESH_SECONDS = 60


@blueprint.get("/search")
@anyone
@limited(RateLimit.SEARCH)
def search() -> str:
    """Show what was found, or lead to a human; those who work here are shown why, too."""
    asked = request.args.get("q", "")
    who = viewer()
    page = container().search.search(
        asked,
        who,
        journey_id=journey_id() if asked.strip() else "",
        surface=Surface.AGENTS if has_role(who, Role.AGENT) else Surface.SITE,
        why=ExplanationWish(reader=who, article=request.args.get("why", "")),
    )
    return render_template("site/search.html", page=page)


@blueprint.get("/suggest")
@anyone
@limited(RateLimit.SUGGEST)
def suggest() -> Response:
    """Complete what is being typed, each with what it is; an empty list on any trouble."""
    found = container().search.suggest(request.args.get("q", ""), viewer())
    shown = [{"text": each.text, "url": trail_url(each.url, ""), "kind": each.kind.value} for each in found]
    answer = jsonify({"suggestions": shown})
    answer.headers["Cache-Control"] = f"private, max-age={SUGGESTIONS_FRESH_SECONDS}"
    answer.vary.add("Cookie")
    return answer
