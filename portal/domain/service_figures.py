"""How well people are served, in numbers. Every figure carries its n; below five it has no value."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import accumulate
from zoneinfo import ZoneInfo

from portal.domain.business_hours import BusinessHours
from portal.domain.conversations import Channel, HandoffReason
from portal.domain.ratings import Score

#: Periods to choose from, in days.
PERIODS_DAYS = (7, 30, 90)
#: With fewer than so many a median or a share says more about chance than about us.
FEWEST = 5
#: Tag by which agents mark requests that only somebody with access to the account can deal with.
ACCOUNT_TAG = "account"
#: Rows of the table of articles.
MAX_ARTICLES = 20


class Cause(StrEnum):
    """Why people came, as far as it says what to do about it: write, mend, or hire."""

    NO_ARTICLE = "no_article"
    ARTICLE_FAILED = "article_failed"
    CHOSE_PERSON = "chose_person"
    ACCOUNT = "account"
    SEARCH_DOWN = "search_down"


CAUSE_OF: Mapping[HandoffReason, Cause] = {
    HandoffReason.NO_ANSWER: Cause.NO_ARTICLE,
    HandoffReason.UNSURE: Cause.NO_ARTICLE,
    HandoffReason.REPHRASED: Cause.NO_ARTICLE,
    HandoffReason.VOTED_DOWN: Cause.ARTICLE_FAILED,
    HandoffReason.ASKED_FOR_HUMAN: Cause.CHOSE_PERSON,
    HandoffReason.CHOSE_HUMAN: Cause.CHOSE_PERSON,
    HandoffReason.SEARCH_DOWN: Cause.SEARCH_DOWN,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """How long one request took: from when it was sent to when it was answered, or solved.

    Attributes:
        agent_id: Who did it; None when nobody is known.
    """

    channel: Channel
    cause: Cause
    start: datetime
    end: datetime
    agent_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """What happened to requests in a period.

    Attributes:
        sent: When those of the period were sent.
        replied: Those that got their first answer, with who gave it.
        solved: Those that were solved, with whom they were assigned to.
    """

    sent: tuple[datetime, ...]
    replied: tuple[Span, ...]
    solved: tuple[Span, ...]


#: A request with the business minutes it took.
Measured = tuple[Span, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeFigure:
    """How long it takes, in business minutes.

    Attributes:
        key: What it is about: a channel, a cause, or empty for all.
        n: Requests counted.
        median: Half took no longer; None when n is too small.
        ninetieth: Nine in ten took no longer; None when n is too small.
    """

    key: str
    n: int
    median: int | None
    ninetieth: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TimesTable:
    """One kind of time, for all requests, by channel and by cause; channels and causes without any are absent."""

    total: TimeFigure
    by_channel: tuple[TimeFigure, ...]
    by_cause: tuple[TimeFigure, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreFigure:
    """What customers said.

    Attributes:
        key: What it is about: a channel, the name of an agent, or empty for all.
        counts: How many said so; every score is present.
    """

    key: str
    counts: Mapping[Score, int]

    @property
    def n(self) -> int:
        """How many said anything."""
        return sum(self.counts.values())

    @property
    def good_share(self) -> float | None:
        """The share of those who said that it was good, in [0, 1]; None when too few said anything."""
        return share(self.counts[Score.GOOD], self.n)


@dataclass(frozen=True, slots=True, kw_only=True)
class RatedCount:
    """So many ratings of one score, for one channel and one agent."""

    channel: Channel
    agent_id: int | None
    score: Score
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BacklogDay:
    """How many requests were not solved at the end of a day, local time, or now for today."""

    day: date
    open: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleFigure:
    """An article that agents linked.

    Attributes:
        links: Replies that link it.
        clicks: Times its short link was followed.
        scores: What customers said of the requests in which it was linked.
        wished: Customers who said that it would have helped them.
    """

    article_id: str
    title: str
    slug: str
    links: int
    clicks: int
    scores: ScoreFigure
    wished: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentFigure:
    """What one agent did.

    Attributes:
        replies: Messages to customers.
        linked: Those of them that link an article.
        first_reply: Of the requests they answered first.
        solved: Requests assigned to them that were solved.
        scores: What customers said of them.
    """

    agent_id: int
    name: str
    replies: int
    linked: int
    first_reply: TimeFigure
    solved: int
    scores: ScoreFigure

    @property
    def linked_share(self) -> float | None:
        """Share of the replies that link an article, in [0, 1]; None when they are too few."""
        return share(self.linked, self.replies)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceFigures:
    """All figures of one period.

    Attributes:
        days: Its length, today included.
        sent: Requests sent.
        waiting: Requests that are not solved now.
        replies: Messages of agents to customers.
        linked: Those of them that link an article.
        articles: The most linked ones first.
        agents: By name.
    """

    days: int
    sent: int
    waiting: int
    first_reply: TimesTable
    solution: TimesTable
    backlog: tuple[BacklogDay, ...]
    scores: ScoreFigure
    scores_by_channel: tuple[ScoreFigure, ...]
    replies: int
    linked: int
    articles: tuple[ArticleFigure, ...]
    agents: tuple[AgentFigure, ...]

    @property
    def linked_share(self) -> float | None:
        """Share of the replies that link an article, in [0, 1]; None when they are too few."""
        return share(self.linked, self.replies)


class BusinessTally:
    """Counts business minutes between many pairs of times quickly, by one sum over all opening times."""

    def __init__(self, hours: BusinessHours, start: datetime, end: datetime) -> None:
        """Add up the opening times between the earliest and the latest time that will be asked for."""
        opening = hours.opening_times(start, end)
        self._opens = [opens for opens, _ in opening]
        self._lengths = [closes - opens for opens, closes in opening]
        self._before = [timedelta(), *accumulate(self._lengths)]

    def minutes(self, start: datetime, end: datetime) -> int:
        """Return how many whole business minutes pass between two times; 0 when `end` is not later."""
        return max(self._until(end) - self._until(start), timedelta()) // timedelta(minutes=1)

    def _until(self, at: datetime) -> timedelta:
        place = bisect_right(self._opens, at)
        if place == 0:
            return timedelta()
        return self._before[place - 1] + min(at - self._opens[place - 1], self._lengths[place - 1])


def cause_of(reason: HandoffReason, *, is_account: bool) -> Cause:
    """Say why somebody came; an agent's word that it is an account matter counts more than what the site saw."""
    return Cause.ACCOUNT if is_account else CAUSE_OF[reason]


