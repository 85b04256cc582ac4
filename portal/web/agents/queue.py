"""The agents' queue: who waits, the most pressing first."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar

from flask import render_template, request

from portal.domain.conversations import Channel
from portal.domain.queue import QueueWish, RequestFilter, RequestOrder
from portal.domain.users import Role
from portal.web.access import role_required
from portal.web.agents import blueprint
from portal.web.context import container, viewer

Choice = TypeVar("Choice", bound=StrEnum)


@blueprint.get("")
@role_required(Role.AGENT)
def requests() -> str:
    """List requests; without a choice those that wait for us, the most pressing first."""
    page = container().queue.page(_wish(), viewer(), request.args.get("page", 1, type=int))
    return render_template("agents/queue.html", page=page, wish=page.wish)


def _wish() -> QueueWish:
    """Read what is wished for; whoever looks for somebody looks among all requests unless they chose a list."""
    text, show = request.args.get("find", ""), request.args.get("show", "")
    usual = RequestFilter.ALL if text.strip() else RequestFilter.NEEDS_REPLY
    return QueueWish(
        chosen=_choice(usual, show),
        order=_choice(RequestOrder.PRESSING, request.args.get("order", "")),
        channel=next((each for each in Channel if each == request.args.get("channel", "")), None),
        text=text,
    )


def _choice(default: Choice, text: str) -> Choice:
    """Read a choice from an address; whatever is none is the default."""
    kind = type(default)
    return kind(text) if text in set(kind) else default
