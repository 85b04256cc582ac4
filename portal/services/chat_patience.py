"""Chats that nobody answers go on by e-mail, and so do answers that nobody was there to read."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter

from portal.domain.clock import Clock
from portal.domain.conversations import (
    WAITING_FOR_US,
    AuthorKind,
    Conversation,
    ConversationChange,
    MessageKind,
    MessageSource,
    NewMessage,
)
from portal.domain.live import CUSTOMER, PRESENT_FOR, Presence, conversation_topic
from portal.integrations.correspondence import Correspondence
from portal.storage.database import Database, UnitOfWork

#: Chats that are ended at a time, the longest waiting first; the next look takes the rest.
AT_A_TIME = 50
#: Answers older than this have been looked at before; presences are forgotten a little later.
LOOK_BACK = 8 * PRESENT_FOR


class ChatPatience:
    """Looks after chats from time to time."""

    def __init__(
        self, database: Database, clock: Clock, correspondence: Correspondence, *, patience_seconds: int
    ) -> None:
        """Bring together what the service works with.

        Args:
            patience_seconds: How long a customer waits in a chat before it goes on by e-mail.
        """
        self._database = database
        self._clock = clock
        self._correspondence = correspondence
        self._patience = timedelta(seconds=patience_seconds)

    def end_unanswered(self) -> int:
        """Turn chats in which nobody answers into requests by e-mail, with an apology; return how many there were."""
        now = self._clock.now()
        with self._database.read() as work:
            waiting = work.chats.list_unanswered(now - self._patience, limit=AT_A_TIME)
        return sum(self._end(conversation_id, now) for conversation_id in waiting)

    def mail_unread(self) -> int:
        """Send the answers by mail whose customers had left when they came; return how many customers get one."""
        now = self._clock.now()
        with self._database.read() as work:
            answers = work.chats.list_answers_unmailed(now - LOOK_BACK, now - PRESENT_FOR)
        sent = 0
        for conversation_id, pairs in groupby(sorted(answers), key=itemgetter(0)):
            sent += self._mail(conversation_id, frozenset(message_id for _, message_id in pairs), now)
        return sent

    def _end(self, conversation_id: int, now: datetime) -> bool:
        with self._database.work() as work:
            work.conversations.hold(conversation_id)
            conversation = work.conversations.get(conversation_id)
            present = work.live.list_present(conversation_topic(conversation_id), now - PRESENT_FOR)
            if not self._is_given_up(conversation, present, now):
                return False
            promised = self._correspondence.promise.for_request_at(now)
            ended = replace(conversation, chat_ended_at=now, reply_expected_at=promised)
            work.conversations.add_message(conversation_id, self._apology(ended, now))
            change = ConversationChange(
                state=conversation.state, updated_at=now, reply_expected_at=promised, chat_ended_at=now
            )
            work.conversations.change(conversation_id, change)
            work.mails.queue(self._correspondence.writer.chat_missed(ended, now=now), now=now)
            return True

    def _is_given_up(self, conversation: Conversation, present: tuple[Presence, ...], now: datetime) -> bool:
        """Whether nobody is about to answer: whoever types is, and so is an agent who has answered and is there."""
        waiting = conversation.is_live_chat and conversation.state in WAITING_FOR_US
        if not waiting or conversation.waiting_since is None or conversation.waiting_since > now - self._patience:
            return False
        agents = [each for each in present if each.who != CUSTOMER]
        talking = conversation.first_reply_at is not None and bool(agents)
        return not talking and not any(agent.is_typing(now) for agent in agents)

    def _apology(self, conversation: Conversation, now: datetime) -> NewMessage:
        phrases = self._correspondence.book.phrases(conversation.locale)
        sorry = phrases.gettext("We are sorry: nobody could answer in the chat just now. We go on by e-mail.")
        return NewMessage(
            form_key=f"chat ended {conversation.id}",
            author_kind=AuthorKind.SYSTEM,
            author_id=None,
            author_name="",
            body=f"{sorry} {phrases.reply_expectation(conversation.reply_expected_at, now=now)}",
            at=now,
            kind=MessageKind.EVENT,
            source=MessageSource.CHAT,
        )

    def _mail(self, conversation_id: int, message_ids: frozenset[int], now: datetime) -> bool:
        with self._database.work() as work:
            conversation = work.conversations.get(conversation_id)
            seen = work.live.last_seen(conversation_topic(conversation_id), CUSTOMER)
            missed = [each for each in conversation.messages if each.id in message_ids]
            missed = [each for each in missed if seen is None or seen < each.at]
            if not missed or _is_mailed(work, conversation_id, missed[-1].at):
                return False
            draft = self._correspondence.writer.answer(
                conversation,
                text="\n\n".join(message.body for message in missed),
                agent_name=missed[-1].author_name,
                files=tuple(file for message in missed for file in message.files),
                now=now,
            )
            work.mails.queue(draft, now=now)
            return True


def _is_mailed(work: UnitOfWork, conversation_id: int, since: datetime) -> bool:
    """Whether another worker was quicker."""
    return any(mail.created_at >= since for mail in work.mails.list_for_conversation(conversation_id))
