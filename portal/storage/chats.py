"""What live chats ask of the database: how busy the desk is, which chats nobody answers, and how soon people reply."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import String, case, cast, func, literal, select

from portal.domain.conversations import WAITING_FOR_US, AuthorKind, Channel, MessageKind
from portal.domain.live import CONVERSATION, CUSTOMER
from portal.storage.base import Store
from portal.storage.request_rows import ConversationRow, MailRow, MessageRow, PresenceRow

_WAITING = tuple(state.value for state in WAITING_FOR_US)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskCounts:
    """How many requests wait for us, and which of these; `newest` is the reference of the last one begun, or empty."""

    needs_reply: int
    unassigned: int
    urgent: int
    chats: int
    newest: str


class ChatStore(Store):
    """What live chats ask of the database."""

    def count_desk(self) -> DeskCounts:
        """Count the requests that wait for us."""
        live = (ConversationRow.channel == Channel.CHAT) & ConversationRow.chat_ended_at.is_(None)
        query = select(
            func.count(),
            func.count(case((ConversationRow.assignee_id.is_(None), 1))),
            func.count(case((ConversationRow.urgent, 1))),
            func.count(case((live, 1))),
        ).where(ConversationRow.state.in_(_WAITING))
        needs_reply, unassigned, urgent, chats = self.session.execute(query).one()
        newest = self.session.scalar(select(ConversationRow.reference).order_by(ConversationRow.id.desc()).limit(1))
        return DeskCounts(
            needs_reply=needs_reply, unassigned=unassigned, urgent=urgent, chats=chats, newest=newest or ""
        )

    def list_unanswered(self, waiting_since: datetime, *, limit: int) -> tuple[int, ...]:
        """Return the live chats whose customers have waited for us since this time or longer, the longest first."""
        query = select(ConversationRow.id).where(
            ConversationRow.channel == Channel.CHAT,
            ConversationRow.chat_ended_at.is_(None),
            ConversationRow.state.in_(_WAITING),
            ConversationRow.waiting_since <= waiting_since,
        )
        return tuple(self.session.scalars(query.order_by(ConversationRow.waiting_since).limit(limit)))

    def list_answers_unmailed(self, after: datetime, until: datetime) -> tuple[tuple[int, int], ...]:
        """Return agents' answers in chats that went out by no mail and that no customer was there to read.

        They come as pairs of conversation and message, oldest first.

        Args:
            after: Only answers of after this time,
            until: and not of after that one.
        """
        mailed = select(MailRow.id).where(
            MailRow.conversation_id == MessageRow.conversation_id, MailRow.created_at >= MessageRow.at
        )
        read = select(PresenceRow.who).where(
            PresenceRow.topic == literal(CONVERSATION) + cast(MessageRow.conversation_id, String),
            PresenceRow.who == CUSTOMER,
            PresenceRow.seen_at >= MessageRow.at,
        )
        query = (
            select(MessageRow.conversation_id, MessageRow.id)
            .join(ConversationRow, ConversationRow.id == MessageRow.conversation_id)
            .where(
                ConversationRow.channel == Channel.CHAT,
                ConversationRow.updated_at > after,
                MessageRow.author_kind == AuthorKind.AGENT,
                MessageRow.kind == MessageKind.MESSAGE,
                MessageRow.at > after,
                MessageRow.at <= until,
                ~mailed.exists(),
                ~read.exists(),
            )
            .order_by(MessageRow.id)
        )
        return tuple((row[0], row[1]) for row in self.session.execute(query))

    def list_first_replies(self, channel: Channel, since: datetime) -> tuple[tuple[datetime, datetime], ...]:
        """Return when requests by a channel came and when a person first replied, of the replies since this time."""
        query = select(ConversationRow.created_at, ConversationRow.first_reply_at).where(
            ConversationRow.channel == channel, ConversationRow.first_reply_at >= since
        )
        return tuple((came, replied) for came, replied in self.session.execute(query) if replied is not None)
