"""Agents see who waits, with what they tried, and answer."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.container import Container
from portal.domain.conversations import Conversation, ConversationState
from portal.domain.journeys import Journey, JourneyStep, StepKind
from portal.domain.mail import MailState
from portal.storage.rows import UserRow
from tests.cast import Person
from tests.conversation_builders import NOW, STEP, new_conversation
from tests.help_centre import open_help_centre

SignIn = Callable[[FlaskClient, Person], None]


@pytest.fixture
def conversation(container: Container) -> Conversation:
    """A request with a journey."""
    opened = JourneyStep(key="o-1", kind=StepKind.OPENED, at=NOW, text="Hub offline", article_id="hub-offline")
    voted = JourneyStep(key="v-1", kind=StepKind.VOTED, at=NOW, text="Gone", detail="no", article_id="gone")
    journey = Journey(id="j" * 32, steps=(STEP, opened, voted))
    with container.database.work() as work:
        return work.conversations.add(new_conversation(2, journey=journey))


def page(agent: FlaskClient, path: str) -> str:
    response = agent.get(path)
    assert response.status_code == 200
    return unescape(response.get_data(as_text=True))


def again(container: Container, conversation: Conversation) -> Conversation:
    with container.database.read() as work:
        return work.conversations.get(conversation.id)


def test_the_journey_comes_before_the_messages(
    agent: FlaskClient, container: Container, conversation: Conversation
) -> None:
    open_help_centre(container)
    html = page(agent, "/agents/requests/R-222222")
    assert html.index("What they tried") < html.index("My hub is offline.")
    assert "nothing that answers" in html
    assert 'href="/articles/hub-offline"' in html
    assert "Said this did not help" in html
    assert "/articles/gone" not in html


def test_an_answer_is_mailed_and_shown(agent: FlaskClient, container: Container, conversation: Conversation) -> None:
    data = {"message": "Please **reset** it.", "form_key": "k"}
    for _ in range(2):
        response = agent.post("/agents/requests/R-222222", data=data, follow_redirects=True)
    html = response.get_data(as_text=True)
    assert html.count("<strong>reset</strong>") == 1
    assert "Ben Okafor" in html
    with container.database.read() as work:
        (mail,) = work.mails.list_for_conversation(conversation.id)
    assert "Please **reset** it." in mail.body
    assert again(container, conversation).state is ConversationState.WAITING_FOR_CUSTOMER


def test_an_empty_answer_is_not_sent(agent: FlaskClient, container: Container, conversation: Conversation) -> None:
    html = agent.post("/agents/requests/R-222222", data={"message": " ", "form_key": "k"}).get_data(as_text=True)
    assert "Please write a few words" in html
    assert again(container, conversation).state is ConversationState.NEW


def test_a_request_is_marked_as_solved(agent: FlaskClient, container: Container, conversation: Conversation) -> None:
    agent.post("/agents/requests/R-222222/solve")
    assert again(container, conversation).state is ConversationState.SOLVED
    assert "Mark as solved" not in page(agent, "/agents/requests/R-222222")


def test_private_links_are_revoked(agent: FlaskClient, container: Container, conversation: Conversation) -> None:
    agent.post("/agents/requests/R-222222/revoke-links")
    assert again(container, conversation).token_version == conversation.token_version + 1


def test_an_agent_is_told_when_mail_does_not_arrive(
    agent: FlaskClient, container: Container, conversation: Conversation
) -> None:
    agent.post("/agents/requests/R-222222", data={"message": "Hello", "form_key": "k"})
    with container.database.work() as work:
        (mail,) = work.mails.list_for_conversation(conversation.id)
        work.mails.mark_failed(mail.id, error="550")
    assert "could not be delivered" in page(agent, "/agents/requests/R-222222")
    with container.database.work() as work:
        work.mails.mark_kept(mail.id)
        assert work.mails.get(mail.id).state is MailState.KEPT
    assert "No mail server is set up" in page(agent, "/agents/requests/R-222222")


def test_the_page_says_when_search_learns_from_an_answer(
    agent: FlaskClient, container: Container, conversation: Conversation
) -> None:
    open_help_centre(container)
    url = f"/agents/requests/{conversation.reference}"
    agent.post(url, data={"message": "No link.", "form_key": "1"})
    assert "Search will learn from this link." not in page(agent, url)
    agent.post(url, data={"message": "See http://127.0.0.1:8000/articles/hub-offline.", "form_key": "2"})
    assert "Search will learn from this link." in page(agent, url)
    assert "Search will learn from this link." not in page(agent, url)


URL = "/agents/requests/R-222222"


def post(agent: FlaskClient, path: str = "", **data: str) -> str:
    return unescape(agent.post(f"{URL}{path}", data=data, follow_redirects=True).get_data(as_text=True))


def test_a_preview_shows_the_answer_and_sends_nothing(
    agent: FlaskClient, container: Container, conversation: Conversation
) -> None:
    data = {"message": "**bold** <script>alert(1)</script>", "form_key": "k", "preview": "yes"}
    html = agent.post(URL, data=data).get_data(as_text=True)
    assert "<strong>bold</strong>" in html
    assert "<script>alert" not in html
    assert "**bold**" in html
    assert len(again(container, conversation).messages) == 1


def test_a_note_is_shown_to_agents_and_never_to_the_customer(
    agent: FlaskClient, container: Container, conversation: Conversation
) -> None:
    assert "Called before." in post(agent, "/note", message="Called before.", form_key="n")
    assert "Please write a few words" in post(agent, "/note", message=" ", form_key="n2")
    link = container.private_links.token(again(container, conversation))
    assert "Called before." not in page(agent, f"/requests/{link}")


def test_a_request_is_taken_given_on_and_freed(
    agent: FlaskClient, container: Container, conversation: Conversation, ben: Person
) -> None:
    post(agent, "/assign", assignee=str(ben.user.id))
    assert again(container, conversation).assignee_id == ben.user.id
    post(agent, "/assign", assignee="")
    assert again(container, conversation).assignee_id is None


@pytest.mark.parametrize("assignee", ["999", "-1", "x", "1e9", "9" * 30, "\u0663"])
def test_a_forged_assignee_is_refused(
    strict_app: Flask, container: Container, conversation: Conversation, ben: Person, sign_in: SignIn, assignee: str
) -> None:
    strict_app.config["WTF_CSRF_ENABLED"] = False
    client = strict_app.test_client()
    sign_in(client, ben)
    assert client.post(f"{URL}/assign", data={"assignee": assignee}).status_code == 400
    assert again(container, conversation).assignee_id is None


def test_urgency_tags_and_states_are_changed(
    agent: FlaskClient, container: Container, conversation: Conversation
) -> None:
    assert "Not urgent" in post(agent, "/urgent", urgent="yes")
    html = agent.post(f"{URL}/tags", data={"tags": "<b>x</b>, Über"}, follow_redirects=True).get_data(as_text=True)
    assert "&lt;b&gt;x&lt;/b&gt;" in html
    assert "<b>x</b>" not in html
    assert again(container, conversation).tags == ("<b>x</b>", "über")
    post(agent, "/solve")
    assert "Mark as solved" in post(agent, "/open-again")
    assert again(container, conversation).state is ConversationState.REOPENED


def test_an_answer_held_back_keeps_its_text_and_shows_the_other(
    agent: FlaskClient, container: Container, conversation: Conversation, chloe: Person
) -> None:
    seen = str(conversation.messages[-1].id)
    container.desk.answer("R-222222", chloe.viewer, text="I have it already.", form_key="other")
    html = post(agent, message="What I wrote.", form_key="k", seen=seen)
    assert "Chloe Martin answered meanwhile" in html
    assert html.index("I have it already.") < html.index("What I wrote.")
    assert len(again(container, conversation).messages) == 2
    now = str(again(container, conversation).messages[-1].id)
    assert f'name="seen" value="{now}"' in html
    post(agent, message="What I wrote.", form_key="k", seen=now)
    assert len(again(container, conversation).messages) == 3


def test_a_link_they_cannot_open_asks_for_a_second_look(
    agent: FlaskClient, container: Container, conversation: Conversation
) -> None:
    open_help_centre(container)
    data = {"message": "See /a/agents-refund-orders", "form_key": "k"}
    html = post(agent, **data)
    assert "They could not open your link" in html
    assert "Agents refund orders" in html
    assert len(again(container, conversation).messages) == 1
    post(agent, **data, hidden_confirmed="y")
    assert len(again(container, conversation).messages) == 2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Hello {{customer.shoe_size}}", "Nothing could be filled in for {{customer.shoe_size}}"),
        ("x" * 100_000, "That is longer than we can take"),
    ],
)
def test_an_answer_that_cannot_be_sent_comes_back_with_the_reason(
    agent: FlaskClient, container: Container, conversation: Conversation, text: str, words: str
) -> None:
    html = post(agent, message=text, form_key="k")
    assert words in html
    assert text in html
    assert len(again(container, conversation).messages) == 1


@pytest.mark.parametrize("seen", ["", "x", "-1", "9" * 40, "\u0663"])
def test_nonsense_about_what_was_seen_does_no_harm(
    agent: FlaskClient, container: Container, conversation: Conversation, seen: str
) -> None:
    post(agent, message="Hello.", form_key="k", seen=seen)
    assert len(again(container, conversation).messages) == 2


def test_whoever_is_no_agent_any_more_can_do_nothing_and_keeps_their_text(
    strict_app: Flask, container: Container, conversation: Conversation, ben: Person, sign_in: SignIn
) -> None:
    strict_app.config["WTF_CSRF_ENABLED"] = False
    client = strict_app.test_client()
    sign_in(client, ben)
    assert client.get(URL).status_code == 200
    with container.database.work() as work:
        work.session.get_one(UserRow, ben.user.id).role = "customer"
    answer = client.post(URL, data={"message": "A long answer that took an hour.", "form_key": "k"})
    assert answer.status_code == 403
    assert "A long answer that took an hour." in answer.get_data(as_text=True)
    for path in ("/note", "/assign", "/urgent", "/tags", "/solve", "/open-again", "/flag"):
        assert client.post(f"{URL}{path}", data={"message": "x"}).status_code == 403
    assert client.get(f"{URL}/articles").status_code == 403
    assert len(again(container, conversation).messages) == 1


def test_earlier_requests_and_what_is_known_of_the_customer_are_shown(
    agent: FlaskClient, container: Container, conversation: Conversation
) -> None:
    with container.database.work() as work:
        work.conversations.add(new_conversation(3, message="Where is my parcel?"))
        work.conversations.add(new_conversation(4, identity={"plan": "Family <b>"}, phone="+49 30 901820"))
    html = page(agent, URL)
    assert "R-222223" in html
    assert "Where is my parcel?" in html
    html = agent.get("/agents/requests/R-222224").get_data(as_text=True)
    assert "Family &lt;b&gt;" in html
    assert 'href="tel:+493090182' in html
