"""Searches: what is remembered of each, when one counts as failed, and what to offer next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from search_index import DegradedReason, QueryKind, SearchMode, Snippet, Timings, Verdict


class Surface(StrEnum):
    """Where a search was typed."""

    SITE = "site"
    HANDOFF = "handoff"
    AGENTS = "agents"
    API = "api"


class FailedKind(StrEnum):
    """Why a search counts as failed; one search can fail in several ways."""

    NO_ANSWER = "no_answer"
    NO_CLICK = "no_click"
    REPHRASED = "rephrased"
    VOTED_DOWN = "voted_down"
    HANDED_OFF = "handed_off"


class NextStep(StrEnum):
    """What a result page puts in front."""

    READ = "read"
    READ_OR_HUMAN = "read_or_human"
    HUMAN = "human"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownHit:
    """A hit that the database has confirmed this viewer may see; the only kind templates accept.

    Attributes:
        url: Path with anchor, leading to the section.
        rank: From 1, after the check.
    """

    rank: int
    article_id: str
    title: str
    category: str
    url: str
    section_heading: str
    snippet: Snippet
    score: float
    keyword_score: float
    semantic_score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPage:
    """Everything a result page, the API or the command shows for one search.

    Attributes:
        search_id: Of the logged event; empty when the log could not be written or the query was blank.
        next_step: What to put in front.
        reason: Why the human is in front, as a `HandoffReason` value; empty when they are not.
    """

    search_id: str
    query: str
    kind: QueryKind
    hits: tuple[ShownHit, ...]
    verdict: Verdict
    answerability: float
    mode: SearchMode
    degraded: DegradedReason | None
    next_step: NextStep
    reason: str
    correction: str | None
    timings: Timings
    generation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedSearch:
    """One search as stored: the words already redacted.

    Attributes:
        wording: Normalised for grouping (case, punctuation and space folded).
    """

    id: str
    journey_id: str
    at: datetime
    query: str
    wording: str
    locale: str
    surface: Surface
    kind: QueryKind
    verdict: Verdict
    answerability: float
    mode: SearchMode
    degraded: DegradedReason | None
    generation: str
    timings: Timings


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedGroup:
    """Failed searches of one wording, as writers see them.

    Attributes:
        sample: The most recent query as typed, redacted.
        count: Failed searches in the period.
        askers: Distinct journeys among them.
    """

    wording: str
    sample: str
    locale: str
    count: int
    askers: int
    kinds: tuple[FailedKind, ...]
    last_seen: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownSuggestion:
    """A completion that the database has confirmed this viewer may see."""

    text: str
    url: str
