"""Agents see who waits, with what they tried, and answer."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape

import pytest
from flask.testing import FlaskClient

from portal.container import Container
from portal.domain.conversations import Conversation, ConversationState
from portal.domain.journeys import Journey, JourneyStep, StepKind
from portal.domain.mail import MailState
from tests.cast import Person
from tests.conversation_builders import NOW, STEP, new_conversation
from tests.help_centre import open_help_centre

SignIn = Callable[[FlaskClient, Person], None]


@pytest.fixture
def agent(client: FlaskClient, ben: Person, sign_in: SignIn) -> FlaskClient:
    """Ben's browser."""
    sign_in(client, ben)
    return client


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
