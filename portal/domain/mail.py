"""E-mail waiting to be sent, sent, or kept because no server is configured."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

#: Waits before the next attempt of a mail that the server told to come back; after the last one it has failed.
RETRY_AFTER = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=12),
    timedelta(hours=12),
    timedelta(hours=24),
)
#: While the server itself is out of reach a mail is tried again within these, so that none is late when it is back.
OUTAGE_RETRY_MIN = timedelta(minutes=1)
OUTAGE_RETRY_MAX = timedelta(minutes=15)
#: After an outage as long as this a mail has failed: nobody reads it as an answer any more.
OUTAGE_GIVE_UP = timedelta(days=5)


#: Longest subject that is kept, in characters.
MAX_SUBJECT_LENGTH = 500

#: What mail programs of several languages put in front of a subject.
_ANSWERED = re.compile(r"^(?:(?:re|aw|antw|sv|vs|ref|rv|r|odp)(?:\[\d+\])?\s*:\s*)+", re.IGNORECASE)


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


class MailFault(StrEnum):
    """Why a mail was not sent.

    OUTAGE: the server cannot be reached or does not let us in, which is nothing about this mail. LATER: the server
    wants this mail later. REFUSED: the server will never take this mail.
    """

    OUTAGE = "outage"
    LATER = "later"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingMail:
    """One mail to one person.

    Attributes:
        automatic: A machine wrote it, so that machines must not answer it.
        attempts: How often the server was asked to take this mail; an outage does not count.
        message_id: RFC 5322 Message-ID without angle brackets; stable over retries, so that a mail
            sent twice by accident is recognised as one.
        references: Message-IDs of the earlier mails of the conversation, oldest first, each in angle brackets.
        last_error: Why it was not sent; empty when there is nothing to say.
        html: The same text with its look; empty for plain mails.
        reply_to: Where answers are to go; empty for the sender's own address.
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
    html: str = ""
    reply_to: str = ""


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
    html: str = ""
    reply_to: str = ""


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


def answer_subject(subject: str) -> str:
    """Return the subject of an answer to a mail, with one "Re:" however many there were."""
    return f"Re: {_ANSWERED.sub('', subject.strip()).strip()}"[:MAX_SUBJECT_LENGTH]


def plan_mail_retry(fault: MailFault, *, attempts: int, created_at: datetime, now: datetime) -> datetime | None:
    """Say when to try a mail again that was not sent; None gives it up.

    Args:
        attempts: Those made so far, this one included.
        created_at: When the mail was written.
    """
    if fault is MailFault.REFUSED:
        return None
    if fault is MailFault.OUTAGE:
        age = now - created_at
        wait = min(max(age / 2, OUTAGE_RETRY_MIN), OUTAGE_RETRY_MAX)
        return now + wait if age < OUTAGE_GIVE_UP else None
    return now + RETRY_AFTER[attempts - 1] if attempts <= len(RETRY_AFTER) else None
