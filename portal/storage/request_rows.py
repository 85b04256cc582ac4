"""The tables of requests for a human: conversations, messages, mails, and what agents work with."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.storage.base import Base
from portal.storage.rows import KEY


class ConversationRow(Base):
    """A request for a human. `journey` is the copy the customer chose to send.

    `form_key` is random per form shown: sending the same form twice makes one request.
    `token_version` is in the private link's signature: raising it revokes the link. `call_from` and `call_until` bound
    the time a caller asked for. `identity` is what the company's own site signed about the customer. `waiting_since`
    is when the customer began to wait for us, None when it is their turn. `chat_ended_at` is when a chat went on by
    e-mail.
    """

    __tablename__ = "conversations"
    __table_args__ = (
        Index("ix_conversations_state_created_at", "state", "created_at"),
        Index("ix_conversations_user_id", "user_id"),
        Index("ix_conversations_assignee_id", "assignee_id"),
        Index("ix_conversations_email", "email"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(20), unique=True)
    form_key: Mapped[str] = mapped_column(String(64), unique=True)
    token_version: Mapped[int] = mapped_column(default=1)
    state: Mapped[str] = mapped_column(String(30))
    reason: Mapped[str] = mapped_column(String(30))
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(254))
    user_id: Mapped[int | None]
    locale: Mapped[str] = mapped_column(String(20))
    journey_id: Mapped[str] = mapped_column(String(32), default="")
    journey: Mapped[list[Any]]
    channel: Mapped[str] = mapped_column(String(20), default="message")
    urgent: Mapped[bool] = mapped_column(default=False)
    assignee_id: Mapped[int | None]
    tags: Mapped[list[Any]] = mapped_column(default=list)
    phone: Mapped[str] = mapped_column(String(40), default="")
    call_from: Mapped[datetime | None]
    call_until: Mapped[datetime | None]
    identity: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    reply_expected_at: Mapped[datetime]
    first_reply_at: Mapped[datetime | None]
    waiting_since: Mapped[datetime | None]
    solved_at: Mapped[datetime | None]
    chat_ended_at: Mapped[datetime | None]
    messages: Mapped[list[MessageRow]] = relationship(order_by="MessageRow.id")


class MessageRow(Base):
    """One message of a conversation. `form_key` is random per form shown: a form sent twice makes one message.

    `kind` tells what customers see from what only agents do; `quoted` is what a mail repeated of earlier ones.
    """

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("conversation_id", "form_key"),
        Index("ix_messages_conversation_id", "conversation_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"))
    author_kind: Mapped[str] = mapped_column(String(20))
    author_id: Mapped[int | None]
    author_name: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    form_key: Mapped[str | None] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(20), default="message")
    source: Mapped[str] = mapped_column(String(20), default="web")
    quoted: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime]
    attachments: Mapped[list[AttachmentRow]] = relationship(order_by="AttachmentRow.id")


class MailRow(Base):
    """One outgoing mail. `automatic`: a machine wrote it, and machines must not answer it.

    `html` is the same text with its look, empty for plain mails; `reply_to` is where answers to it are to go.
    """

    __tablename__ = "mails"
    __table_args__ = (
        Index("ix_mails_state", "state"),
        Index("ix_mails_conversation_id", "conversation_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversations.id"))
    to_name: Mapped[str] = mapped_column(String(200))
    to_address: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(String(500))
    body: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text, default="")
    reply_to: Mapped[str] = mapped_column(String(254), default="")
    message_id: Mapped[str] = mapped_column(String(200), unique=True)
    references: Mapped[str] = mapped_column(Text, default="")
    automatic: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(String(20))
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]


class AttachmentRow(Base):
    """A file that came with a message. `stored_name` is its random name in the instance folder."""

    __tablename__ = "attachments"
    __table_args__ = (Index("ix_attachments_message_id", "message_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"))
    stored_name: Mapped[str] = mapped_column(String(64), unique=True)
    file_name: Mapped[str] = mapped_column(String(255))
    media_type: Mapped[str] = mapped_column(String(100))
    size_bytes: Mapped[int]


class IncomingMailRow(Base):
    """A mail that reached us, whatever became of it; its text lies in the instance folder under `stored_name`."""

    __tablename__ = "incoming_mails"
    __table_args__ = (Index("ix_incoming_mails_outcome_received_at", "outcome", "received_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[str] = mapped_column(String(255), unique=True)
    stored_name: Mapped[str] = mapped_column(String(64))
    from_address: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(String(500))
    outcome: Mapped[str] = mapped_column(String(30))
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversations.id"))
    received_at: Mapped[datetime]


class LiveChangeRow(Base):
    """A signal that something changed, for pages that are open; says what and not how, and is soon deleted."""

    __tablename__ = "live_changes"
    __table_args__ = (Index("ix_live_changes_at", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    topic: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime]


class PresenceRow(Base):
    """Who is at a place right now, such as an agent at the desk or a customer in a chat."""

    __tablename__ = "presences"
    __table_args__ = (Index("ix_presences_seen_at", "seen_at"),)

    topic: Mapped[str] = mapped_column(String(80), primary_key=True)
    who: Mapped[str] = mapped_column(String(80), primary_key=True)
    name: Mapped[str] = mapped_column(String(200), default="")
    seen_at: Mapped[datetime]
    typed_at: Mapped[datetime | None]


class CannedReplyRow(Base):
    """An agent's prepared answer, in Markdown with variables."""

    __tablename__ = "canned_replies"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(200), unique=True)
    situation: Mapped[str] = mapped_column(String(40), default="")
    body: Mapped[str] = mapped_column(Text)
    changed_by: Mapped[str] = mapped_column(String(200), default="")
    changed_at: Mapped[datetime]


