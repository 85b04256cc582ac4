"""Content gaps: what customers ask and no article answers, what is done about it, and in which order."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from portal.domain.errors import InvalidInput
from portal.domain.searches import FailedKind
from search_index import Cluster

#: Failed searches count for so long.
PERIOD = timedelta(days=90)
#: Weeks of the trend, the last one ending now.
TREND_WEEKS = 12
#: Minutes that somebody loses who searches in vain, before they give up or ask a person. A guess, said on the page.
MINUTES_PER_ASKER = 2
#: Longest name and reason, in characters.
MAX_NAME_LENGTH = 200
MAX_REASON_LENGTH = 500
#: Changes of state that a gap remembers.
MAX_HISTORY = 50
#: Who changed a gap when no person did.
THE_PORTAL = ""


class GapState(StrEnum):
    """Where a gap stands. Nobody makes a gap VERIFIED: its own searches do, asked again."""

    NEW = "new"
    PLANNED = "planned"
    DRAFTED = "drafted"
    PUBLISHED = "published"
    VERIFIED = "verified"
    DISMISSED = "dismissed"


#: States in which somebody still has to do something.
OPEN_STATES = (GapState.NEW, GapState.PLANNED, GapState.DRAFTED, GapState.PUBLISHED)

_BY_HAND: Mapping[GapState, Collection[GapState]] = {
    GapState.NEW: (GapState.PLANNED, GapState.DRAFTED, GapState.DISMISSED),
    GapState.PLANNED: (GapState.NEW, GapState.PLANNED, GapState.DRAFTED, GapState.DISMISSED),
    GapState.DRAFTED: (GapState.NEW, GapState.PLANNED, GapState.DRAFTED, GapState.DISMISSED),
    GapState.PUBLISHED: (GapState.NEW, GapState.PLANNED, GapState.DISMISSED),
    GapState.VERIFIED: (GapState.NEW,),
    GapState.DISMISSED: (GapState.NEW,),
}


class GapEvent(StrEnum):
    """Why a gap changed, where it is not plain from its state."""

    MOVED = "moved"
    REOPENED = "reopened"
    FELL_OUT = "fell_out"
    PROVED = "proved"
    ARTICLE_CHANGED = "article_changed"
    MERGED = "merged"
    SPLIT_OFF = "split_off"


@dataclass(frozen=True, slots=True, kw_only=True)
class GapNote:
    """One change of a gap.

    Attributes:
        by: Who; empty for the portal itself.
    """

    at: datetime
    by: str
    state: GapState
    event: GapEvent = GapEvent.MOVED


@dataclass(frozen=True, slots=True, kw_only=True)
class GapFigures:
    """How much a gap costs, over the last 90 days.

    Attributes:
        searches: Failed searches.
        askers: People who made them; somebody signed in counts once.
        handoffs: People who asked for a human then.
        flags: Notes of agents on articles that belong here.
        weeks: Failed searches in each of the last 12 weeks, the oldest first.
        kinds: Failed searches by the way they failed; one may have failed in several.
        locales: Failed searches by locale.
        last_seen: None without any.
    """

    searches: int = 0
    askers: int = 0
    handoffs: int = 0
    flags: int = 0
    weeks: tuple[int, ...] = (0,) * TREND_WEEKS
    kinds: Mapping[FailedKind, int] = field(default_factory=dict)
    locales: Mapping[str, int] = field(default_factory=dict)
    last_seen: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GapWording:
    """One wording of a gap, in one locale.

    Attributes:
        text: As wordings are folded.
        sample: As it was typed last, personal data removed.
    """

    text: str
    locale: str
    sample: str
    searches: int
    askers: int
    handoffs: int
    last_seen: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A content gap.

    Attributes:
        cluster_id: Of its wordings, the same from day to day; empty when none are left.
        named: Whether a person named it.
        owner_name: Empty without an owner.
        article_id: The article that is to close it; empty without one.
        reason: Why it was dismissed.
        verified_at: When its searches were last found answered.
        history: Its changes, the oldest first.
    """

    id: int
    cluster_id: str
    name: str
    named: bool
    state: GapState
    owner_id: int | None
    owner_name: str
    due: date | None
    article_id: str
    reason: str
    changed_at: datetime
    created_at: datetime
    verified_at: datetime | None
    figures: GapFigures
    history: tuple[GapNote, ...] = ()

    @property
    def touched(self) -> bool:
        """Whether anybody did anything about it, so that it must not vanish."""
        return touched(self.state, len(self.history), owned=bool(self.owner_id or self.article_id or self.named))


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownGap:
    """A gap as the sorting of wordings needs it."""

    id: int
    cluster_id: str
    touched: bool
    wordings: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class GapHome:
    """A cluster of wordings and the gap it belongs to; None for a new one."""

    cluster: Cluster
    gap_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GapPlan:
    """Where wordings go.

    Attributes:
        emptied: Gaps that keep no wording, and that somebody did something about.
        gone: Gaps that keep no wording, and that nobody will miss.
    """

    homes: tuple[GapHome, ...]
    emptied: tuple[int, ...]
    gone: tuple[int, ...]


