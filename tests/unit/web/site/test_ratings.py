from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.container import Container
from portal.domain.ratings import Rating
from tests.cast import Person
from tests.conversation_builders import new_conversation


@pytest.fixture
def key(container: Container) -> str:
    """The secret part of the private link to a solved request."""
    with container.database.work() as work:
        conversation = work.conversations.add(new_conversation(2))
    container.desk.solve(conversation.reference)
    return container.private_links.token(conversation)


def given(container: Container) -> Rating | None:
    with container.database.read() as work:
        return work.ratings.find(1)


def test_the_link_of_the_mail_shows_the_choice_and_stores_nothing(
    client: FlaskClient, container: Container, key: str
) -> None:
    answer = client.get(f"/requests/{key}/rate?score=good")
    text = answer.get_data(as_text=True)
    assert 'value="good" checked' in text or 'checked class="visually-hidden"' in text
    assert text.count(" checked") == 1
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"
    assert client.head(f"/requests/{key}/rate?score=bad").status_code == 200
    assert given(container) is None


def test_one_button_confirms_and_the_request_says_thank_you(
    client: FlaskClient, container: Container, key: str
) -> None:
    answer = client.post(
        f"/requests/{key}/rate", data={"score": "okay", "words": "A little slow."}, follow_redirects=True
    )
    text = answer.get_data(as_text=True)
    assert "Thank you" in text
    assert "face--chosen" in text
    rating = given(container)
    assert rating is not None
    assert (rating.score.word, rating.words) == ("okay", "A little slow.")


def test_the_page_of_a_solved_request_asks(client: FlaskClient, container: Container, key: str) -> None:
    assert f"/requests/{key}/rate?score=bad" in client.get(f"/requests/{key}").get_data(as_text=True)
    with container.database.work() as work:
        open_one = work.conversations.add(new_conversation(3))
    page = client.get(f"/requests/{container.private_links.token(open_one)}").get_data(as_text=True)
    assert "How was it?" not in page


@pytest.mark.parametrize("form", [{}, {"score": "great"}, {"score": "good", "words": "x" * 2_001}])
def test_what_cannot_be_used_comes_back_and_nothing_is_lost(
    client: FlaskClient, container: Container, key: str, form: dict[str, str]
) -> None:
    text = client.post(f"/requests/{key}/rate", data=form).get_data(as_text=True)
    assert "Nothing was lost" in text
    assert form.get("words", "") in text
    assert given(container) is None


def test_an_article_that_was_not_offered_is_refused(client: FlaskClient, container: Container, key: str) -> None:
    client.post(f"/requests/{key}/rate", data={"score": "good", "article": "something-else"})
    assert given(container) is None


def test_an_open_request_says_that_it_is_too_early(client: FlaskClient, container: Container) -> None:
    with container.database.work() as work:
        conversation = work.conversations.add(new_conversation(2))
    path = f"/requests/{container.private_links.token(conversation)}/rate"
    assert "too early" in client.get(path).get_data(as_text=True)
    assert "too early" in client.post(path, data={"score": "good"}).get_data(as_text=True)
    assert given(container) is None


def test_forged_links_open_nothing(strict_app: Flask, key: str) -> None:
    client = strict_app.test_client()
    for forged in (key[:-2] + "xx", "R-222222", "nonsense"):
        assert client.get(f"/requests/{forged}/rate").status_code == 404


def test_agents_read_what_the_customer_said(
    client: FlaskClient, container: Container, key: str, ben: Person, sign_in: Callable[[FlaskClient, Person], None]
) -> None:
    sign_in(client, ben)
    assert "How they found it" not in client.get("/agents/requests/R-222222").get_data(as_text=True)
    client.post(f"/requests/{key}/rate", data={"score": "bad", "words": "<b>Too slow</b>"})
    text = client.get("/agents/requests/R-222222").get_data(as_text=True)
    assert "How they found it" in text
    assert "&lt;b&gt;Too slow&lt;/b&gt;" in text