def share(part: int, whole: int) -> float | None:
    """Return a share in [0, 1]; None when the whole is too small to speak of."""
    return part / whole if whole >= FEWEST else None


def figure_of(key: str, minutes: Sequence[int]) -> TimeFigure:
    """Sum up how long requests took."""
    ordered = sorted(minutes)
    enough = len(ordered) >= FEWEST
    return TimeFigure(
        key=key,
        n=len(ordered),
        median=_percentile(ordered, 50) if enough else None,
        ninetieth=_percentile(ordered, 90) if enough else None,
    )


def measure(spans: Iterable[Span], tally: BusinessTally) -> tuple[Measured, ...]:
    """Say of each request how many business minutes it took."""
    return tuple((span, tally.minutes(span.start, span.end)) for span in spans)


def times_table(measured: Sequence[Measured]) -> TimesTable:
    """Sum up how long requests took, for all, by channel and by cause."""
    minutes: defaultdict[StrEnum, list[int]] = defaultdict(list)
    for span, took in measured:
        minutes[span.channel].append(took)
        minutes[span.cause].append(took)

    def by(keys: Iterable[StrEnum]) -> tuple[TimeFigure, ...]:
        return tuple(figure_of(key.value, minutes[key]) for key in keys if key in minutes)

    total = figure_of("", [took for _, took in measured])
    return TimesTable(total=total, by_channel=by(Channel), by_cause=by(Cause))


def count_scores(key: str, rated: Iterable[RatedCount]) -> ScoreFigure:
    """Add up ratings; without any every count is 0."""
    counts = dict.fromkeys(Score, 0)
    for each in rated:
        counts[each.score] += each.count
    return ScoreFigure(key=key, counts=counts)


def backlog_of(
    open_before: int, sent: Iterable[datetime], solved: Iterable[datetime], *, days: Sequence[date], zone: ZoneInfo
) -> tuple[BacklogDay, ...]:
    """Count how many requests were not solved at the end of each day.

    Args:
        open_before: Those that were not solved when the first day began.
        sent: When requests were sent since then.
        solved: When requests were solved since then.
        days: Local dates in order.
        zone: Whose midnight ends a day.
    """
    change = dict.fromkeys(days, 0)
    for moments, step in ((sent, 1), (solved, -1)):
        for at in moments:
            day = at.astimezone(zone).date()
            if day in change:
                change[day] += step
    running = accumulate(change.values(), initial=open_before)
    next(running)
    return tuple(BacklogDay(day=day, open=number) for day, number in zip(days, running, strict=True))


def _percentile(ordered: Sequence[int], percent: int) -> int:
    """The value that so many in a hundred do not exceed (nearest rank), of a sorted, non-empty sequence."""
    rank = -(-len(ordered) * percent // 100)
    return ordered[max(rank, 1) - 1]