class ArticleLinkRow(Base):
    """An article that an agent linked in a message."""

    __tablename__ = "article_links"
    __table_args__ = (
        UniqueConstraint("message_id", "article_id"),
        Index("ix_article_links_article_id_at", "article_id", "at"),
        Index("ix_article_links_conversation_id", "conversation_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"))
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"))
    article_id: Mapped[str] = mapped_column(String(KEY))
    agent_id: Mapped[int | None]
    at: Mapped[datetime]


class LinkClickRow(Base):
    """A short link that somebody followed; `conversation_id` when it stood in one."""

    __tablename__ = "link_clicks"
    __table_args__ = (Index("ix_link_clicks_article_id_at", "article_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[str] = mapped_column(String(KEY))
    conversation_id: Mapped[int | None]
    at: Mapped[datetime]


class ArticleFlagRow(Base):
    """An agent's word that an article needs work, or that one is missing (then `article_id` is empty)."""

    __tablename__ = "article_flags"
    __table_args__ = (Index("ix_article_flags_state_at", "state", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(30))
    article_id: Mapped[str] = mapped_column(String(KEY), default="")
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversations.id"))
    agent_id: Mapped[int | None]
    agent_name: Mapped[str] = mapped_column(String(200), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(20), default="open")
    at: Mapped[datetime]


class RatingRow(Base):
    """How a customer found it, once for each request; the latest word counts."""

    __tablename__ = "ratings"
    __table_args__ = (Index("ix_ratings_at", "at"),)

    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"), primary_key=True)
    score: Mapped[int]
    words: Mapped[str] = mapped_column(Text, default="")
    article_id: Mapped[str] = mapped_column(String(KEY), default="")
    agent_id: Mapped[int | None]
    at: Mapped[datetime]


class WebhookRow(Base):
    """An address that is told of events.

    `personal`: names, addresses and words of customers go along. `old_secret` still signs until `old_secret_until`,
    so that a receiver can change over. `failing_since` is None after a success. `paused_reason` is empty while
    `active`.
    """

    __tablename__ = "webhooks"

    id: Mapped[int] = mapped_column(primary_key=True)
    url: Mapped[str] = mapped_column(String(1000))
    note: Mapped[str] = mapped_column(String(200), default="")
    secret: Mapped[str] = mapped_column(String(100))
    old_secret: Mapped[str] = mapped_column(String(100), default="")
    old_secret_until: Mapped[datetime | None]
    events: Mapped[list[Any]]
    personal: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True)
    paused_reason: Mapped[str] = mapped_column(String(40), default="")
    failing_since: Mapped[datetime | None]
    created_at: Mapped[datetime]


class WebhookDeliveryRow(Base):
    """One event on its way to one address."""

    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        Index("ix_webhook_deliveries_webhook_id_created_at", "webhook_id", "created_at"),
        Index("ix_webhook_deliveries_state", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    webhook_id: Mapped[int] = mapped_column(ForeignKey("webhooks.id"))
    event: Mapped[str] = mapped_column(String(40))
    event_id: Mapped[str] = mapped_column(String(32))
    payload: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(20))
    attempts: Mapped[int] = mapped_column(default=0)
    status_code: Mapped[int | None]
    last_error: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    tried_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]


class IdentityRow(Base):
    """A customer as the company's own site knows them: its number for them, and what it signed last."""

    __tablename__ = "identities"
    __table_args__ = (Index("ix_identities_user_id", "user_id"),)

    subject: Mapped[str] = mapped_column(String(KEY), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    facts: Mapped[dict[str, Any]]
    at: Mapped[datetime]


class UsedTokenRow(Base):
    """An identity token that was used, by the hash of its number, until it has expired anyway."""

    __tablename__ = "used_tokens"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    until: Mapped[datetime]
