"""What pages about requests show: one record for each page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from portal.domain.articles import SafeHtml
from portal.domain.attachments import Attachment
from portal.domain.conversations import (
    MAX_MESSAGE_LENGTH,
    AuthorKind,
    Channel,
    Conversation,
    ConversationState,
    ConversationSummary,
    MessageKind,
    MessageSource,
)
from portal.domain.journeys import JourneyStep
from portal.domain.live import BEAT_SECONDS
from portal.domain.mail import MailState
from portal.domain.targets import Target


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownMessage:
    """A message as a page shows it; `html` is an agent's Markdown made safe, None for plain text.

    Attributes:
        key: Made up where it was written, so that a page knows its own message again.
        quoted: What a mail repeated of earlier ones, to be folded away.
        files: What came with it.
    """

    author_kind: AuthorKind
    author_name: str
    at: datetime
    text: str
    html: SafeHtml | None
    quoted: str = ""
    files: tuple[Attachment, ...] = ()
    id: int = 0
    key: str = ""
    kind: MessageKind = MessageKind.MESSAGE
    source: MessageSource = MessageSource.WEB


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownStep:
    """A step of the journey; `slug` is empty where there is no article this viewer may open."""

    step: JourneyStep
    slug: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """Somebody who may take requests."""

    id: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentRequestPage:
    """One request as an agent reads it: the journey first.

    Attributes:
        conversation: The request with everything in it, for showing only.
        first_name: For the greeting; empty when unknown.
        targets: What is due, the reply first.
        messages: Notes among them, oldest first.
        last_message: Number of the newest message.
        earlier: Other requests of the same account or address, the latest first.
        colleagues: Everybody who may take it, by name.
        assignee: Name of whoever took it; empty for nobody.
        mails: How many mails of this request are in each state.
    """

    conversation: Conversation
    first_name: str
    targets: tuple[Target, ...]
    steps: tuple[ShownStep, ...]
    messages: tuple[ShownMessage, ...]
    last_message: int
    earlier: tuple[ConversationSummary, ...]
    colleagues: tuple[Colleague, ...]
    assignee: str
    mails: Mapping[MailState, int]
    form_key: str

    @property
    def reference(self) -> str:
        """The request's reference."""
        return self.conversation.reference

    @property
    def state(self) -> ConversationState:
        """Where the request stands."""
        return self.conversation.state


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerRequestPage:
    """One request as the customer sees it.

    Attributes:
        key: What the address of this page ends in: the secret of the private link, or the reference.
        private_token: The secret of a fresh private link.
        expectation: A sentence that says by when a reply may be expected; empty when it is the customer's turn.
        chatting: Whether they wait in the page rather than for a mail.
        beat_seconds: How often the open page says that it is open.
    """

    key: str
    private_token: str
    reference: str
    state: ConversationState
    email: str
    created_at: datetime
    expectation: str
    steps: tuple[JourneyStep, ...]
    messages: tuple[ShownMessage, ...]
    form_key: str
    channel: Channel = Channel.MESSAGE
    chatting: bool = False
    phone: str = ""
    beat_seconds: int = BEAT_SECONDS
    most_characters: int = MAX_MESSAGE_LENGTH


@dataclass(frozen=True, slots=True, kw_only=True)
class MyRequestsPage:
    """A signed-in customer's requests, the last changed first."""

    requests: tuple[ConversationSummary, ...]
