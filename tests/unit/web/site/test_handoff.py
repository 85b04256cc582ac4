"""A customer reaches a person, whatever else is broken."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.container import Container
from portal.domain.conversations import Channel
from portal.services.search import SearchService
from portal.web.context import JOURNEY
from search_index import Verdict
from tests.cast import Person
from tests.conversation_builders import log_search, stored_requests
from tests.help_centre import open_help_centre

JOURNEY_ID = "a" * 32
FORM = {"name": "Ada Berg", "email": "ada@ostrel.example", "message": "My hub blinks.", "form_key": "0f" * 16}
PATH = "/talk-to-a-human"

SignIn = Callable[[FlaskClient, Person], None]


def on_a_journey(client: FlaskClient) -> None:
    with client.session_transaction() as session:
        session[JOURNEY] = JOURNEY_ID


def html_of(response: TestResponse) -> str:
    assert response.status_code == 200
    return unescape(response.get_data(as_text=True))


def test_the_form_shows_the_journey_ticked_and_what_to_expect(client: FlaskClient, container: Container) -> None:
    on_a_journey(client)
    search_id = log_search(container, JOURNEY_ID, "hub <b>offline</b>")
    response = client.get(PATH, query_string={"reason": "unsure"})
    assert "hub &lt;b&gt;offline&lt;/b&gt;" in response.get_data(as_text=True)
    html = html_of(response)
    assert re.search(rf'<input type="checkbox" name="step" value="s-{search_id}" checked>', html)
    assert "We send this along so you need not repeat yourself. Untick what you would rather keep." in html
    assert "We usually reply by 16:00 today (Berlin time)." in html
    assert 'name="reason" value="unsure"' in html


def test_a_visitor_who_did_nothing_before_gets_a_short_form_and_no_journey(client: FlaskClient) -> None:
    html = html_of(client.get(PATH))
    assert 'type="checkbox"' not in html
    with client.session_transaction() as session:
        assert JOURNEY not in session


def test_who_is_signed_in_need_not_type_name_and_address(client: FlaskClient, ada: Person, sign_in: SignIn) -> None:
    sign_in(client, ada)
    html = html_of(client.get(PATH))
    assert 'value="Ada Berg"' in html
    assert 'value="ada@ostrel.example"' in html


def test_the_request_goes_with_what_was_left_ticked(client: FlaskClient, container: Container) -> None:
    on_a_journey(client)
    kept, dropped = log_search(container, JOURNEY_ID, "hub offline"), log_search(container, JOURNEY_ID, "for my wife")
    response = client.post(PATH, data={**FORM, "reason": "no_answer", "step": [f"s-{kept}"]})
    assert response.status_code == 303
    (request,) = stored_requests(container)
    assert [step.text for step in request.journey.steps] == ["hub offline"]
    assert dropped
    assert (request.reason, request.messages[0].body) == ("no_answer", "My hub blinks.")


def test_the_receipt_has_reference_link_and_time(client: FlaskClient, container: Container) -> None:
    response = client.post(PATH, data=FORM, follow_redirects=True)
    html = html_of(response)
    (request,) = stored_requests(container)
    assert request.reference in html
    assert "ada@ostrel.example" in html
    assert "We usually reply by 16:00 today" in html
    link = re.search(r'href="(/requests/[^"]+)"', html)
    assert link
    assert "My hub blinks." in html_of(client.get(link[1]))
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["Cache-Control"] == "no-store"
    assert "noindex" in response.headers["X-Robots-Tag"]


def test_a_double_click_is_one_request(client: FlaskClient, container: Container) -> None:
    first, second = (client.post(PATH, data=FORM, follow_redirects=True) for _ in range(2))
    (request,) = stored_requests(container)
    assert request.reference in html_of(first)
    assert request.reference in html_of(second)


def test_a_message_too_long_is_refused_kindly_and_stays_in_the_form(client: FlaskClient, container: Container) -> None:
    on_a_journey(client)
    kept, dropped = log_search(container, JOURNEY_ID, "hub offline"), log_search(container, JOURNEY_ID, "secret")
    text = "Word " * 20_000
    html = html_of(client.post(PATH, data={**FORM, "message": text, "step": [f"s-{kept}"]}))
    assert "Nothing was lost." in html
    assert "99999 characters, and 20000 fit" in html
    assert text.strip() in html
    assert f'value="s-{kept}" checked>' in html
    assert f'value="s-{dropped}">' in html
    assert 'value="Ada Berg"' in html
    assert stored_requests(container) == ()


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"email": ""}, "Please give your e-mail address"),
        ({"email": "ada"}, "We cannot write to this address"),
        ({"email": "a@b.example\r\nBcc: eve@evil.example"}, "We cannot write to this address"),
        ({"email": "ädä@b.example"}, "We cannot write to this address"),
        ({"message": " \x00 "}, "Please write a few words"),
        ({"name": "x" * 201}, "at most 200 characters"),
    ],
)
def test_what_is_missing_is_said_beside_its_field(
    client: FlaskClient, container: Container, values: dict[str, str], said: str
) -> None:
    html = html_of(client.post(PATH, data={**FORM, **values}))
    assert said in html
    assert html.count("field__error") == 1
    assert stored_requests(container) == ()


def test_words_in_the_form_are_never_markup(client: FlaskClient, container: Container) -> None:
    script = "<script>alert(1)</script>"
    refused = client.post(PATH, data={**FORM, "name": script, "message": script, "email": script})
    taken = client.post(PATH, data={**FORM, "name": script, "message": script}, follow_redirects=True)
    link = re.search(r'href="(/requests/[^"]+)"', taken.get_data(as_text=True))
    assert link
    for response in (refused, taken, client.get(link[1])):
        assert script not in response.get_data(as_text=True)
    assert stored_requests(container)[0].messages[0].body == script


def test_it_works_with_the_index_gone_and_the_engine_broken(
    client: FlaskClient, container: Container, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object, **_values: object) -> None:
        raise RuntimeError("engine broken")

    open_help_centre(container)
    shutil.rmtree(container.settings.index_folder)
    monkeypatch.setattr(SearchService, "search", broken)
    monkeypatch.setattr(SearchService, "suggest", broken)
    assert client.get(PATH).status_code == 200
    assert client.get(f"{PATH}/suggest", query_string={"text": "my hub is offline"}).json == {"articles": []}
    client.post(PATH, data=FORM)
    assert len(stored_requests(container)) == 1


def test_the_form_needs_its_token_and_keeps_what_was_typed(strict_app: Flask, container: Container) -> None:
    client = strict_app.test_client()
    message = "My hub blinks in a strange way since Monday."
    refused = client.post(PATH, data={**FORM, "message": message})
    assert refused.status_code == 400
    assert message in unescape(refused.get_data(as_text=True))
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(PATH).get_data(as_text=True))
    assert token
    assert client.post(PATH, data={**FORM, "csrf_token": token[1]}).status_code == 303
    assert len(stored_requests(container)) == 1


def test_fitting_articles_are_offered_and_the_search_is_not_remembered(
    client: FlaskClient, container: Container
) -> None:
    open_help_centre(container, verdict=Verdict.UNSURE)
    on_a_journey(client)
    offered = client.get(f"{PATH}/suggest", query_string={"text": "Hello, the ring on my hub is amber"}).json
    assert offered is not None
    assert 1 <= len(offered["articles"]) <= 3
    assert offered["articles"][0]["url"].startswith("/articles/hub-offline")
    assert set(offered["articles"][0]) == {"title", "url"}
    with container.database.read() as work:
        assert work.journeys.journey_steps(JOURNEY_ID).steps == ()


@pytest.mark.parametrize("text", ["", "   ", "short", "\x00" * 20, "😀" * 300, "x" * 100_000])
def test_nothing_typed_breaks_the_offer(client: FlaskClient, container: Container, text: str) -> None:
    open_help_centre(container)
    response = client.get(f"{PATH}/suggest", query_string={"text": text})
    assert response.status_code == 200
    assert "articles" in (response.json or {})


def test_nothing_is_offered_where_no_article_answers(client: FlaskClient, container: Container) -> None:
    open_help_centre(container, verdict=Verdict.NO_ANSWER)
    assert client.get(f"{PATH}/suggest", query_string={"text": "the ring on my hub is amber"}).json == {"articles": []}
