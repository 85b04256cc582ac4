"""What agents' open pages are told at once: the queue, and each request. `portal/web/live_stream.py` has the shapes."""

from __future__ import annotations

from functools import partial

from flask import Response, request

from portal.domain.live import DESK
from portal.domain.users import Role
from portal.web.access import role_required
from portal.web.agents import blueprint
from portal.web.context import container, viewer
from portal.web.live_stream import (
    ConversationLook,
    DeskLook,
    after_number,
    live_answer,
    live_stream,
    presence_noted,
    still_has_role,
)

MESSAGE = "agents/_live_message.html"


@blueprint.get("/events")
@role_required(Role.AGENT)
def desk_events() -> Response:
    """Tell whenever the queue changes."""
    return live_stream((DESK,), DeskLook(still_has_role(Role.AGENT)), place=_place())


@blueprint.get("/requests/<reference>/events")
@role_required(Role.AGENT)
def request_events(reference: str) -> Response:
    """Tell what is new in a request."""
    find, after = partial(container().chat.agent_news, reference, viewer()), after_number()
    look = ConversationLook(find, MESSAGE, after=after, check=still_has_role(Role.AGENT))
    return live_stream((find(after).topic,), look, place=_place())


@blueprint.get("/requests/<reference>/messages")
@role_required(Role.AGENT)
def request_messages(reference: str) -> Response:
    """Say what is new in a request, to a page that has no stream."""
    return live_answer(container().chat.agent_news(reference, viewer(), after_number()), MESSAGE)


@blueprint.post("/requests/<reference>/presence")
@role_required(Role.AGENT)
def request_presence(reference: str) -> Response:
    """Note that an agent has a request open, is typing, or went away."""
    typing, left = request.form.get("typing") == "1", request.form.get("left") == "1"
    container().chat.see_agent(reference, viewer(), typing=typing, left=left)
    return presence_noted()


def _place() -> str:
    return f"agent {viewer().user_id}"
