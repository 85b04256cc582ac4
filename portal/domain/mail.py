"""E-mail waiting to be sent, sent, or kept because no server is configured."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class MailState(StrEnum):
    """What became of a mail. KEPT: no SMTP server is set, an admin can read it. FAILED: gave up after retries."""

    QUEUED = "queued"
    SENT = "sent"
    KEPT = "kept"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingMail:
    """One mail to one person.

    Attributes:
        message_id: RFC 5322 Message-ID without angle brackets; stable over retries, so that a mail
            sent twice by accident is recognised as one.
    """

    id: int
    to_name: str
    to_address: str
    subject: str
    body: str
    message_id: str
    references: str
    state: MailState
    attempts: int
    last_error: str
    created_at: datetime
    sent_at: datetime | None
