"""What agents' open pages are told, and that nobody else is."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.container import Container
from portal.domain.conversations import AuthorKind, Channel, MessageKind, NewMessage
from portal.domain.users import Role, Viewer
from tests.cast import Cast
from tests.conversation_builders import NOW, new_conversation

SignIn = Callable[[FlaskClient, object], None]
REFERENCE = "R-222222"


@pytest.fixture
def agent(app: Flask, container: Container, cast: Cast, sign_in: SignIn) -> FlaskClient:
    """Ben's browser, and a chat that waits for him."""
    with container.database.work() as work:
        work.conversations.add(new_conversation(2, channel=Channel.CHAT, urgent=True))
    client = app.test_client()
    sign_in(client, cast.ben)
    return client


def note(container: Container) -> None:
    with container.database.work() as work:
        conversation = work.conversations.get_by_reference(REFERENCE)
        new = NewMessage(
            form_key="n",
            author_kind=AuthorKind.AGENT,
            author_id=2,
            author_name="Ben Okafor",
            body="Looks **tired**",
            at=NOW,
            kind=MessageKind.NOTE,
        )
        work.conversations.add_message(conversation.id, new)


def test_the_desk_tells_how_busy_it_is(agent: FlaskClient) -> None:
    response = agent.get("/agents/events")
    assert response.mimetype == "text/event-stream"
    parts = iter(response.response)
    assert next(parts).startswith(b"retry: ")
    event = next(parts).decode()
    assert event.startswith("event: desk\n")
    told = json.loads(event.split("data: ")[1])
    assert told == {
        "needs_reply": 1,
        "unassigned": 1,
        "urgent": 1,
        "chats": 1,
        "newest": REFERENCE,
        "at_desk": [],
    }
    response.close()


def test_a_request_tells_messages_and_notes(agent: FlaskClient, container: Container) -> None:
    note(container)
    answer = agent.get(f"/agents/requests/{REFERENCE}/messages").json
    assert answer is not None
    first, second = answer["messages"]
    assert (first["author"], first["kind"], second["kind"]) == ("customer", "message", "note")
    assert "<strong>tired</strong>" in second["html"]
    assert answer["state"] == {"state": "new", "chatting": True}
    later = agent.get(f"/agents/requests/{REFERENCE}/messages?after={first['id']}").json
    assert [message["id"] for message in (later or {})["messages"]] == [second["id"]]


def test_a_stream_goes_on_after_the_last_message_the_page_has(agent: FlaskClient, container: Container) -> None:
    note(container)
    first = agent.get(f"/agents/requests/{REFERENCE}/messages").json["messages"][0]  # type: ignore[index]
    response = agent.get(f"/agents/requests/{REFERENCE}/events", headers={"Last-Event-ID": str(first["id"])})
    parts = iter(response.response)
    next(parts)
    told = next(parts).decode()
    assert told.count("event: message") == 1
    assert '"kind": "note"' in told
    response.close()


def test_a_role_taken_away_ends_the_stream_and_refuses_the_next(
    agent: FlaskClient, container: Container, cast: Cast
) -> None:
    response = agent.get(f"/agents/requests/{REFERENCE}/events")
    parts = iter(response.response)
    next(parts), next(parts)
    container.people.set_role(cast.ben.user.email, Role.CUSTOMER)
    note(container)
    container.live.nudge()
    assert next(parts) == b"event: gone\ndata: {}\n\n"
    assert list(parts) == []
    response.close()
    assert container.live_places.count() == 0
    assert agent.get(f"/agents/requests/{REFERENCE}/messages").status_code == 403


def test_signs_of_life_are_noted_and_told_to_the_customer(agent: FlaskClient, container: Container) -> None:
    assert agent.post(f"/agents/requests/{REFERENCE}/presence", data={"typing": "1"}).status_code == 204
    with container.database.read() as work:
        conversation = work.conversations.get_by_reference(REFERENCE)
    key = container.private_links.token(conversation)
    (ben,) = container.chat.customer_news(key, Viewer(), 0).people
    assert (ben.name, ben.typing) == ("Ben Okafor", True)
    agent.post(f"/agents/requests/{REFERENCE}/presence", data={"left": "1"})
    assert container.chat.customer_news(key, Viewer(), 0).people == ()
