"""A customer reaches a person, whatever else is broken."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.container import Container
from portal.domain.clock import FrozenClock
from portal.domain.conversations import Channel
from portal.domain.live import DESK, PRESENT_FOR
from portal.domain.users import Viewer
from portal.services.search import SearchService
from portal.storage.chats import ChatStore
from portal.storage.live import LiveStore
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


def at_the_desk(container: Container, name: str = "Ben Okafor") -> None:
    with container.database.work() as work:
        work.live.see(DESK, "agent:2", name, container.clock.now())


def test_a_chat_is_offered_only_while_somebody_is_there(
    client: FlaskClient, container: Container, clock: FrozenClock
) -> None:
    assert 'value="chat"' not in html_of(client.get(PATH))
    at_the_desk(container)
    html = html_of(client.get(PATH))
    assert 'value="chat"' in html
    assert "Ben is here now." in html
    clock.move(PRESENT_FOR + timedelta(seconds=1))
    assert 'value="chat"' not in html_of(client.get(PATH))


def test_out_of_hours_no_chat_is_offered_and_the_page_says_when(
    client: FlaskClient, container: Container, clock: FrozenClock
) -> None:
    clock.move(timedelta(hours=10))
    at_the_desk(container)
    html = html_of(client.get(PATH))
    assert 'value="chat"' not in html
    assert "We are back Wednesday 09:00 (Berlin time)." in html
    assert 'value="message" checked' in html


def test_a_chat_leads_straight_into_the_conversation(client: FlaskClient, container: Container) -> None:
    at_the_desk(container)
    response = client.post(PATH, data={**FORM, "channel": "chat"})
    (request,) = stored_requests(container)
    assert request.channel is Channel.CHAT
    assert request.is_live_chat
    assert response.headers["Location"].startswith("/requests/R-")
    page = html_of(client.get(response.headers["Location"]))
    assert "A person will be with you in a moment." in page
    assert "data-live-events=" in page


def test_a_chat_that_nobody_is_there_for_any_more_becomes_a_message(client: FlaskClient, container: Container) -> None:
    html = html_of(client.post(PATH, data={**FORM, "channel": "chat"}, follow_redirects=True))
    (request,) = stored_requests(container)
    assert request.channel is Channel.MESSAGE
    assert "The last of us has just left the desk" in html
    assert request.reference in html


def test_a_call_is_asked_for_with_number_and_time(client: FlaskClient, container: Container) -> None:
    data = {**FORM, "channel": "call_back", "phone": "+49 30 1234567", "call_at": "2026-11-18T08:00Z"}
    html = html_of(client.post(PATH, data=data, follow_redirects=True))
    (request,) = stored_requests(container)
    assert (request.channel, request.phone) == (Channel.CALL_BACK, "+49 30 1234567")
    assert request.call_from == datetime(2026, 11, 18, 8, 0, tzinfo=UTC)
    assert request.reply_expected_at == request.call_until
    assert "We call you Wednesday 09:00 to 11:00 (Berlin time)." in html
    assert "+49 30 1234567" in html


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"phone": ""}, "Please give your telephone number"),
        ({"phone": "call me"}, "We cannot dial this"),
        ({"phone": "+49 30 1234567", "call_at": "2026-11-17T03:00Z"}, "This time cannot be had any more"),
    ],
)
def test_what_a_call_lacks_is_said(
    client: FlaskClient, container: Container, values: dict[str, str], said: str
) -> None:
    html = html_of(client.post(PATH, data={**FORM, "channel": "call_back", **values}))
    assert said in html
    assert 'value="call_back" checked' in html
    assert stored_requests(container) == ()


def test_a_number_is_not_asked_of_who_writes(client: FlaskClient, container: Container) -> None:
    client.post(PATH, data={**FORM, "channel": "message", "phone": "nonsense", "call_at": "nonsense"})
    (request,) = stored_requests(container)
    assert (request.channel, request.phone, request.call_from) == (Channel.MESSAGE, "", None)


def test_a_made_up_channel_is_a_message(client: FlaskClient, container: Container) -> None:
    client.post(PATH, data={**FORM, "channel": "pigeon"})
    assert stored_requests(container)[0].channel is Channel.MESSAGE


def test_how_soon_people_reply_is_told_from_their_replies(
    client: FlaskClient, container: Container, clock: FrozenClock
) -> None:
    ben = Viewer(user_id=2, name="Ben Okafor")
    for number in range(3):
        client.post(PATH, data={**FORM, "message": f"Question {number}"})
    clock.move(timedelta(minutes=12))
    for request in stored_requests(container):
        container.desk.answer(request.reference, ben, text="Hello", form_key="k")
    assert "A person usually replies in about 12 minutes." in html_of(client.get(PATH))


def test_without_presence_and_figures_messages_and_calls_are_offered(
    client: FlaskClient, container: Container, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object, **_values: object) -> None:
        raise RuntimeError("no such table")

    at_the_desk(container)
    monkeypatch.setattr(LiveStore, "list_present", broken)
    monkeypatch.setattr(ChatStore, "list_first_replies", broken)
    html = html_of(client.get(PATH))
    assert 'value="message" checked' in html
    assert 'value="call_back"' in html
    assert client.post(PATH, data={**FORM, "channel": "chat"}).status_code == 303
    assert stored_requests(container)[0].channel is Channel.MESSAGE


def test_what_must_not_wait_is_marked_and_nothing_is_offered_before_a_person(
    client: FlaskClient, container: Container
) -> None:
    open_help_centre(container, verdict=Verdict.UNSURE)
    offered = client.get(f"{PATH}/suggest", query_string={"text": "my hub was stolen and is amber"})
    assert offered.json == {"articles": []}
    client.post(PATH, data={**FORM, "message": "My card was stolen!"})
    assert stored_requests(container)[0].urgent


def test_what_was_searched_can_make_a_request_urgent(client: FlaskClient, container: Container) -> None:
    on_a_journey(client)
    log_search(container, JOURNEY_ID, "somebody hacked my account")
    html = html_of(client.get(PATH))
    assert "This sounds as if it should not wait." in html
    assert "data-offers" not in html
    client.post(PATH, data=FORM)
    assert stored_requests(container)[0].urgent
