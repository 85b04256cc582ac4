"""Ratings: how a customer found it, once their request is solved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

from portal.domain.articles import ArticleSummary
from portal.domain.conversations import Conversation

#: For so long after it was solved a request can be rated, and a rating changed.
RATE_WITHIN = timedelta(days=30)
MAX_WORDS_CHARACTERS = 2_000
#: Articles that are offered as the one that would have helped.
MAX_ARTICLES = 6


class Score(IntEnum):
    """How it was; the number is stored."""

    BAD = 1
    OKAY = 2
    GOOD = 3

    @property
    def word(self) -> str:
        """Its name in addresses and forms."""
        return self.name.lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """What a customer said of one request; the latest word counts.

    Attributes:
        words: Their own; may be empty.
        article_id: The article that would have helped, as they say; empty for none.
        agent_id: Whom it speaks of: whoever the request was assigned to, else who answered last.
    """

    conversation_id: int
    score: Score
    words: str
    article_id: str
    agent_id: int | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingPage:
    """What the page for rating shows.

    Attributes:
        key: What opens the request.
        may_rate: False when it is open again, or was solved too long ago.
        is_open: Whether the request is not solved, or not any more.
        given: The rating so far.
        articles: Those that might have helped.
    """

    key: str
    reference: str
    may_rate: bool
    is_open: bool
    given: Rating | None
    articles: tuple[ArticleSummary, ...]


def parse_score(text: str) -> Score | None:
    """Read a score from an address or a form; None for what is none."""
    return next((score for score in Score if score.word == text), None)


def may_rate(conversation: Conversation, now: datetime) -> bool:
    """Whether a request can be rated now: it is solved, and not long since."""
    return conversation.solved_at is not None and now <= conversation.solved_at + RATE_WITHIN


def agent_spoken_of(conversation: Conversation) -> int | None:
    """Return whom a rating of this request speaks of; None when nobody answered."""
    if conversation.assignee_id is not None:
        return conversation.assignee_id
    answers = (message.author_id for message in reversed(conversation.messages) if message.is_answer)
    return next(answers, None)
