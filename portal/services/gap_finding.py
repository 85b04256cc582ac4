"""Sorting failed searches into content gaps. The worker does it; a page never waits for it."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from portal.domain.clock import Clock
from portal.domain.gap_asks import GapAsk, count_searches, figures_of, shown_asks, wordings_of
from portal.domain.gaps import PERIOD, GapPlan, KnownGap, plan_gaps
from portal.domain.jobs import JobKind
from portal.storage.database import Database, UnitOfWork
from portal.storage.gap_asks import AsksStamp
from search_index import (
    Cluster,
    IndexCorrupt,
    IndexMissing,
    ModelError,
    Pins,
    QueryEncoder,
    WordingVectors,
    cluster_queries,
)

logger = logging.getLogger(__name__)

#: All waiting orders to sort failed searches are one.
EVERYTHING = "all"
#: Most wordings that are sorted, the most asked first; so many take half a minute.
MOST_WORDINGS = 10_000
#: How often sorting begins anew because a person merged or split gaps meanwhile.
_ATTEMPTS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class GapMemory:
    """What the sorting works with.

    Attributes:
        vectors: Of all wordings that were ever sorted.
        load_encoder: Loads the encoder of the live index's model.
        least_askers: People who must have used a wording before writers see it.
    """

    vectors: WordingVectors
    load_encoder: Callable[[], QueryEncoder]
    least_askers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Input:
    asks: tuple[GapAsk, ...]
    known: tuple[KnownGap, ...]
    pins: Pins


class GapFinding:
    """Keeps gaps in step with what customers searched for in vain."""

    def __init__(self, database: Database, clock: Clock, memory: GapMemory) -> None:
        self._database = database
        self._clock = clock
        self._memory = memory
        self._ordered: tuple[AsksStamp, date] | None = None

    def order(self) -> bool:
        """Let the worker sort failed searches where there may be new ones, and once a day; returns whether it will."""
        now = self._clock.now()
        with self._database.read() as work:
            asks, any_gap = work.gap_asks.stamp(), any(work.gaps.count_by_state().values())
        stamp = (asks, now.date())
        if stamp == self._ordered or not (any_gap or asks.searches or asks.flags):
            return False
        with self._database.work() as work:
            work.jobs.add(JobKind.FIND_GAPS, key=EVERYTHING, now=now)
        self._ordered = stamp
        return True

    def refresh(self) -> int:
        """Sort the failed searches of the last 90 days and agents' notes into gaps; returns how many gaps have any.

        Gaps keep their wordings from run to run, what people merged or split stays so, and only wordings that were
        never seen are embedded. Without an embedding model each wording is a gap of its own.

        Raises:
            IndexMissing, IndexCorrupt, ModelError: The model cannot be used although it once could; the gaps stay as
                they were.
            OSError: The index folder cannot be written; the gaps stay as they were.
        """
        now = self._clock.now()
        for _attempt in range(_ATTEMPTS):
            found = self._read(now)
            plan = plan_gaps(self._clusters(found), found.known)
            with self._database.work() as work:
                if work.gaps.pins() == found.pins:
                    _write(work, plan, found.asks, now)
                    return len(plan.homes)
        logger.info("Gaps were merged or split while they were sorted; the next run will see to it.")
        return 0

    def _read(self, now: datetime) -> _Input:
        with self._database.read() as work:
            asks = work.gap_asks.list_since(now - PERIOD)
            known, pins = work.gaps.list_known(), work.gaps.pins()
        return _Input(asks=shown_asks(asks, self._memory.least_askers), known=known, pins=pins)

    def _clusters(self, found: _Input) -> tuple[Cluster, ...]:
        counts = count_searches(found.asks)
        texts = sorted(counts, key=lambda text: (-counts[text], text))[:MOST_WORDINGS]
        if not texts:
            return ()
        vectors = self._memory.vectors.encode(texts, self._encoder())
        previous = {text: gap.cluster_id for gap in found.known if gap.cluster_id for text in gap.wordings}
        return cluster_queries(texts, vectors, [counts[text] for text in texts], previous=previous, pins=found.pins)

    def _encoder(self) -> QueryEncoder | None:
        """Load the live model; None where the site never had one, so that nothing is known of meaning."""
        try:
            return self._memory.load_encoder()
        except (IndexMissing, IndexCorrupt, ModelError) as error:
            if self._memory.vectors.any_known():
                raise
            logger.info("Wordings cannot be compared by meaning yet: %s", error)
            return None


def _write(work: UnitOfWork, plan: GapPlan, asks: Sequence[GapAsk], now: datetime) -> None:
    by_wording: defaultdict[str, list[GapAsk]] = defaultdict(list)
    for ask in asks:
        by_wording[ask.wording].append(ask)
    work.gaps.clear_wordings()
    for home in plan.homes:
        own = [ask for text in home.cluster.members for ask in by_wording[text]]
        name = _name(home.cluster, by_wording)
        gap_id = home.gap_id or work.gaps.add(home.cluster.id, name, appeared=own[0].at, now=now)
        work.gaps.set_cluster(gap_id, home.cluster.id, name)
        work.gaps.put_wordings(gap_id, wordings_of(own))
        work.gaps.set_figures(gap_id, figures_of(own, now))
    work.gaps.empty(plan.emptied)
    work.gaps.remove(plan.gone)


def _name(cluster: Cluster, asks: Mapping[str, Sequence[GapAsk]]) -> str:
    """Name a gap by its most central wording, as it was typed last, beginning with a capital."""
    sample = " ".join((asks[cluster.name][-1].sample or cluster.name).split())
    return sample[:1].upper() + sample[1:]
