"""The agents' half of conversations: the desk."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.container import Container
from portal.domain.clock import FrozenClock
from portal.domain.conversations import AuthorKind, Conversation, ConversationState
from portal.domain.errors import InvalidInput, NotFound
from portal.domain.mail import MailState
from portal.domain.users import Viewer
from tests.conversation_builders import again, store

BEN = Viewer(user_id=2, name="Ben Okafor")


@pytest.fixture
def conversation(container: Container) -> Conversation:
    """A request of somebody who is not signed in."""
    return store(container)


def answer(
    container: Container, conversation: Conversation, text: str = "Please **reset** it.", key: str = "k"
) -> None:
    container.desk.answer(conversation.reference, BEN, text=text, form_key=key)


def test_an_answer_is_stored_mailed_and_waits_for_the_customer(
    container: Container, clock: FrozenClock, conversation: Conversation
) -> None:
    clock.move(timedelta(minutes=20))
    answer(container, conversation)
    now = again(container, conversation)
    assert now.state is ConversationState.WAITING_FOR_CUSTOMER
    assert now.first_reply_at == clock.now()
    assert (now.messages[-1].author_kind, now.messages[-1].author_name) == (AuthorKind.AGENT, "Ben Okafor")
    with container.database.read() as work:
        (mail,) = work.mails.list_for_conversation(conversation.id)
    assert (mail.state, mail.automatic, mail.to_address) == (MailState.QUEUED, False, "ada@ostrel.example")
    assert "Please **reset** it." in mail.body


def test_the_first_reply_is_the_first(container: Container, clock: FrozenClock, conversation: Conversation) -> None:
    answer(container, conversation, key="1")
    first = again(container, conversation).first_reply_at
    clock.move(timedelta(hours=1))
    answer(container, conversation, key="2")
    assert again(container, conversation).first_reply_at == first


def test_an_answer_sent_twice_is_one_answer_and_one_mail(container: Container, conversation: Conversation) -> None:
    answer(container, conversation)
    answer(container, conversation)
    with container.database.read() as work:
        assert len(work.mails.list_for_conversation(conversation.id)) == 1
    assert len(again(container, conversation).messages) == 2


@pytest.mark.parametrize("text", ["", " \x00 ", "x" * 20_001])
def test_an_answer_that_is_none_is_refused(container: Container, conversation: Conversation, text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        answer(container, conversation, text)
    assert caught.value.field == "message"
    assert again(container, conversation).state is ConversationState.NEW


@pytest.mark.parametrize("reference", ["R-777777", "", "x", "R-222222-1"])
def test_a_reference_that_is_none_is_not_found(container: Container, reference: str) -> None:
    with pytest.raises(NotFound):
        container.desk.agent_page(reference, BEN)
    with pytest.raises(NotFound):
        container.desk.solve(reference)
    with pytest.raises(NotFound):
        container.desk.revoke_links(reference)
    with pytest.raises(NotFound):
        container.desk.answer(reference, BEN, text="x", form_key="k")


def test_an_agent_finds_a_request_however_the_reference_is_read_out(
    container: Container, conversation: Conversation
) -> None:
    assert container.desk.agent_page("r 222222", BEN).reference == conversation.reference


def test_an_agent_reads_the_journey_and_how_mail_fares(container: Container, conversation: Conversation) -> None:
    answer(container, conversation)
    page = container.desk.agent_page(conversation.reference, BEN)
    assert [each.step.text for each in page.steps] == ["hub offline"]
    assert [message.author_kind for message in page.messages] == [AuthorKind.CUSTOMER, AuthorKind.AGENT]
    assert page.mails[MailState.QUEUED] == 1
    assert page.mails[MailState.FAILED] == 0


def test_only_an_agents_words_are_markdown(container: Container) -> None:
    conversation = store(container, message="**not bold** <script>alert(1)</script>")
    answer(container, conversation, "**bold** <script>alert(1)</script>")
    customer, agent = container.desk.agent_page(conversation.reference, BEN).messages
    assert customer.html is None
    assert customer.text == "**not bold** <script>alert(1)</script>"
    assert agent.html is not None
    assert "<strong>bold</strong>" in agent.html.text
    assert "<script" not in agent.html.text


def test_solved_twice_is_solved(container: Container, conversation: Conversation) -> None:
    container.desk.solve(conversation.reference)
    container.desk.solve(conversation.reference)
    assert again(container, conversation).state is ConversationState.SOLVED
