"""Conversations: what follows when a customer asks for a human."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from portal.domain.journeys import Journey


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


class AuthorKind(StrEnum):
    """Who wrote a message."""

    CUSTOMER = "customer"
    AGENT = "agent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message of a conversation; plain text from customers, Markdown from agents."""

    id: int
    author_kind: AuthorKind
    author_name: str
    body: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """A request for a human and what became of it.

    Attributes:
        reference: Short and unique, for saying on the telephone, such as ``R-7KQ2M4``.
        journey: What the customer chose to send along.
        reply_expected_at: The time the customer was told.
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
    messages: tuple[Message, ...] = ()


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
