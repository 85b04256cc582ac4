"""Nobody waits in a chat that nobody answers, and no answer is lost because its reader had left."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.container import Container
from portal.domain.clock import FrozenClock
from portal.domain.conversations import AuthorKind, Channel, Conversation, ConversationState, MessageKind
from portal.domain.live import PRESENT_FOR
from portal.domain.mail import OutgoingMail
from portal.domain.users import Viewer
from tests.conversation_builders import new_conversation

BEN = Viewer(user_id=2, name="Ben Okafor")
A_MOMENT = timedelta(seconds=5)


@pytest.fixture
def chat(container: Container, clock: FrozenClock) -> Conversation:
    """A chat that has just begun."""
    now = clock.now()
    values = {"channel": Channel.CHAT, "created_at": now, "reply_expected_at": now + timedelta(hours=4)}
    with container.database.work() as work:
        return work.conversations.add(new_conversation(2, **values))


def now_of(container: Container, chat: Conversation) -> Conversation:
    with container.database.read() as work:
        return work.conversations.get(chat.id)


def mails_of(container: Container, chat: Conversation) -> tuple[OutgoingMail, ...]:
    with container.database.read() as work:
        return tuple(work.mails.list_for_conversation(chat.id))


def wait(clock: FrozenClock, seconds: float) -> None:
    clock.move(timedelta(seconds=seconds))


def key_of(container: Container, chat: Conversation) -> str:
    return container.private_links.token(chat)


def answer(container: Container, chat: Conversation, text: str = "Hello Ada") -> None:
    container.desk.answer(chat.reference, BEN, text=text, form_key=text)


def test_a_chat_is_given_its_time(container: Container, clock: FrozenClock, chat: Conversation) -> None:
    wait(clock, 179)
    assert container.chat_patience.end_unanswered() == 0
    assert now_of(container, chat).is_live_chat


def test_a_chat_that_nobody_answers_goes_on_by_mail_with_an_apology_once(
    container: Container, clock: FrozenClock, chat: Conversation
) -> None:
    wait(clock, 181)
    assert [container.chat_patience.end_unanswered() for _ in range(2)] == [1, 0]
    ended = now_of(container, chat)
    event = ended.messages[-1]
    (mail,) = mails_of(container, chat)
    assert not ended.is_live_chat
    assert ended.chat_ended_at == clock.now()
    assert (event.kind, event.author_kind) == (MessageKind.EVENT, AuthorKind.SYSTEM)
    assert event.body.startswith("We are sorry")
    assert "We usually reply by 16:03 today (Berlin time)." in event.body
    assert ended.reply_expected_at == clock.now() + timedelta(hours=4)
    assert "/requests/" in mail.body
    assert "sorry" in mail.body
    assert ended.state is ConversationState.NEW


def test_out_of_hours_the_apology_says_when_people_are_back(
    container: Container, clock: FrozenClock, chat: Conversation
) -> None:
    clock.move(timedelta(hours=8))
    container.chat_patience.end_unanswered()
    assert "Wednesday 13:00" in now_of(container, chat).messages[-1].body


def test_who_types_is_waited_for(container: Container, clock: FrozenClock, chat: Conversation) -> None:
    wait(clock, 179)
    container.chat.see_agent(chat.reference, BEN, typing=True)
    wait(clock, 3)
    assert container.chat_patience.end_unanswered() == 0
    wait(clock, 10)
    assert container.chat_patience.end_unanswered() == 1


def test_a_talk_goes_on_while_the_agent_is_there(container: Container, clock: FrozenClock, chat: Conversation) -> None:
    key = key_of(container, chat)
    container.chat.see_customer(key, Viewer())
    answer(container, chat)
    container.conversations.follow_up(key, Viewer(), text="And now?", form_key="k")
    wait(clock, 181)
    container.chat.see_agent(chat.reference, BEN)
    assert container.chat_patience.end_unanswered() == 0
    wait(clock, 60)
    assert container.chat_patience.end_unanswered() == 1


def test_answered_chats_and_messages_are_left_alone(
    container: Container, clock: FrozenClock, chat: Conversation
) -> None:
    with container.database.work() as work:
        work.conversations.add(new_conversation(3, created_at=clock.now()))
    answer(container, chat)
    wait(clock, 3600)
    assert container.chat_patience.end_unanswered() == 0


def test_who_reads_in_the_page_gets_no_mail(container: Container, clock: FrozenClock, chat: Conversation) -> None:
    key = key_of(container, chat)
    container.chat.see_customer(key, Viewer())
    answer(container, chat)
    for _ in range(4):
        wait(clock, 15)
        container.chat.see_customer(key, Viewer())
        container.chat_patience.mail_unread()
    assert mails_of(container, chat) == ()


def test_who_has_left_gets_the_answer_by_mail_once(
    container: Container, clock: FrozenClock, chat: Conversation
) -> None:
    key = key_of(container, chat)
    container.chat.see_customer(key, Viewer())
    container.chat.see_customer(key, Viewer(), left=True)
    wait(clock, 1)
    answer(container, chat)
    wait(clock, 60)
    assert container.chat_patience.mail_unread() == 0
    (mail,) = mails_of(container, chat)
    assert "Hello Ada" in mail.body


def test_whose_browser_died_gets_the_answers_by_mail_once(
    container: Container, clock: FrozenClock, chat: Conversation
) -> None:
    container.chat.see_customer(key_of(container, chat), Viewer())
    wait(clock, 2)
    answer(container, chat, "Hello Ada")
    answer(container, chat, "Are you there?")
    assert mails_of(container, chat) == ()
    wait(clock, PRESENT_FOR.total_seconds() + 1)
    assert [container.chat_patience.mail_unread() for _ in range(2)] == [1, 0]
    (mail,) = mails_of(container, chat)
    assert "Hello Ada" in mail.body
    assert "Are you there?" in mail.body


def test_a_mail_follows_every_answer_once_the_chat_has_ended(
    container: Container, clock: FrozenClock, chat: Conversation
) -> None:
    wait(clock, 181)
    container.chat_patience.end_unanswered()
    container.chat.see_customer(key_of(container, chat), Viewer())
    wait(clock, 1)
    answer(container, chat)
    assert len(mails_of(container, chat)) == 2
