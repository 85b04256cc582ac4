from __future__ import annotations

from datetime import timedelta

from portal.domain.conversations import (
    AuthorKind,
    Channel,
    ConversationChange,
    ConversationState,
    MessageKind,
    NewMessage,
)
from portal.domain.live import CUSTOMER, agent_key, conversation_topic
from portal.storage.chats import DeskCounts
from portal.storage.database import Database
from tests.conversation_builders import MAIL_DRAFT, NOW, new_conversation


def begin(database: Database, number: int, **values: object) -> int:
    with database.work() as work:
        return work.conversations.add(new_conversation(number, **values)).id


def change(database: Database, conversation_id: int, **values: object) -> None:
    usual: dict[str, object] = {"state": ConversationState.NEW, "updated_at": NOW}
    with database.work() as work:
        work.conversations.change(conversation_id, ConversationChange(**{**usual, **values}))  # type: ignore[arg-type]


def answer(database: Database, conversation_id: int, minutes: int, kind: MessageKind = MessageKind.MESSAGE) -> None:
    at = NOW + timedelta(minutes=minutes)
    new = NewMessage(
        form_key=f"{kind} {minutes}",
        author_kind=AuthorKind.AGENT,
        author_id=2,
        author_name="Ben",
        body="Hello",
        at=at,
        kind=kind,
    )
    with database.work() as work:
        work.conversations.add_message(conversation_id, new)
    change(database, conversation_id, updated_at=at)


def test_an_empty_desk_counts_nothing(database: Database) -> None:
    with database.read() as work:
        nothing = DeskCounts(needs_reply=0, unassigned=0, urgent=0, chats=0, newest="")
        assert work.chats.count_desk() == nothing


def test_the_desk_counts_what_waits_for_us(database: Database) -> None:
    begin(database, 2, channel=Channel.CHAT)
    ended = begin(database, 3, channel=Channel.CHAT, urgent=True)
    solved = begin(database, 4, urgent=True)
    change(database, ended, chat_ended_at=NOW)
    change(database, solved, state=ConversationState.SOLVED)
    with database.read() as work:
        assert work.chats.count_desk() == DeskCounts(needs_reply=2, unassigned=2, urgent=1, chats=1, newest="R-222224")


def test_only_live_chats_that_wait_are_unanswered(database: Database) -> None:
    waiting = begin(database, 2, channel=Channel.CHAT)
    ended, answered = (begin(database, number, channel=Channel.CHAT) for number in (3, 4))
    begin(database, 6)
    change(database, ended, chat_ended_at=NOW)
    change(database, answered, state=ConversationState.WAITING_FOR_CUSTOMER)
    with database.read() as work:
        assert work.chats.list_unanswered(NOW, limit=9) == (waiting,)
        assert work.chats.list_unanswered(NOW - timedelta(seconds=1), limit=9) == ()


def test_answers_without_a_mail_are_found_and_notes_are_not(database: Database) -> None:
    chat, message = begin(database, 2, channel=Channel.CHAT), begin(database, 3)
    for conversation_id in (chat, message):
        answer(database, conversation_id, 1)
    answer(database, chat, 2, MessageKind.NOTE)
    until = NOW + timedelta(minutes=5)
    with database.read() as work:
        ((found, _),) = work.chats.list_answers_unmailed(NOW, until)
        assert found == chat
        assert work.chats.list_answers_unmailed(NOW, NOW) == ()
    with database.work() as work:
        mail = {name: getattr(MAIL_DRAFT, name) for name in MAIL_DRAFT.__slots__}
        work.mails.queue(type(MAIL_DRAFT)(**{**mail, "conversation_id": chat}), now=NOW + timedelta(minutes=1))
    with database.read() as work:
        assert work.chats.list_answers_unmailed(NOW, until) == ()


def test_answers_that_the_customer_was_there_to_read_are_not_looked_at_again(database: Database) -> None:
    chats = [begin(database, number, channel=Channel.CHAT) for number in (2, 3)]
    for conversation_id, seen_at in zip(chats, (NOW, NOW + timedelta(minutes=1)), strict=True):
        answer(database, conversation_id, 1)
        with database.work() as work:
            work.live.see(conversation_topic(conversation_id), CUSTOMER, "Ada", seen_at)
            work.live.see(conversation_topic(conversation_id), agent_key(2), "Ben", NOW + timedelta(minutes=2))
    with database.read() as work:
        found = work.chats.list_answers_unmailed(NOW, NOW + timedelta(minutes=5))
    assert [conversation_id for conversation_id, _ in found] == chats[:1]


def test_first_replies_are_listed_by_channel(database: Database) -> None:
    chat, late, _ = (begin(database, number, channel=Channel.CHAT) for number in (2, 3, 4))
    begin(database, 6)
    replied = NOW + timedelta(minutes=3)
    change(database, chat, first_reply_at=replied)
    change(database, late, first_reply_at=NOW - timedelta(days=8))
    with database.read() as work:
        assert work.chats.list_first_replies(Channel.CHAT, NOW - timedelta(days=7)) == ((NOW, replied),)
        assert work.chats.list_first_replies(Channel.MESSAGE, NOW - timedelta(days=7)) == ()


def test_only_the_messages_that_are_asked_for_come_along(database: Database) -> None:
    chat = begin(database, 2, channel=Channel.CHAT)
    answer(database, chat, 1)
    with database.read() as work:
        first, second = work.conversations.get_by_reference("R-222222").messages
        assert work.conversations.get_by_reference("R-222222", after=first.id).messages == (second,)
        assert work.conversations.get_by_reference("R-222222", after=second.id).messages == ()
        assert work.conversations.find_message(chat, "message 1") == second
        assert work.conversations.find_message(chat + 1, "message 1") is None
