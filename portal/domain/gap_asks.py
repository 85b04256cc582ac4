"""Failed searches on their way into content gaps: counted by people, and hidden until enough of them asked."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.domain.gaps import TREND_WEEKS, GapFigures, GapWording
from portal.domain.searches import FailedKind

_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class GapAsk:
    """One failed search, or one note of an agent on a customer's question.

    Attributes:
        wording: Folded; what is sorted into gaps.
        sample: As it was typed, personal data removed.
        asker: The same for all that one person asked.
        kinds: In which ways it failed; empty for a note.
        flagged: Whether an agent noted it, and by that showed it to writers.
    """

    wording: str
    locale: str
    sample: str
    asker: str
    at: datetime
    kinds: frozenset[FailedKind] = frozenset()
    flagged: bool = False

    @property
    def handed_off(self) -> bool:
        """Whether a person had to answer."""
        return self.flagged or FailedKind.HANDED_OFF in self.kinds


def shown_asks(asks: Sequence[GapAsk], least_askers: int) -> tuple[GapAsk, ...]:
    """Keep the wordings that so many people used, or that an agent noted; the others may tell of one person."""
    askers: defaultdict[str, set[str]] = defaultdict(set)
    released: set[str] = set()
    for ask in asks:
        askers[ask.wording].add(ask.asker)
        if ask.flagged:
            released.add(ask.wording)
    enough = released | {wording for wording, people in askers.items() if len(people) >= least_askers}
    return tuple(ask for ask in asks if ask.wording and ask.wording in enough)


def count_searches(asks: Collection[GapAsk]) -> dict[str, int]:
    """Count how often each wording was asked, in any locale."""
    return dict(Counter(ask.wording for ask in asks))


def figures_of(asks: Collection[GapAsk], now: datetime) -> GapFigures:
    """Count what a gap cost; zeros without any."""
    searches = [ask for ask in asks if not ask.flagged]
    weeks = [0] * TREND_WEEKS
    for ask in searches:
        weeks_ago = (now - ask.at) // _WEEK
        if 0 <= weeks_ago < TREND_WEEKS:
            weeks[TREND_WEEKS - 1 - weeks_ago] += 1
    return GapFigures(
        searches=len(searches),
        askers=len({ask.asker for ask in asks}),
        handoffs=len({ask.asker for ask in asks if ask.handed_off}),
        flags=len(asks) - len(searches),
        weeks=tuple(weeks),
        kinds=Counter(kind for ask in searches for kind in ask.kinds),
        locales=Counter(ask.locale for ask in searches),
        last_seen=max((ask.at for ask in asks), default=None),
    )


def wordings_of(asks: Collection[GapAsk]) -> tuple[GapWording, ...]:
    """Group by wording and locale, the most asked first."""
    groups: defaultdict[tuple[str, str], list[GapAsk]] = defaultdict(list)
    for ask in asks:
        groups[ask.wording, ask.locale].append(ask)
    wordings = (_wording(group) for group in groups.values())
    return tuple(sorted(wordings, key=lambda each: (-each.searches, -each.askers, each.text, each.locale)))


def _wording(asks: Sequence[GapAsk]) -> GapWording:
    last = max(asks, key=lambda ask: (ask.at, ask.sample))
    return GapWording(
        text=last.wording,
        locale=last.locale,
        sample=last.sample or last.wording,
        searches=len(asks),
        askers=len({ask.asker for ask in asks}),
        handoffs=len({ask.asker for ask in asks if ask.handed_off}),
        last_seen=last.at,
    )
