"""Content gaps without a model, for tests."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from portal.container import Container
from portal.domain.gaps import Gap, GapState
from portal.domain.searches import FailedKind
from portal.services.gap_finding import GapFinding, GapMemory
from search_index import HashingEncoder, Verdict, WordingVectors
from tests.search_builders import NOW, add_search


class CountingEncoder(HashingEncoder):
    """Embeds by hashing, and remembers what it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def encode_query(self, text: str) -> NDArray[np.float32]:
        """Embed a text and remember it."""
        self.asked.append(text)
        return super().encode_query(text)


def find_by_hashing(
    container: Container, load_encoder: Callable[[], HashingEncoder] = HashingEncoder, least_askers: int = 1
) -> GapFinding:
    """Let a container sort failed searches in the space of the help centre of the tests."""
    memory = GapMemory(
        vectors=WordingVectors(container.settings.index_folder),
        load_encoder=load_encoder,
        least_askers=least_askers,
    )
    container.gap_finding = GapFinding(container.database, container.clock, memory)
    return container.gap_finding


def fail(
    container: Container,
    wording: str,
    *,
    times: int = 1,
    kind: FailedKind = FailedKind.NO_ANSWER,
    at: datetime = NOW,
    locale: str = "en",
    hits: tuple[str, ...] = (),
    verdict: Verdict = Verdict.NO_ANSWER,
) -> None:
    """Let as many people search for something in vain."""
    with container.database.work() as work:
        for number in range(times):
            name = f"{wording}-{locale}-{number}-{at:%j%H%M}"
            search = add_search(
                work, *hits, id=f"{hash(name):032x}"[-32:], journey_id=f"{hash('j' + name):032x}"[-32:],
                wording=wording, query=wording.capitalize() + "?", at=at, locale=locale, verdict=verdict,
            )  # fmt: skip
            work.journeys.touch(search.journey_id, at, None)
            work.failed_searches.add([search.id], kind, at)


def gaps(container: Container, *states: GapState) -> tuple[Gap, ...]:
    """All gaps in some states, or in any."""
    with container.database.read() as work:
        return work.gaps.list_in(states or tuple(GapState))


def wordings(container: Container, gap_id: int) -> set[str]:
    """The wordings of a gap."""
    with container.database.read() as work:
        return {each.text for each in work.gaps.list_wordings(gap_id)}
