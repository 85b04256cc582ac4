"""A customer's requests: nobody else's eyes, and nothing said twice."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.container import Container
from portal.domain.clock import FrozenClock
from portal.domain.conversations import Conversation, ConversationState
from portal.domain.users import Viewer
from tests.cast import Cast, Person
from tests.conversation_builders import new_conversation

SignIn = Callable[[FlaskClient, Person], None]


def store(container: Container, number: int = 2, **values: object) -> Conversation:
    with container.database.work() as work:
        return work.conversations.add(new_conversation(number, **values))


@pytest.fixture
def conversation(container: Container) -> Conversation:
    """A request of somebody who is not signed in."""
    return store(container)


@pytest.fixture
def link(container: Container, conversation: Conversation) -> str:
    """Its private link."""
    return f"/requests/{container.private_links.token(conversation)}"


def state(container: Container, conversation: Conversation) -> ConversationState:
    with container.database.read() as work:
        return work.conversations.get(conversation.id).state


def test_a_private_link_shows_messages_and_what_was_sent_along(
    client: FlaskClient, container: Container, conversation: Conversation, link: str
) -> None:
    ben = Viewer(user_id=2, name="Ben Okafor")
    container.desk.answer(conversation.reference, ben, text="Please **reset** it.", form_key="k")
    response = client.get(link)
    html = unescape(response.get_data(as_text=True))
    assert response.status_code == 200
    for words in ("My hub is offline.", "<strong>reset</strong>", "Ben Okafor", "hub offline", "R-222222", "Answered"):
        assert words in html
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["Cache-Control"] == "no-store"
    assert "noindex" in response.headers["X-Robots-Tag"]


def test_a_link_forged_expired_or_revoked_is_not_found(
    strict_app: Flask, container: Container, clock: FrozenClock, conversation: Conversation, link: str
) -> None:
    client = strict_app.test_client()
    assert client.get(link).status_code == 200
    assert client.get(f"{link}x").status_code == 404
    assert client.get(link.replace("R-222222", "R-222223")).status_code == 404
    container.desk.revoke_links(conversation.reference)
    assert client.get(link).status_code == 404
    with container.database.read() as work:
        fresh = f"/requests/{container.private_links.token(work.conversations.get(conversation.id))}"
    assert client.get(fresh).status_code == 200
    assert client.get(fresh.replace("/requests/", "/talk-to-a-human/received/")).status_code == 200
    clock.move(timedelta(days=91))
    assert client.get(fresh).status_code == 404
    assert client.get(fresh.replace("/requests/", "/talk-to-a-human/received/")).status_code == 404


@pytest.mark.parametrize("key", ["R-222222", "R-777777", "x", "%00", "..%2f..%2fetc", "a" * 3000])
def test_a_stranger_finds_nothing_by_guessing(strict_app: Flask, conversation: Conversation, key: str) -> None:
    assert strict_app.test_client().get(f"/requests/{key}").status_code == 404


def test_another_customers_request_is_not_found(
    strict_app: Flask, container: Container, cast: Cast, sign_in: SignIn
) -> None:
    client = strict_app.test_client()
    mine, others = store(container, 3, user_id=cast.ada.user.id), store(container, 4, user_id=cast.ben.user.id)
    sign_in(client, cast.ada)
    assert client.get(f"/requests/{mine.reference}").status_code == 200
    assert client.get(f"/requests/{others.reference}").status_code == 404
    page = client.get("/requests").get_data(as_text=True)
    assert mine.reference in page
    assert others.reference not in page


def test_my_requests_ask_for_a_sign_in(strict_app: Flask) -> None:
    response = strict_app.test_client().get("/requests")
    assert response.status_code in (302, 303)
    assert "/sign-in" in response.headers["Location"]


def test_without_requests_one_next_step_is_offered(client: FlaskClient, ada: Person, sign_in: SignIn) -> None:
    sign_in(client, ada)
    assert "You have not asked us anything yet" in client.get("/requests").get_data(as_text=True)


def test_a_follow_up_is_added_once_and_opens_the_request_again(
    client: FlaskClient, container: Container, conversation: Conversation, link: str
) -> None:
    container.desk.solve(conversation.reference)
    data = {"message": "It is offline again.", "form_key": "k"}
    for _ in range(2):
        response = client.post(link, data=data, follow_redirects=True)
    html = response.get_data(as_text=True)
    assert html.count("It is offline again.") == 1
    assert "Your message has arrived." in html
    assert state(container, conversation) is ConversationState.REOPENED


@pytest.mark.parametrize(("text", "said"), [("", "a few words"), ("x" * 100_000, "longer than we can take")])
def test_a_follow_up_that_cannot_be_taken_stays_in_the_form(
    client: FlaskClient, container: Container, conversation: Conversation, link: str, text: str, said: str
) -> None:
    response = client.post(link, data={"message": text, "form_key": "k"})
    assert said in response.get_data(as_text=True)
    assert text in response.get_data(as_text=True)
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert state(container, conversation) is ConversationState.NEW


def test_a_follow_up_to_a_forged_link_is_not_found(strict_app: Flask, link: str) -> None:
    strict_app.config["WTF_CSRF_ENABLED"] = False
    assert strict_app.test_client().post(f"{link}x", data={"message": "Hi", "form_key": "k"}).status_code == 404


def test_a_follow_up_needs_no_referer_over_https(strict_app: Flask, link: str) -> None:
    """The page tells browsers to send none, so its own form must not ask for one."""
    client = strict_app.test_client()
    page = client.get(link, base_url="https://localhost").get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    data = {"message": "Hi", "form_key": "k", "csrf_token": token[1]}
    assert client.post(link, data=data, base_url="https://localhost").status_code == 303
