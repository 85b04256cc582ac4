"""Open pages are told what is new: by server-sent events, or by asking again and again where these cannot be had.

Both speak the same JSON. A stream sends these events, each only when there is something new:

    message   one for each message, with its number as the event's id:
              {"id": 12, "key": "9f…", "kind": "message" | "event" | "note", "author": "customer" | "agent" | "system",
               "name": "Amber Vale", "at": "2026-11-17T11:00:00+00:00", "html": "<li class=\"message …\">…</li>"}
              `key` is the form key it was sent with; `html` is ready to be shown.
    people    who else is there: [{"who": "agent:3", "name": "Amber Vale", "typing": true}]
    state     {"state": "open", "chatting": true}
    desk      whenever the queue has changed:
              {"needs_reply": 3, "unassigned": 1, "urgent": 0, "chats": 1, "newest": "R-7KQ2M4", "at_desk": ["Amber"]}
    gone      {}: the page may not be read any more; do not come back

A stream ends by itself after some minutes; browsers come back with the header `Last-Event-ID`. Where no place is free
it answers 503, and the page asks for `…/messages?after=12` instead:

    {"messages": [as above], "people": [as above], "state": {as above}, "wait_seconds": 3}

A message sent by a script is answered with `{"message": as above}`; it is stored once, however often it is sent with
one `form_key`. Signs of life are forms by POST to `…/presence` with the fields `typing` and `left`, either of them `1`
or absent, sent every `BEAT_SECONDS` while a page is open; the answer is 204. Scripts send `Accept: application/json`,
so that errors are JSON too, and the form token as the field `csrf_token` or the header `X-CSRFToken`.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, cast

from flask import Flask, Response, current_app, jsonify, render_template, request, session
from flask_babel import gettext as _

from portal.domain.errors import NotAllowed, PortalError
from portal.domain.live import BEAT_SECONDS
from portal.domain.request_pages import ShownMessage
from portal.domain.users import Role, Viewer, has_role
from portal.services.chat import DeskNews, News
from portal.services.live import LiveChanges
from portal.web.auth import load_session_user
from portal.web.context import container
from portal.web.security import SIGNED_IN

#: A stream ends after so long, so that none is for ever; its browser comes back at once.
STREAM_SECONDS = 300
#: A browser that lost its stream comes back after this, in milliseconds.
RETRY_MS = 1_500
#: A page without a stream asks again after this, in seconds.
POLL_SECONDS = 3
#: A page that found no free place looks for one again after this, in seconds.
NO_PLACE_SECONDS = 60
#: Largest number of a message that is taken from an address.
MAX_NUMBER = 2**53

NO_STORE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow"}


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveEvent:
    """One thing to tell a page; `id` is empty for what need not be told again."""

    name: str
    data: object
    id: str = ""

    def __str__(self) -> str:
        """Write it as a stream carries it."""
        number = f"id: {self.id}\n" if self.id else ""
        return f"{number}event: {self.name}\ndata: {json.dumps(self.data, ensure_ascii=False)}\n\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What one look found: events to send, and when to look again without a signal, in seconds."""

    events: tuple[LiveEvent, ...]
    look_again_seconds: float = BEAT_SECONDS


#: Looks for what is new since it looked last; raises a `PortalError` when the page may not be read any more. It is told
#: whether something has changed, or only the time has come to look again.
Look = Callable[[bool], Told]


class ConversationLook:
    """Looks for what is new in one conversation, for one page.

    Args:
        find: Returns the news after a message's number.
        template: Renders one message as this page shows it.
        check: Raises when the reader may not read any more.
    """

    def __init__(
        self, find: Callable[[int], News], template: str, *, after: int, check: Callable[[], None] | None = None
    ) -> None:
        self._find = find
        self._template = template
        self._after = after
        self._check = check or (lambda: None)
        self._known: dict[str, object] = {}

    def __call__(self, _changed: bool) -> Told:
        """Return what is new since the last look."""
        self._check()
        news = self._find(self._after)
        self._after = max((message.id for message in news.messages), default=self._after)
        messages = tuple(
            LiveEvent(name="message", data=message_json(message, self._template), id=str(message.id))
            for message in news.messages
        )
        return Told(events=(*messages, *self._changed(news)), look_again_seconds=news.look_again_seconds)

    def _changed(self, news: News) -> Iterator[LiveEvent]:
        for name, data in (("people", people_json(news)), ("state", state_json(news))):
            if self._known.get(name) != data:
                self._known[name] = data
                yield LiveEvent(name=name, data=data)


