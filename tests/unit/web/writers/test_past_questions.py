"""Writers see what search learned and take it back; nobody else does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.container import Container
from portal.domain.past_questions import EvidenceSource, NewPastQuestion, WithdrawnReason
from portal.web.writers.past_questions import source_words, withdrawn_words
from tests.cast import Cast, Person
from tests.search_builders import NOW, put_article

SignIn = Callable[[FlaskClient, Person], None]
URL = "/writers/past-questions"
LESSON = NewPastQuestion(
    text="pianos <b>?", article_id="hub", source=EvidenceSource.AGENT_REPLY, voter="v", at=NOW, conversation_id=1
)


@pytest.fixture
def writer(app: Flask, chloe: Person, sign_in: SignIn) -> FlaskClient:
    browser = app.test_client()
    sign_in(browser, chloe)
    return browser


def store(container: Container, *lessons: NewPastQuestion) -> None:
    put_article(container.database, "hub", "The hub")
    with container.database.work() as work:
        work.past_questions.add(lessons, NOW)


def test_past_questions_stand_in_a_table_and_markup_stays_text(writer: FlaskClient, container: Container) -> None:
    store(container, LESSON, replace(LESSON, text="gone", article_id="long-gone"))
    html = writer.get(URL).get_data(as_text=True)
    assert "pianos &lt;b&gt;?" in html
    assert '<a href="/articles/hub">The hub</a>' in html
    assert "Linked in a reply" in html
    assert "The article is not published" in html
    assert "2 past questions, 1 of them in use" in html
    assert 'aria-current="page">What search learned' in html


def test_one_is_withdrawn_and_says_so(writer: FlaskClient, container: Container) -> None:
    store(container, LESSON)
    (question,) = container.learning.list_page().questions
    answer = writer.post(f"{URL}/{question.id}/withdraw")
    assert (answer.status_code, answer.location) == (303, URL)
    html = writer.get(URL).get_data(as_text=True)
    assert "Withdrawn here" in html
    assert "/withdraw" not in html
    (question,) = container.learning.list_page().questions
    assert question.withdrawn_reason is WithdrawnReason.BY_STAFF


def test_pages_lead_on_and_back_after_withdrawing(writer: FlaskClient, container: Container) -> None:
    store(container, *(replace(LESSON, text=f"question {number}") for number in range(51)))
    assert f"{URL}?page=2" in writer.get(URL).get_data(as_text=True)
    last = writer.get(f"{URL}?page=99").get_data(as_text=True)
    assert last.count('scope="row"') == 1
    (question,) = container.learning.list_page(2).questions
    assert f'action="{URL}/{question.id}/withdraw?page=2"' in last
    assert writer.post(f"{URL}/{question.id}/withdraw?page=2").location == f"{URL}?page=2"


def test_nothing_learned_says_how_it_would(writer: FlaskClient) -> None:
    assert "Search has learned nothing yet" in writer.get(URL).get_data(as_text=True)


def test_only_writers_and_admins_enter(strict_app: Flask, cast: Cast, sign_in: SignIn, container: Container) -> None:
    strict_app.config["WTF_CSRF_ENABLED"] = False
    store(container, LESSON)
    for person, code in ((cast.ada, 403), (cast.ben, 403), (cast.chloe, 200), (cast.dan, 200)):
        client = strict_app.test_client()
        sign_in(client, person)
        assert client.get(URL).status_code == code
    client = strict_app.test_client()
    sign_in(client, cast.ben)
    assert client.post(f"{URL}/1/withdraw").status_code == 403
    assert container.learning.list_page().in_use == 1


def test_withdrawing_needs_a_token_and_something_to_withdraw(strict_app: Flask, chloe: Person, sign_in: SignIn) -> None:
    client = strict_app.test_client()
    sign_in(client, chloe)
    assert client.post(f"{URL}/1/withdraw").status_code == 400
    strict_app.config["WTF_CSRF_ENABLED"] = False
    assert client.post(f"{URL}/1/withdraw").status_code == 404


def test_every_source_and_reason_has_words(app: Flask) -> None:
    with app.test_request_context():
        assert set(source_words()) == set(EvidenceSource)
        assert set(withdrawn_words()) == set(WithdrawnReason)
