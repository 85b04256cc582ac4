"""E-mail waiting to be sent, sent, or kept because no server is configured."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class MailState(StrEnum):
    """What became of a mail.

    SENDING: a worker has it in hand. KEPT: no SMTP server is set, an admin can read it. FAILED: refused for good, or
    given up after retries.
    """

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    KEPT = "kept"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingMail:
    """One mail to one person.

    Attributes:
        automatic: A machine wrote it, so that machines must not answer it.
        message_id: RFC 5322 Message-ID without angle brackets; stable over retries, so that a mail
            sent twice by accident is recognised as one.
        references: Message-IDs of the earlier mails of the conversation, oldest first, each in angle brackets.
        last_error: Why it was not sent; empty when there is nothing to say.
    """

    id: int
    to_name: str
    to_address: str
    subject: str
    body: str
    message_id: str
    references: str
    automatic: bool
    state: MailState
    attempts: int
    last_error: str
    created_at: datetime
    sent_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MailDraft:
    """A mail written but not yet queued."""

    conversation_id: int | None
    to_name: str
    to_address: str
    subject: str
    body: str
    message_id: str
    automatic: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MailPage:
    """A page of the outbox, as admins see it.

    Attributes:
        mails: Kept and failed ones, newest first.
        waiting: Mails that the worker will still send.
    """

    mails: tuple[OutgoingMail, ...]
    kept: int
    failed: int
    waiting: int
    can_send: bool
