"""What a customer's open request is told at once. The shapes are in `portal/web/live_stream.py`."""

from __future__ import annotations

from functools import partial

from flask import Response, request

from portal.web.access import anyone
from portal.web.context import container, viewer
from portal.web.limits import RateLimit, limited
from portal.web.live_stream import ConversationLook, after_number, live_answer, live_stream, presence_noted
from portal.web.site import blueprint

MESSAGE = "site/_live_message.html"


@blueprint.get("/requests/<key>/events")
@anyone
@limited(RateLimit.LIVE)
def request_events(key: str) -> Response:
    """Tell what is new in a request; whether its link still holds is looked at again and again."""
    find, after = partial(container().chat.customer_news, key, viewer()), after_number()
    news = find(after)
    return live_stream((news.topic,), ConversationLook(find, MESSAGE, after=after), place=f"request {news.reference}")


@blueprint.get("/requests/<key>/messages")
@anyone
@limited(RateLimit.LIVE)
def request_messages(key: str) -> Response:
    """Say what is new in a request, to a page that has no stream."""
    return live_answer(container().chat.customer_news(key, viewer(), after_number()), MESSAGE)


@blueprint.post("/requests/<key>/presence")
@anyone
@limited(RateLimit.LIVE)
def request_presence(key: str) -> Response:
    """Note that a customer has their request open, is typing, or went away."""
    typing, left = request.form.get("typing") == "1", request.form.get("left") == "1"
    container().chat.see_customer(key, viewer(), typing=typing, left=left)
    return presence_noted()