def touched(state: GapState, changes: int, *, owned: bool) -> bool:
    """Whether anybody did anything about a gap."""
    return state is not GapState.NEW or changes > 0 or owned


def minutes_lost(figures: GapFigures, handoff_minutes: int) -> int:
    """Say what a gap cost customers and agents together, in minutes of 90 days.

    Args:
        handoff_minutes: Of an agent for each hand-off.
    """
    return figures.askers * MINUTES_PER_ASKER + figures.handoffs * handoff_minutes


def in_order(gaps: Sequence[Gap], handoff_minutes: int) -> tuple[Gap, ...]:
    """Put the most expensive gap first; of equals the one that was asked last."""

    def weight(gap: Gap) -> tuple[int, int, float, int]:
        figures = gap.figures
        seen = figures.last_seen.timestamp() if figures.last_seen else 0.0
        return (-minutes_lost(figures, handoff_minutes), -figures.searches, -seen, gap.id)

    return tuple(sorted(gaps, key=weight))


def plan_gaps(clusters: Sequence[Cluster], known: Sequence[KnownGap]) -> GapPlan:
    """Give each cluster of wordings to a gap.

    A cluster keeps its gap. Where the wordings of a gap that somebody works on went into a cluster of which nobody
    does, it takes that cluster over.
    """
    by_cluster = {gap.cluster_id: gap for gap in known if gap.cluster_id}
    homes = {cluster.id: by_cluster.get(cluster.id) for cluster in clusters}
    placed = {gap.id for gap in homes.values() if gap}
    for gap in sorted(known, key=lambda each: each.id):
        if gap.touched and gap.id not in placed and (cluster := _heir(gap, clusters)):
            owner = homes[cluster.id]
            if owner is None or not owner.touched:
                homes[cluster.id] = gap
                placed.add(gap.id)
                placed.discard(owner.id if owner else 0)
    left = [gap for gap in known if gap.id not in placed]
    found = [GapHome(cluster=each, gap_id=owner.id if (owner := homes[each.id]) else None) for each in clusters]
    return GapPlan(
        homes=tuple(found),
        emptied=tuple(gap.id for gap in left if gap.touched),
        gone=tuple(gap.id for gap in left if not gap.touched),
    )


def _heir(gap: KnownGap, clusters: Sequence[Cluster]) -> Cluster | None:
    """The cluster that most of a gap's wordings went to; None when they are gone."""
    shared = [(len(gap.wordings.intersection(cluster.members)), cluster) for cluster in clusters]
    most = max(shared, key=lambda pair: pair[0], default=(0, None))
    return most[1] if most[0] else None


def choose_state(state: GapState, wanted: str, *, reason: str = "") -> GapState:
    """Check a change of state that a person wants.

    Args:
        wanted: One of `GapState`.
        reason: Why, where the gap is to be dismissed.

    Raises:
        InvalidInput: There is no such state, it does not follow from this one, or a reason is missing.
    """
    if wanted not in set(GapState):
        raise InvalidInput("Please choose what becomes of this gap.", field="state")
    if wanted not in _BY_HAND[state]:
        raise InvalidInput(f"A gap that is {state} cannot be made {wanted} by hand.", field="state")
    if wanted == GapState.DISMISSED and not reason.strip():
        raise InvalidInput("Please say why, so that the next writer need not ask.", field="reason")
    if len(reason) > MAX_REASON_LENGTH:
        raise InvalidInput(f"Please use at most {MAX_REASON_LENGTH} characters.", field="reason")
    return GapState(wanted)


def choices_of(state: GapState) -> tuple[GapState, ...]:
    """List the states that a person may choose from this one."""
    return tuple(_BY_HAND[state])


def clean_name(text: str) -> str:
    """Bring a name to one line.

    Raises:
        InvalidInput: It is empty or too long.
    """
    name = " ".join(text.replace("\x00", " ").split())
    if not name:
        raise InvalidInput("Please give the gap a name.", field="name")
    if len(name) > MAX_NAME_LENGTH:
        raise InvalidInput(f"Please use at most {MAX_NAME_LENGTH} characters.", field="name")
    return name
