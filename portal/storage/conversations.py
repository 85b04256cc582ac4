"""Requests for a human, and their messages."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased, selectinload

from portal.domain.conversations import (
    WAITING_FOR_US,
    AuthorKind,
    Channel,
    Conversation,
    ConversationChange,
    ConversationState,
    ConversationSummary,
    HandoffReason,
    Message,
    MessageKind,
    MessageSource,
    NewConversation,
    NewMessage,
)
from portal.domain.errors import Conflict, NotFound
from portal.domain.journeys import Journey, JourneyStep, StepKind
from portal.domain.live import CUSTOMER, agent_key, conversation_topic
from portal.storage.attachments import attachment, attachment_rows
from portal.storage.base import Store
from portal.storage.live import LiveStore
from portal.storage.request_rows import ConversationRow, MessageRow
from portal.storage.webhooks import WebhookStore

#: Characters of the first message that a list shows.
EXCERPT_LENGTH = 160


class ConversationStore(Store):
    """Requests for a human, and their messages."""

    def add(self, new: NewConversation) -> Conversation:
        """Store a request with its first message.

        Raises:
            Conflict: Another transaction stored a request with this form key or reference at the same moment.
        """
        row = _new_row(new)
        try:
            with self.session.begin_nested():
                self.session.add(row)
        except IntegrityError as error:
            raise Conflict("This request has just been stored. Nothing was lost.") from error
        WebhookStore(self.session).tell_of_request(row, new.created_at)
        LiveStore(self.session).announce_request(row.id, new.created_at)
        return _conversation(row)

    def find_by_form_key(self, form_key: str) -> Conversation | None:
        """Return the request that this form made, if it was sent before."""
        return self._find(_whole().where(ConversationRow.form_key == form_key))

    def get(self, conversation_id: int) -> Conversation:
        """Return a request with its messages.

        Raises:
            NotFound: There is none with this number.
        """
        return _found(self._find(_whole().where(ConversationRow.id == conversation_id)))

    def get_by_reference(self, reference: str, *, after: int | None = None) -> Conversation:
        """Return a request with its messages.

        Args:
            after: Only messages with a higher number come along, which spares loading a long talk again and again.

        Raises:
            NotFound: There is none with this reference.
        """
        return _found(self._find(_whole(after).where(ConversationRow.reference == reference)))

    def find_message(self, conversation_id: int, form_key: str) -> Message | None:
        """Return the message of a conversation that was sent with this key."""
        row = self.session.scalar(
            select(MessageRow).where(MessageRow.conversation_id == conversation_id, MessageRow.form_key == form_key)
        )
        return None if row is None else _message(row)

    def has_reference(self, reference: str) -> bool:
        """Whether a reference is taken."""
        return self.session.scalar(select(ConversationRow.id).where(ConversationRow.reference == reference)) is not None

    def list_for_user(self, user_id: int, *, limit: int) -> tuple[ConversationSummary, ...]:
        """Return the requests that a signed-in customer sent, the last changed first."""
        query = summaries().where(ConversationRow.user_id == user_id)
        newest = query.order_by(ConversationRow.updated_at.desc(), ConversationRow.id.desc()).limit(limit)
        return tuple(to_summary(row, excerpt) for row, excerpt in self.session.execute(newest))

    def hold(self, conversation_id: int) -> None:
        """Keep others from adding to a conversation until this transaction ends, so that messages follow in order."""
        self.session.get_one(ConversationRow, conversation_id, with_for_update=True)

    def add_message(self, conversation_id: int, new: NewMessage) -> bool:
        """Store a message; False, and nothing stored, when its form was sent before."""
        self.hold(conversation_id)
        row = _new_message_row(conversation_id, new)
        try:
            with self.session.begin_nested():
                self.session.add(row)
        except IntegrityError:
            return False
        author = CUSTOMER if new.author_kind is AuthorKind.CUSTOMER else agent_key(new.author_id or 0)
        LiveStore(self.session).stop_typing(conversation_topic(conversation_id), author)
        WebhookStore(self.session).tell_of_message(self.session.get_one(ConversationRow, conversation_id), row)
        LiveStore(self.session).announce_request(conversation_id, new.at)
        return True

    def change(self, conversation_id: int, change: ConversationChange) -> None:
        """Apply what an event changed; who waits since when, and when it was solved, follow from the state."""
        row = self.session.get_one(ConversationRow, conversation_id)
        if change.state in WAITING_FOR_US:
            row.waiting_since = row.waiting_since or change.updated_at
        else:
            row.waiting_since = None
        solved = change.state is ConversationState.SOLVED
        newly_solved = solved and row.state != ConversationState.SOLVED
        row.solved_at = (row.solved_at or change.updated_at) if solved else None
        for name, value in _values(change).items():
            if value is not None:
                setattr(row, name, value)
        if newly_solved:
            WebhookStore(self.session).tell_of_solution(row, change.updated_at)
        LiveStore(self.session).announce_request(conversation_id, change.updated_at)

    def revoke_links(self, conversation_id: int) -> None:
        """Make every private link to this request that was given out so far worthless."""
        self.session.get_one(ConversationRow, conversation_id).token_version += 1

    def _find(self, query: Select[ConversationRow]) -> Conversation | None:
        # A row that this transaction has changed must come back as it is now, with the messages added since.
        row = self.session.scalars(query.execution_options(populate_existing=True)).first()
        return None if row is None else _conversation(row)


def _whole(after: int | None = None) -> Select[ConversationRow]:
    messages = ConversationRow.messages if after is None else ConversationRow.messages.and_(MessageRow.id > after)
    with_files = selectinload(messages).selectinload(MessageRow.attachments)
    return select(ConversationRow).options(with_files)


def summaries() -> Select[ConversationRow, str]:
    """Select requests as lists show them, each with the beginning of its first message, for `to_summary`."""
    message = aliased(MessageRow)
    first = select(func.min(message.id)).where(message.conversation_id == ConversationRow.id).scalar_subquery()
    excerpt = func.substr(MessageRow.body, 1, EXCERPT_LENGTH)
    return select(ConversationRow, excerpt).join(MessageRow, MessageRow.id == first)


def _found(conversation: Conversation | None) -> Conversation:
    if conversation is None:
        raise NotFound("There is no such request.")
    return conversation


def _new_row(new: NewConversation) -> ConversationRow:
    first = MessageRow(author_kind=AuthorKind.CUSTOMER, author_name=new.name, body=new.message, at=new.created_at)
    first.author_id = new.user_id
    first.source = new.source
    first.quoted = new.quoted
    first.attachments = attachment_rows(new.files)
    return ConversationRow(
        reference=new.reference,
        form_key=new.form_key,
        token_version=1,
        state=ConversationState.NEW,
        reason=new.reason,
        name=new.name,
        email=new.email,
        user_id=new.user_id,
        locale=new.locale,
        journey_id=new.journey.id,
        journey=[_step_values(step) for step in new.journey.steps],
        channel=new.channel,
        urgent=new.urgent,
        tags=[],
        phone=new.phone,
        call_from=new.call_from,
        call_until=new.call_until,
        identity=dict(new.identity),
        waiting_since=new.created_at,
        created_at=new.created_at,
        updated_at=new.created_at,
        reply_expected_at=new.reply_expected_at,
        messages=[first],
    )


def _new_message_row(conversation_id: int, new: NewMessage) -> MessageRow:
    values = _values(new)
    values["attachments"] = attachment_rows(new.files)
    del values["files"]
    return MessageRow(conversation_id=conversation_id, **values)


def _values(record: NewMessage | ConversationChange) -> dict[str, object]:
    return {field.name: getattr(record, field.name) for field in fields(record)}


def _step_values(step: JourneyStep) -> dict[str, Any]:
    return {
        "key": step.key,
        "kind": step.kind.value,
        "at": step.at.isoformat(),
        "text": step.text,
        "detail": step.detail,
        "article_id": step.article_id,
        "seconds": step.seconds,
    }


def _step(values: dict[str, Any]) -> JourneyStep:
    return JourneyStep(
        key=values["key"],
        kind=StepKind(values["kind"]),
        at=datetime.fromisoformat(values["at"]),
        text=values["text"],
        detail=values["detail"],
        article_id=values["article_id"],
        seconds=values.get("seconds", 0),
    )


def _conversation(row: ConversationRow) -> Conversation:
    return Conversation(
        id=row.id,
        reference=row.reference,
        state=ConversationState(row.state),
        reason=HandoffReason(row.reason),
        name=row.name,
        email=row.email,
        user_id=row.user_id,
        locale=row.locale,
        created_at=row.created_at,
        updated_at=row.updated_at,
        reply_expected_at=row.reply_expected_at,
        first_reply_at=row.first_reply_at,
        journey=Journey(id=row.journey_id, steps=tuple(_step(values) for values in row.journey)),
        token_version=row.token_version,
        messages=tuple(_message(message) for message in row.messages),
        channel=Channel(row.channel),
        urgent=row.urgent,
        assignee_id=row.assignee_id,
        tags=tuple(row.tags),
        phone=row.phone,
        call_from=row.call_from,
        call_until=row.call_until,
        identity=row.identity,
        waiting_since=row.waiting_since,
        solved_at=row.solved_at,
        chat_ended_at=row.chat_ended_at,
    )


def _message(row: MessageRow) -> Message:
    return Message(
        id=row.id,
        author_kind=AuthorKind(row.author_kind),
        author_name=row.author_name,
        body=row.body,
        at=row.at,
        author_id=row.author_id,
        form_key=row.form_key or "",
        kind=MessageKind(row.kind),
        source=MessageSource(row.source),
        quoted=row.quoted,
        files=tuple(attachment(file) for file in row.attachments),
    )


def to_summary(row: ConversationRow, excerpt: str) -> ConversationSummary:
    """Build a request as lists show it from its row."""
    return ConversationSummary(
        id=row.id,
        reference=row.reference,
        state=ConversationState(row.state),
        reason=HandoffReason(row.reason),
        name=row.name,
        email=row.email,
        excerpt=" ".join(excerpt.split()),
        created_at=row.created_at,
        updated_at=row.updated_at,
        reply_expected_at=row.reply_expected_at,
        first_reply_at=row.first_reply_at,
        channel=Channel(row.channel),
        urgent=row.urgent,
        assignee_id=row.assignee_id,
        tags=tuple(row.tags),
        waiting_since=row.waiting_since,
    )
