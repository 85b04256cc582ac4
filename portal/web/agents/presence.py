"""Agents' open pages tell that somebody is there; a switch says whether they take chats."""

from __future__ import annotations

from flask import Response, flash, jsonify, redirect, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from portal.domain.live import BEAT_SECONDS
from portal.domain.users import Role
from portal.web.access import role_required
from portal.web.agents import blueprint
from portal.web.context import container, viewer
from portal.web.return_to import safe_path


@blueprint.post("/presence")
@role_required(Role.AGENT)
def beat() -> Response:
    """Note that an agent's page is open, and say who waits; pages send it every `BEAT_SECONDS`."""
    available = container().presence.beat(viewer())
    container().live.nudge()
    desk = container().chat.desk_news()
    return jsonify(
        {"available": available, "next_seconds": BEAT_SECONDS, "needs_reply": desk.needs_reply, "urgent": desk.urgent}
    )


@blueprint.post("/availability")
@role_required(Role.AGENT)
def choose_availability() -> BaseResponse:
    """Remember whether the agent takes chats, and lead back to where they were."""
    available = request.form.get("available") == "yes"
    container().presence.choose(viewer(), available=available)
    container().live.nudge()
    flash(_("You are available for chat.") if available else _("You are away: no new chats reach you."), "success")
    return redirect(request.script_root + (safe_path(request.form.get("back", "")) or "/agents"), code=303)


@blueprint.app_context_processor
def presence_context() -> dict[str, object]:
    """Give agents' pages what the switch shows."""
    return {"takes_chats": lambda: container().presence.takes_chats(viewer()), "beat_seconds": BEAT_SECONDS}
