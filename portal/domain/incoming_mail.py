"""Mails that reach us: what they say, what they are, and what becomes of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from portal.domain.attachments import Upload
from portal.domain.conversations import Conversation

#: Within this time a sender gets one automatic answer, however many mails come: two machines that answer one another
#: stop after the first.
CONFIRMATION_WINDOW_MINUTES = 60
#: Mails of one sender in this time, without an agent's word in between, are looked at by a person first when there
#: are more than the settings allow.
FLOOD_WINDOW_MINUTES = 60


class MailOutcome(StrEnum):
    """What became of a mail that reached us.

    RECEIVED: stored, not yet read. OPENED: a new request. ADDED: a message of its customer. NOTED: an internal note,
    because it came from somebody else. AUTOMATIC: a machine wrote it. BOUNCE: one of ours could not be delivered.
    LOOP: our own mail came back. HELD: too many of one sender. EMPTY: nothing in it. UNREADABLE: it could not be read.
    """

    RECEIVED = "received"
    OPENED = "opened"
    ADDED = "added"
    NOTED = "noted"
    AUTOMATIC = "automatic"
    BOUNCE = "bounce"
    LOOP = "loop"
    HELD = "held"
    EMPTY = "empty"
    UNREADABLE = "unreadable"


#: Outcomes of mails that no person has seen in a conversation; an admin can take them in.
SET_ASIDE = (MailOutcome.AUTOMATIC, MailOutcome.LOOP, MailOutcome.HELD, MailOutcome.EMPTY, MailOutcome.UNREADABLE)
#: Outcomes of mails that belong to their customer's side of a conversation, so that ours refer to them.
IN_THREAD = (MailOutcome.OPENED, MailOutcome.ADDED)


class MailNature(StrEnum):
    """Who wrote a mail: a PERSON, an AUTOMATIC answer or mailing, a mail server (BOUNCE), or ourselves (OWN)."""

    PERSON = "person"
    AUTOMATIC = "automatic"
    BOUNCE = "bounce"
    OWN = "own"


@dataclass(frozen=True, slots=True, kw_only=True)
class BouncedMail:
    """What a mail server says of a mail of ours that it could not deliver.

    Attributes:
        message_id: Of our mail, without angle brackets.
        reason: In the server's words, on one line.
    """

    message_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingMail:
    """A mail as it was read.

    Attributes:
        message_id: Without angle brackets; empty when it has none.
        from_address: As accounts are known by; empty when there is none that can be read.
        recipients: Every address it was sent to, in lower case.
        references: Message-IDs it answers, without angle brackets, the latest first.
        text: What its sender wrote, without what the mail repeats; never more than a message holds.
        quoted: What it repeats of earlier ones, and the signature.
        whole_text: The whole text, where `text` is only its beginning; else empty.
        dropped: Names of files that were cut off because the mail was too large.
        bounced: What could not be delivered, for a mail that tells so.
    """

    message_id: str
    from_address: str
    from_name: str
    subject: str
    recipients: tuple[str, ...]
    references: tuple[str, ...]
    nature: MailNature
    text: str
    quoted: str = ""
    whole_text: str = ""
    files: tuple[Upload, ...] = ()
    dropped: tuple[str, ...] = ()
    bounced: BouncedMail | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredMail:
    """A mail that reached us, as the database knows it; its text lies in the instance folder.

    Attributes:
        message_id: Of the mail, or made up from its content where it has none.
        stored_name: Of the file, 64 hexadecimal characters; empty when the file has been deleted.
    """

    id: int
    message_id: str
    stored_name: str
    from_address: str
    subject: str
    outcome: MailOutcome
    conversation_id: int | None
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MailPlan:
    """What to do with a mail.

    Attributes:
        conversation: Where it belongs; None for a new request, and for what belongs nowhere.
        note_in: A conversation whose agents are told that a stranger named it.
    """

    outcome: MailOutcome
    conversation: Conversation | None = None
    note_in: Conversation | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingMailPage:
    """What an admin sees of mails that reached us.

    Attributes:
        mails: Those set aside, newest first.
        waiting: Mails that the worker has yet to read.
        mailbox: The state of the mailbox that is looked into; None when none is set.
    """

    mails: tuple[StoredMail, ...]
    waiting: int
    mailbox: MailboxState | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxState:
    """How far a mailbox has been read.

    Attributes:
        validity: The server's number for this numbering of mails (UIDVALIDITY); 0 before the first look.
        last_uid: Mails up to this number have been stored.
        read_at: The last look that went well; None before the first.
        error: Why the last look did not; empty when it did.
    """

    validity: int = 0
    last_uid: int = 0
    read_at: datetime | None = None
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailContext:
    """What is known around a mail.

    Attributes:
        addressed: The request whose signed reply address it was sent to.
        referred: The request one of whose mails it answers.
        recent: Mails of this sender in the last hour since an agent answered them, this one included.
        most: More than these are held.
        forced: An admin has looked at it and wants it taken in.
    """

    addressed: Conversation | None
    referred: Conversation | None
    recent: int
    most: int
    forced: bool = False


def plan_incoming(mail: IncomingMail, context: MailContext) -> MailPlan:
    """Say what becomes of a mail.

    Whoever knows the signed address has had a mail of ours in hand; still only the customer's own words become the
    customer's. A reference alone can be overheard, so that a stranger who names one opens a request of their own.
    """
    if not context.forced:
        aside = _plan_aside(mail, context)
        if aside is not None:
            return aside
    found = context.addressed or context.referred
    # an answer's subject is ours; that of a new mail may be all there is to say
    if not (mail.text or mail.files or mail.dropped or (mail.subject and found is None)):
        return MailPlan(outcome=MailOutcome.EMPTY)
    if not mail.from_address:
        return MailPlan(outcome=MailOutcome.UNREADABLE)
    if found is not None and is_from_customer(mail, found):
        return MailPlan(outcome=MailOutcome.ADDED, conversation=found)
    if context.addressed is not None:
        return MailPlan(outcome=MailOutcome.NOTED, conversation=context.addressed)
    return MailPlan(outcome=MailOutcome.OPENED, note_in=context.referred)


def is_from_customer(mail: IncomingMail, conversation: Conversation) -> bool:
    """Whether a mail says that it comes from the customer of a conversation."""
    return bool(mail.from_address) and mail.from_address == conversation.email.lower()


def _plan_aside(mail: IncomingMail, context: MailContext) -> MailPlan | None:
    """Say what becomes of a mail that no person wrote to us; None for all others."""
    if mail.nature is MailNature.OWN:
        return MailPlan(outcome=MailOutcome.LOOP)
    found = context.addressed or context.referred
    if mail.nature is MailNature.BOUNCE:
        return MailPlan(outcome=MailOutcome.BOUNCE, conversation=found)
    if mail.nature is MailNature.AUTOMATIC:
        known = found is not None and is_from_customer(mail, found)
        return MailPlan(outcome=MailOutcome.AUTOMATIC, conversation=found if known else None)
    if context.recent > context.most:
        return MailPlan(outcome=MailOutcome.HELD)
    return None
