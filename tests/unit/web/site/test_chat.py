"""What a customer's open request is told, and that nobody else's is."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.container import Container
from portal.domain.clock import FrozenClock
from portal.domain.conversations import AuthorKind, Channel, Conversation, MessageKind, NewMessage
from portal.domain.live import PRESENT_FOR
from portal.domain.users import Viewer
from portal.settings import Settings
from tests.cast import Cast, Person
from tests.conversation_builders import NOW, new_conversation

SignIn = Callable[[FlaskClient, Person], None]
AS_SCRIPT = {"Accept": "application/json"}
KEY = "ab" * 16


@pytest.fixture
def conversation(container: Container) -> Conversation:
    """A chat of somebody who is not signed in."""
    with container.database.work() as work:
        return work.conversations.add(new_conversation(2, channel=Channel.CHAT))


@pytest.fixture
def link(container: Container, conversation: Conversation) -> str:
    """Its private link."""
    return f"/requests/{container.private_links.token(conversation)}"


def agent_says(container: Container, conversation: Conversation, body: str, kind: MessageKind) -> None:
    with container.database.work() as work:
        new = NewMessage(
            form_key=body,
            author_kind=AuthorKind.AGENT,
            author_id=2,
            author_name="Ben Okafor",
            body=body,
            at=NOW,
            kind=kind,
        )
        work.conversations.add_message(conversation.id, new)


def events(text: str) -> list[tuple[str, object]]:
    """The events of a stream as pairs of name and data."""
    blocks = [dict(line.split(": ", 1) for line in block.splitlines()) for block in text.strip().split("\n\n")]
    return [(block["event"], json.loads(block["data"])) for block in blocks]


def test_a_stream_tells_what_is_there_and_what_comes(
    client: FlaskClient, container: Container, conversation: Conversation, link: str
) -> None:
    response = client.get(f"{link}/events")
    assert response.mimetype == "text/event-stream"
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Accel-Buffering"] == "no"
    parts = iter(response.response)
    assert next(parts).startswith(b"retry: ")
    names = [name for name, _ in events(next(parts).decode())]
    assert names == ["message", "people", "state"]
    agent_says(container, conversation, "Please **reset** it.", MessageKind.MESSAGE)
    container.live.nudge()
    ((name, message),) = events(next(parts).decode())
    assert name == "message"
    assert isinstance(message, dict)
    assert "<strong>reset</strong>" in message["html"]
    response.close()
    assert container.live_places.count() == 0


def test_notes_never_reach_a_customer(
    client: FlaskClient, container: Container, conversation: Conversation, link: str
) -> None:
    agent_says(container, conversation, "He sounds cross", MessageKind.NOTE)
    agent_says(container, conversation, "Hello", MessageKind.MESSAGE)
    answer = client.get(f"{link}/messages").get_data(as_text=True)
    assert "Hello" in answer
    assert "cross" not in answer
    assert "cross" not in client.get(link).get_data(as_text=True)


def test_a_page_is_told_only_what_it_does_not_have(
    client: FlaskClient, container: Container, conversation: Conversation, link: str
) -> None:
    agent_says(container, conversation, "Hello", MessageKind.MESSAGE)
    first, second = client.get(f"{link}/messages").json["messages"]  # type: ignore[index]
    later = client.get(f"{link}/messages?after={first['id']}").json
    assert [message["id"] for message in (later or {})["messages"]] == [second["id"]]
    assert later is not None
    assert later["wait_seconds"] > 0
    told = client.get(f"{link}/messages", headers={"Last-Event-ID": str(second["id"])}).json
    assert told is not None
    assert told["messages"] == []


@pytest.mark.parametrize("after", ["-1", "x", "9" * 400, "1e3", "٣", ""])
def test_a_number_that_is_none_does_no_harm(client: FlaskClient, link: str, after: str) -> None:
    assert client.get(f"{link}/messages", query_string={"after": after}).status_code == 200


@pytest.mark.parametrize("door", ["events", "messages", "presence"])
def test_forged_expired_and_revoked_links_find_nothing(
    strict_app: Flask, container: Container, clock: FrozenClock, conversation: Conversation, link: str, door: str
) -> None:
    strict_app.config["WTF_CSRF_ENABLED"] = False
    client = strict_app.test_client()

    def status(address: str) -> int:
        method = "POST" if door == "presence" else "GET"
        response = client.open(f"{address}/{door}", method=method, headers=AS_SCRIPT)
        response.close()
        return response.status_code

    assert status(link) in (200, 204)
    assert status(f"{link}x") == 404
    assert status(link.replace("R-222222", "R-222223")) == 404
    assert status("/requests/R-222222") == 404
    container.desk.revoke_links(conversation.reference)
    assert status(link) == 404
    with container.database.read() as work:
        fresh = f"/requests/{container.private_links.token(work.conversations.get(conversation.id))}"
    assert status(fresh) in (200, 204)
    clock.move(timedelta(days=91))
    assert status(fresh) == 404


def test_another_customers_request_is_not_told(
    strict_app: Flask, container: Container, cast: Cast, sign_in: SignIn
) -> None:
    with container.database.work() as work:
        mine = work.conversations.add(new_conversation(3, user_id=cast.ada.user.id))
        others = work.conversations.add(new_conversation(4, user_id=cast.ben.user.id))
    client = strict_app.test_client()
    sign_in(client, cast.ada)
    assert client.get(f"/requests/{mine.reference}/messages", headers=AS_SCRIPT).status_code == 200
    assert client.get(f"/requests/{others.reference}/messages", headers=AS_SCRIPT).status_code == 404
    assert client.get(f"/requests/{others.reference}/events", headers=AS_SCRIPT).status_code == 404


def test_a_link_revoked_while_the_page_is_open_ends_its_stream(
    client: FlaskClient, container: Container, conversation: Conversation, link: str
) -> None:
    response = client.get(f"{link}/events")
    parts = iter(response.response)
    next(parts), next(parts)
    container.desk.revoke_links(conversation.reference)
    agent_says(container, conversation, "For other eyes", MessageKind.MESSAGE)
    container.live.nudge()
    assert next(parts) == b"event: gone\ndata: {}\n\n"
    assert list(parts) == []
    response.close()


def test_streams_end_when_the_server_does(client: FlaskClient, container: Container, link: str) -> None:
    response = client.get(f"{link}/events")
    parts = iter(response.response)
    next(parts), next(parts)
    container.live.close()
    assert list(parts) == []
    response.close()
    assert client.get(f"{link}/events").status_code == 503


def test_without_a_free_place_the_page_is_told_to_ask(app: Flask, container: Container, link: str) -> None:
    client = app.test_client()
    held = [client.get(f"{link}/events") for _ in range(8)]
    refused = client.get(f"{link}/events")
    assert refused.status_code == 503
    assert int(refused.headers["Retry-After"]) > 0
    assert client.get(f"{link}/messages").status_code == 200
    for response in held:
        response.close()
    again = client.get(f"{link}/events")
    assert again.status_code == 200
    again.close()


def test_no_page_is_held_where_no_place_is_set(settings: Settings, container: Container) -> None:
    none = Container(settings.model_copy(update={"live_pages": 0}))
    assert not none.live_places.take("anybody")


def test_who_is_there_and_types_is_told(
    client: FlaskClient, container: Container, clock: FrozenClock, conversation: Conversation, link: str
) -> None:
    def people() -> list[dict[str, object]]:
        news = container.chat.agent_news(conversation.reference, Viewer(user_id=2), 0)
        return [{"who": each.who, "name": each.name, "typing": each.typing} for each in news.people]

    assert client.post(f"{link}/presence", data={"typing": "1"}).status_code == 204
    assert people() == [{"who": "customer", "name": "Ada Berg", "typing": True}]
    client.post(link, data={"message": "Here it is", "form_key": KEY}, headers=AS_SCRIPT)
    assert people() == [{"who": "customer", "name": "Ada Berg", "typing": False}]
    client.post(f"{link}/presence", data={"left": "1"})
    assert people() == []
    client.post(f"{link}/presence")
    assert len(people()) == 1
    clock.move(PRESENT_FOR + timedelta(seconds=1))
    assert people() == []


def test_a_message_sent_twice_by_the_page_is_one(client: FlaskClient, container: Container, link: str) -> None:
    answers = [client.post(link, data={"message": "Hi", "form_key": KEY}, headers=AS_SCRIPT).json for _ in range(2)]
    first, second = ((answer or {})["message"] for answer in answers)
    assert first["id"] == second["id"]
    assert first["key"] == KEY
    messages = client.get(f"{link}/messages").json["messages"]  # type: ignore[index]
    assert [message["key"] for message in messages].count(KEY) == 1


@pytest.mark.parametrize("text", ["", " \x00 ", "x" * 20_001, "x" * 100_000])
def test_a_text_that_cannot_be_taken_is_refused_with_words(client: FlaskClient, link: str, text: str) -> None:
    response = client.post(link, data={"message": text, "form_key": KEY}, headers=AS_SCRIPT)
    assert response.status_code == 400
    assert (response.json or {})["error"]["message"]
    assert len((client.get(f"{link}/messages").json or {})["messages"]) == 1


@pytest.mark.parametrize("text", ["x" * 20_000, "a\x00b", "<script>alert(1)</script>", "שלום 😀"])
def test_unusual_texts_are_taken_and_shown_as_text(client: FlaskClient, link: str, text: str) -> None:
    response = client.post(link, data={"message": text, "form_key": KEY}, headers=AS_SCRIPT)
    assert response.status_code == 200
    html = (response.json or {})["message"]["html"]
    assert "<script>" not in html
    assert html.startswith("<li ")


def test_the_page_needs_its_form_token_to_speak(strict_app: Flask, link: str) -> None:
    client = strict_app.test_client()
    for address in (link, f"{link}/presence"):
        response = client.post(address, data={"message": "Hi", "form_key": KEY}, headers=AS_SCRIPT)
        assert response.status_code == 400