class DeskLook:
    """Looks for what is new at the agents' desk."""

    def __init__(self, check: Callable[[], None]) -> None:
        self._check = check
        self._known: object = None

    def __call__(self, changed: bool) -> Told:
        """Return the counts; when the queue has changed, even where they are the same."""
        self._check()
        data = desk_json(container().chat.desk_news())
        if not changed and data == self._known:
            return Told(events=())
        self._known = data
        return Told(events=(LiveEvent(name="desk", data=data),))


def live_stream(topics: Iterable[str], look: Look, *, place: str) -> Response:
    """Answer with a stream of what `look` finds whenever one of the topics changes.

    Args:
        place: Whose place it takes; nobody has more than a few.
    """
    if container().live.closing or not container().live_places.take(place):
        return _no_place()
    stream = _run(container().live, tuple(topics), _within_request(look))
    response = Response(stream, mimetype="text/event-stream")
    places = container().live_places
    response.call_on_close(lambda: places.give_back(place))
    response.headers.update(NO_STORE)
    response.headers["X-Accel-Buffering"] = "no"  # a proxy must pass each event on at once
    return response


def live_answer(news: News, template: str) -> Response:
    """Answer a page that asks instead of listening."""
    response = jsonify(
        {
            "messages": [message_json(message, template) for message in news.messages],
            "people": people_json(news),
            "state": state_json(news),
            "wait_seconds": POLL_SECONDS,
        }
    )
    response.headers.update(NO_STORE)
    return response


def live_message(message: ShownMessage, template: str) -> Response:
    """Answer a script that sent a message with the message as it is stored."""
    response = jsonify({"message": message_json(message, template)})
    response.headers.update(NO_STORE)
    return response


def presence_noted() -> Response:
    """Answer a sign of life."""
    container().live.nudge()
    return Response(status=204, headers={"Cache-Control": "no-store"})


def after_number() -> int:
    """Return the number of the last message that the page has, as it says; 0 when it has none."""
    for text in (request.headers.get("Last-Event-ID", ""), request.args.get("after", "")):
        if text.isascii() and text.isdigit():
            return min(int(text[:20]), MAX_NUMBER)
    return 0


def still_has_role(role: Role) -> Callable[[], None]:
    """Return a check of the present session that can be repeated after the request: it raises `NotAllowed`."""
    session_id = str(session.get(SIGNED_IN, ""))

    def check() -> None:
        person = load_session_user(session_id)
        if person is None or not has_role(Viewer(role=person.user.role), role):
            raise NotAllowed("Your account may not read this any more.")

    return check


def message_json(message: ShownMessage, template: str) -> dict[str, Any]:
    """Return a message as pages take it."""
    return {
        "id": message.id,
        "key": message.key,
        "kind": message.kind.value,
        "author": message.author_kind.value,
        "name": message.author_name,
        "at": message.at.isoformat(),
        "html": render_template(template, message=message),
    }


def people_json(news: News) -> list[dict[str, Any]]:
    """Return who else is there."""
    return [{"who": person.who, "name": person.name, "typing": person.typing} for person in news.people]


def state_json(news: News) -> dict[str, Any]:
    """Return where the conversation stands."""
    return {"state": news.state.value, "chatting": news.chatting}


def desk_json(news: DeskNews) -> dict[str, Any]:
    """Return how busy the desk is."""
    return {
        "needs_reply": news.needs_reply,
        "unassigned": news.unassigned,
        "urgent": news.urgent,
        "chats": news.chats,
        "newest": news.newest,
        "at_desk": list(news.at_desk),
    }


def _within_request(look: Look) -> Look:
    """Have each look made within the request that asked for the stream, and nothing of it held in between."""
    app, environ = cast(Flask, current_app._get_current_object()), request.environ  # type: ignore[attr-defined]

    def looked(changed: bool) -> Told:
        with app.request_context(environ):
            return look(changed)

    return looked


def _run(live: LiveChanges, topics: tuple[str, ...], look: Look) -> Iterator[str]:
    """Send what is new until the page is left, the time is over or access is lost."""
    ends, changed = time.monotonic() + STREAM_SECONDS, True
    yield f"retry: {RETRY_MS}\n\n"
    with live.follow(topics) as changes:
        while time.monotonic() < ends and not live.closing:
            try:
                told = look(changed)
            except PortalError:
                yield str(LiveEvent(name="gone", data={}))
                return
            yield "".join(map(str, told.events)) or ": beat\n\n"
            changed = changes.wait(min(told.look_again_seconds, BEAT_SECONDS))


def _no_place() -> Response:
    response = jsonify({"error": {"status": 503, "title": _("No place is free right now"), "message": ""}})
    response.status_code = 503
    response.headers.update({**NO_STORE, "Retry-After": str(NO_PLACE_SECONDS)})
    return response
