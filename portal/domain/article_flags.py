"""Article flags: an agent's word that an article needs work, or that one is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

#: Longest note to a flag, in characters.
MAX_NOTE_LENGTH = 1_000


class FlagKind(StrEnum):
    """What is wrong; MISSING: there is no article on this."""

    OUTDATED = "outdated"
    UNCLEAR = "unclear"
    MISSING_STEP = "missing_step"
    WRONG = "wrong"
    MISSING = "missing"


class FlagState(StrEnum):
    """Whether somebody still has to look at it."""

    OPEN = "open"
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFlag:
    """A flag about to be stored; `article_id` is empty where an article is missing."""

    kind: FlagKind
    article_id: str
    conversation_id: int | None
    agent_id: int | None
    agent_name: str
    note: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleFlag:
    """A flag as writers see it.

    Attributes:
        article_title, article_slug: Empty where an article is missing or gone.
        question: What the customer asked, personal data removed; empty when no request came with the flag.
        reference: Of that request.
    """

    id: int
    kind: FlagKind
    article_id: str
    article_title: str
    article_slug: str
    question: str
    reference: str
    agent_name: str
    note: str
    state: FlagState
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagsPage:
    """A page of the writers' list. Pages are counted from 1."""

    flags: tuple[ArticleFlag, ...]
    chosen: FlagState
    counts: Mapping[FlagState, int]
    current: int
    last: int
