"""How the outcomes of this site's searches correct the verdict."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path

from portal.domain.clock import Clock
from portal.storage.database import Database
from search_index import Outcome, SiteCorrection, save_correction

#: Outcomes older than these say little of the articles of today.
OUTCOMES_COUNT_FOR = timedelta(days=120)
#: Most outcomes that are looked at, the newest.
MOST_OUTCOMES = 5_000
#: Most outcomes of one journey: nobody shall turn the verdict alone.
MOST_OF_A_JOURNEY = 3


class SiteVerdictService:
    """Keeps the correction of the verdict in step with what became of searches."""

    def __init__(self, database: Database, clock: Clock, index_folder: Path) -> None:
        self._database = database
        self._clock = clock
        self._index_folder = index_folder

    def refresh(self) -> SiteCorrection:
        """Look through the log and put the correction beside the index.

        Raises:
            OSError: The index folder cannot be written.
        """
        with self._database.read() as work:
            found = work.searches.list_outcomes(self._clock.now() - OUTCOMES_COUNT_FOR, MOST_OUTCOMES)
        return save_correction(self._index_folder, _fairly(found))


def _fairly(found: Iterable[tuple[str, str, Outcome]]) -> Iterator[Outcome]:
    """Count each wording of a journey once, and no more than three of its searches."""
    seen: set[tuple[str, str]] = set()
    counted: Counter[str] = Counter()
    for journey_id, wording, outcome in found:
        if (journey_id, wording) in seen or counted[journey_id] >= MOST_OF_A_JOURNEY:
            continue
        seen.add((journey_id, wording))
        counted[journey_id] += 1
        yield outcome
