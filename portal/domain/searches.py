"""Searches: what is remembered of each, when one counts as failed, and what to offer next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from portal.domain.conversations import HandoffReason
from portal.domain.explanations import ShownExplanation
from search_index import (
    DegradedReason,
    QueryKind,
    QuotedPart,
    SearchMode,
    SearchNote,
    Snippet,
    SuggestionKind,
    Timings,
    Verdict,
)


class Surface(StrEnum):
    """Where a search was typed. AGENTS are all who work for the company: what they try is no customer's question."""

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
class VisibleArticle:
    """An article that the database has confirmed a viewer may see, as far as a hit needs it.

    Attributes:
        category: The category's title.
        anchors: Of the article's headings as it is published now.
        updated: When its text was last gone over, if its file says so.
    """

    id: str
    slug: str
    title: str
    summary: str
    category: str
    anchors: frozenset[str]
    updated: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownHit:
    """A hit that the database has confirmed this viewer may see; the only kind templates accept.

    Attributes:
        url: Path with anchor, leading to the section.
        rank: From 1, after the check.
        category: The category's title.
        section_anchor: Of the section the URL leads to; empty for the article's beginning.
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
    section_anchor: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownAnswer:
    """An answer quoted from an article that the database has confirmed this viewer may see.

    Attributes:
        category: The category's title.
        url: Path with anchor, leading to the section.
        cut: Whether the section goes on with more of the same list or paragraph.
        updated: When the article's text was last gone over, if its file says so.
    """

    article_id: str
    title: str
    category: str
    url: str
    section_heading: str
    parts: tuple[QuotedPart, ...]
    cut: bool
    updated: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPage:
    """Everything a result page, the API or the command shows for one search.

    Attributes:
        search_id: Of the logged event; empty when the log could not be written or the query was blank.
        next_step: What to put in front.
        reason: Why the human is in front, as a `HandoffReason` value; empty when they are not.
        answer: What the best hit says on the question; None unless the verdict is answered.
        notes: How the query was read otherwise than typed.
        database_ms: Time for checking the hits and writing the log, in milliseconds.
        why: The reasons; None unless somebody who may read them asked.
        urgent: Whether what was asked must not wait, so that a person comes before any article.
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
    answer: ShownAnswer | None = None
    notes: tuple[SearchNote, ...] = ()
    generation: str = ""
    database_ms: float = 0.0
    why: ShownExplanation | None = None
    urgent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedSearch:
    """One search as stored: the words already redacted.

    Attributes:
        wording: Normalised for grouping (case, punctuation and space folded).
        plain_answerability: Before the outcomes of this site's searches corrected it; None for old searches.
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
    plain_answerability: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedHit:
    """A hit as it was shown, kept with its search."""

    rank: int
    article_id: str
    section_anchor: str
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RecentSearch:
    """A search a moment ago on the same journey, as far as it bears on the next one.

    Attributes:
        clicked: Whether one of its articles was opened.
    """

    id: str
    at: datetime
    wording: str
    kind: QueryKind
    clicked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LogPlan:
    """What a new search is in the light of those before it.

    Attributes:
        replaces: Id of the search it only carries on typing; empty when it is one of its own.
        rephrased: Id of the search that failed because this one says it anew; empty when none did.
        unclicked: Searches without a click in a row, this one among them.
    """

    replaces: str = ""
    rephrased: str = ""
    unclicked: int = 1


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
    """A completion that the database has confirmed this viewer may see: an article's title or heading, or a query."""

    text: str
    url: str
    kind: SuggestionKind = SuggestionKind.ARTICLE


#: A text that only extends or shortens the one before within this time is the same search, still being typed.
TYPING = timedelta(seconds=30)
#: The same words again within this time are the same search: a reload, or a way back from an article.
SAME_SEARCH = timedelta(minutes=30)
#: Another search within this time, with nothing opened in between, says the first anew.
REPHRASED_WITHIN = timedelta(minutes=5)
#: Searches in vain count towards the third one within this time.
IN_VAIN_WITHIN = timedelta(minutes=10)
#: The search in vain at which a human is offered first.
SEARCHES_IN_VAIN = 3


def choose_next_step(
    kind: QueryKind, verdict: Verdict, mode: SearchMode, unclicked: int = 1, *, urgent: bool = False
) -> tuple[NextStep, HandoffReason | None]:
    """Decide what a result page puts in front, and why the human is there if they are.

    Args:
        unclicked: Searches without a click in a row on this journey, this one among them.
        urgent: Whether what was asked must not wait.
    """
    if kind in {QueryKind.BLANK, QueryKind.GREETING}:
        return NextStep.READ, None
    if kind is QueryKind.ASKS_FOR_HUMAN:
        return NextStep.HUMAN, HandoffReason.ASKED_FOR_HUMAN
    if urgent:
        return NextStep.HUMAN, HandoffReason.CHOSE_HUMAN
    if kind is QueryKind.GIBBERISH:
        return NextStep.READ_OR_HUMAN, None
    if mode is SearchMode.NONE:
        return NextStep.HUMAN, HandoffReason.SEARCH_DOWN
    if verdict is Verdict.NO_ANSWER:
        return NextStep.HUMAN, HandoffReason.NO_ANSWER
    if unclicked >= SEARCHES_IN_VAIN:
        return NextStep.HUMAN, HandoffReason.REPHRASED
    if verdict is Verdict.UNSURE:
        return NextStep.READ_OR_HUMAN, HandoffReason.UNSURE
    return NextStep.READ, None


def plan_log(wording: str, kind: QueryKind, at: datetime, recent: tuple[RecentSearch, ...]) -> LogPlan:
    """Decide what a new search is in the light of those before it.

    Args:
        wording: Of the new search, as `wording_of` folds it.
        recent: Searches of the same journey and surface, newest first; may be empty.
    """
    replaces = recent[0].id if recent and _carries_on(recent[0], wording, at) else ""
    earlier = recent[1:] if replaces else recent
    rephrased = earlier[0].id if earlier and not replaces and _is_said_anew(earlier[0], kind, at) else ""
    return LogPlan(replaces=replaces, rephrased=rephrased, unclicked=1 + _in_vain(earlier, at))


def _carries_on(previous: RecentSearch, wording: str, at: datetime) -> bool:
    since = at - previous.at
    if wording == previous.wording:
        return since <= SAME_SEARCH
    typed_on = wording.startswith(previous.wording) or previous.wording.startswith(wording)
    return typed_on and since <= TYPING and not previous.clicked


def _is_said_anew(previous: RecentSearch, kind: QueryKind, at: datetime) -> bool:
    both_ask = previous.kind is QueryKind.QUESTION and kind is QueryKind.QUESTION
    return both_ask and not previous.clicked and at - previous.at <= REPHRASED_WITHIN


def _in_vain(earlier: tuple[RecentSearch, ...], at: datetime) -> int:
    """Count searches without a click back to the last one that had one."""
    count = 0
    for search in earlier:
        if search.clicked or at - search.at > IN_VAIN_WITHIN:
            break
        count += search.kind not in {QueryKind.GREETING, QueryKind.GIBBERISH}
    return count
