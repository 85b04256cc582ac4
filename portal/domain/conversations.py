"""Conversations: what follows when a customer asks for a human."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from portal.domain.attachments import Attachment
from portal.domain.business_hours import ReplyPromise
from portal.domain.journeys import Journey, StepKind

#: Letters and digits of a reference: none that sounds or looks like another (0 O, 1 I L, 5 S, 8 B, Z, U), no
#: vowels, so that no reference is a word, and no R, which stands in front. Six of them make 86 million references.
REFERENCE_ALPHABET = "234679CDFGHJKMNPQTVWX"
REFERENCE_LENGTH = 6

#: Longest name and message of a request, in characters.
MAX_NAME_LENGTH = 200
MAX_MESSAGE_LENGTH = 20_000

_REFERENCE = re.compile(rf"R-[{REFERENCE_ALPHABET}]{{{REFERENCE_LENGTH}}}")
#: What no first name holds, but advertisements and links do.
_NOT_A_NAME = re.compile(r"[^\w'’-]|\d|_")
_LONGEST_FIRST_NAME = 40


class HandoffReason(StrEnum):
    """Why this person came, as far as the site knows."""

    NO_ANSWER = "no_answer"
    UNSURE = "unsure"
    VOTED_DOWN = "voted_down"
    REPHRASED = "rephrased"
    ASKED_FOR_HUMAN = "asked_for_human"
    SEARCH_DOWN = "search_down"
    CHOSE_HUMAN = "chose_human"


class ConversationState(StrEnum):
    """Where a conversation stands."""

    NEW = "new"
    OPEN = "open"
    WAITING_FOR_CUSTOMER = "waiting_for_customer"
    SOLVED = "solved"
    REOPENED = "reopened"


#: States in which the customer waits for us.
WAITING_FOR_US = frozenset({ConversationState.NEW, ConversationState.OPEN, ConversationState.REOPENED})


class ConversationEvent(StrEnum):
    """What can happen to a conversation."""

    CUSTOMER_WROTE = "customer_wrote"
    AGENT_ANSWERED = "agent_answered"
    MARKED_SOLVED = "marked_solved"
    OPENED_AGAIN = "opened_again"


class AuthorKind(StrEnum):
    """Who wrote a message; SYSTEM is the portal itself, which tells both sides what happened."""

    CUSTOMER = "customer"
    AGENT = "agent"
    SYSTEM = "system"


class Channel(StrEnum):
    """How a customer asked to be answered."""

    MESSAGE = "message"
    CHAT = "chat"
    CALL_BACK = "call_back"


class MessageKind(StrEnum):
    """What a message is: NOTE is for agents alone, EVENT tells both sides what happened."""

    MESSAGE = "message"
    NOTE = "note"
    EVENT = "event"


class MessageSource(StrEnum):
    """By which way a message came."""

    WEB = "web"
    CHAT = "chat"
    EMAIL = "email"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message of a conversation; plain text from customers, Markdown from agents.

    Attributes:
        form_key: Made up where it was written; the same message sent twice has the same.
        quoted: What a mail repeated of earlier ones.
        files: What came with it.
    """

    id: int
    author_kind: AuthorKind
    author_name: str
    body: str
    at: datetime
    author_id: int | None = None
    form_key: str = ""
    kind: MessageKind = MessageKind.MESSAGE
    source: MessageSource = MessageSource.WEB
    quoted: str = ""
    files: tuple[Attachment, ...] = ()

    @property
    def is_answer(self) -> bool:
        """Whether an agent wrote it to the customer."""
        return self.author_kind is AuthorKind.AGENT and self.kind is MessageKind.MESSAGE


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """A request for a human and what became of it.

    Attributes:
        reference: Short and unique, for saying on the telephone, such as ``R-7KQ2M4``.
        journey: What the customer chose to send along.
        reply_expected_at: The time the customer was told.
        token_version: Private links of an older version are revoked.
        messages: Oldest first, notes among them.
        call_from: With `call_until`, when a customer would like to be called; None for any time.
        identity: What the company's own site signed about the customer, such as their plan.
        waiting_since: When the customer began to wait for us; None when it is their turn.
        chat_ended_at: When a chat went on by e-mail; None while it is one, or never was.
    """

    id: int
    reference: str
    state: ConversationState
    reason: HandoffReason
    name: str
    email: str
    user_id: int | None
    locale: str
    created_at: datetime
    updated_at: datetime
    reply_expected_at: datetime
    first_reply_at: datetime | None
    journey: Journey
    token_version: int = 1
    messages: tuple[Message, ...] = ()
    channel: Channel = Channel.MESSAGE
    urgent: bool = False
    assignee_id: int | None = None
    tags: tuple[str, ...] = ()
    phone: str = ""
    call_from: datetime | None = None
    call_until: datetime | None = None
    identity: Mapping[str, str] = field(default_factory=dict)
    waiting_since: datetime | None = None
    solved_at: datetime | None = None
    chat_ended_at: datetime | None = None

    @property
    def is_live_chat(self) -> bool:
        """Whether the customer waits in the page rather than for a mail."""
        return self.channel is Channel.CHAT and self.chat_ended_at is None

    @property
    def public_messages(self) -> tuple[Message, ...]:
        """The messages that the customer may see."""
        return tuple(message for message in self.messages if message.kind is not MessageKind.NOTE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationSummary:
    """A conversation as the list shows it."""

    id: int
    reference: str
    state: ConversationState
    reason: HandoffReason
    name: str
    email: str
    excerpt: str
    created_at: datetime
    updated_at: datetime
    reply_expected_at: datetime
    first_reply_at: datetime | None
    channel: Channel = Channel.MESSAGE
    urgent: bool = False
    assignee_id: int | None = None
    tags: tuple[str, ...] = ()
    waiting_since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewConversation:
    """A request about to be stored.

    Attributes:
        form_key: One request is stored per key, however often the form is sent.
        message: The first message, as the customer wrote it.
        quoted: What a first message that came as a mail repeated of earlier ones.
        files: What came with the first message; on the disk already.
    """

    reference: str
    form_key: str
    reason: HandoffReason
    name: str
    email: str
    user_id: int | None
    locale: str
    journey: Journey
    message: str
    created_at: datetime
    reply_expected_at: datetime
    channel: Channel = Channel.MESSAGE
    source: MessageSource = MessageSource.WEB
    urgent: bool = False
    phone: str = ""
    call_from: datetime | None = None
    call_until: datetime | None = None
    identity: Mapping[str, str] = field(default_factory=dict)
    quoted: str = ""
    files: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMessage:
    """A message about to be stored, its files on the disk already; one is stored per conversation and `form_key`."""

    form_key: str
    author_kind: AuthorKind
    author_id: int | None
    author_name: str
    body: str
    at: datetime
    kind: MessageKind = MessageKind.MESSAGE
    source: MessageSource = MessageSource.WEB
    quoted: str = ""
    files: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationChange:
    """What an event changes of a conversation; None leaves a value as it is."""

    state: ConversationState
    updated_at: datetime
    reply_expected_at: datetime | None = None
    first_reply_at: datetime | None = None
    chat_ended_at: datetime | None = None


def plan_customer_message(conversation: Conversation, promise: ReplyPromise, now: datetime) -> ConversationChange:
    """Say what a customer's further message changes, by whichever way it came.

    Who waits already keeps the time they were promised; who comes back is promised a new one.
    """
    waits_already = conversation.state in WAITING_FOR_US
    return ConversationChange(
        state=choose_state(conversation.state, ConversationEvent.CUSTOMER_WROTE),
        updated_at=now,
        reply_expected_at=None if waits_already else promise.for_request_at(now),
    )


def choose_state(state: ConversationState, event: ConversationEvent) -> ConversationState:
    """Say where a conversation stands after an event.

    A customer who writes again before the first answer leaves the request new; one who writes after an answer opens
    it again, and after it was solved reopens it.
    """
    if event is ConversationEvent.MARKED_SOLVED:
        return ConversationState.SOLVED
    if event is ConversationEvent.OPENED_AGAIN:
        return ConversationState.REOPENED if state is ConversationState.SOLVED else state
    if event is ConversationEvent.AGENT_ANSWERED:
        return ConversationState.WAITING_FOR_CUSTOMER
    after_customer = {
        ConversationState.WAITING_FOR_CUSTOMER: ConversationState.OPEN,
        ConversationState.SOLVED: ConversationState.REOPENED,
    }
    return after_customer.get(state, state)


def choose_reason(claimed: HandoffReason, journey: Journey) -> HandoffReason:
    """Say why somebody came: what the page they came from said, or else what happened last on their journey."""
    if claimed is not HandoffReason.CHOSE_HUMAN or not journey.steps:
        return claimed
    last = journey.steps[-1]
    told = {
        (StepKind.SEARCHED, "no_answer"): HandoffReason.NO_ANSWER,
        (StepKind.SEARCHED, "unsure"): HandoffReason.UNSURE,
        (StepKind.VOTED, "no"): HandoffReason.VOTED_DOWN,
    }
    return told.get((last.kind, last.detail), claimed)


def new_reference(choose: Callable[[str], str]) -> str:
    """Make up a reference such as ``R-7KQ2M4``.

    Args:
        choose: Picks one character of a text at random, like `secrets.choice`.
    """
    return "R-" + "".join(choose(REFERENCE_ALPHABET) for _ in range(REFERENCE_LENGTH))


def normalise_reference(text: str) -> str:
    """Bring a reference that somebody typed or read out to its form; empty when it cannot be one."""
    tight = re.sub(r"[\s-]", "", text).upper()
    reference = f"R-{tight.removeprefix('R')}"
    return reference if _REFERENCE.fullmatch(reference) else ""


def clean_text(text: str) -> str:
    """Return what somebody wrote with uniform line ends, without what no database takes and blank space around it."""
    encodable = text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
    return encodable.replace("\r\n", "\n").replace("\r", "\n").strip()


def clean_name(text: str) -> str:
    """Return a name on one line; empty when there is none."""
    return " ".join(clean_text(text).split())


def greeting_name(name: str) -> str:
    """Return the first name for a greeting; empty when it does not look like one.

    Mail goes to addresses nobody has proved to own: a name must not be able to carry a link or an advertisement there.
    """
    first = (name.split() or [""])[0]
    return "" if len(first) > _LONGEST_FIRST_NAME or _NOT_A_NAME.search(first) else first
