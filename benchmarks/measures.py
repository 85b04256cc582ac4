"""Taking the time: of searches in this process, and what is worth saying about many of them."""

from __future__ import annotations

import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from portal.container import Container
from portal.domain.searches import SearchPage
from portal.domain.users import Viewer
from search_index import SearchMode

#: The parts of a search in the order they happen, as the site itself times them.
PARTS = ("encode", "keyword", "vector", "history", "fusion", "snippet", "library", "database", "total")
#: Searches of one customer before the next one comes.
_SEARCHES_OF_A_JOURNEY = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Milliseconds that half, and 19 of 20, measurements stay below."""

    p50: float
    p95: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchTimes:
    """What searching one index took.

    Attributes:
        parts: By the names of `PARTS`.
        again: The library's part of a search whose query was asked before, so that its vector is remembered.
        suggest: Suggestions for one keystroke, the check in the database included.
        found: Searches with at least one hit.
        hybrid: Searches that both sides answered; fewer than `queries` means that the model was missing or slow.
    """

    queries: int
    parts: dict[str, Spread]
    again: Spread
    suggest: Spread
    found: int
    hybrid: int


def spread(milliseconds: Sequence[float]) -> Spread:
    """Summarise measurements; at least one."""
    p50, p95 = np.percentile(np.asarray(milliseconds), [50, 95])
    return Spread(p50=round(float(p50), 3), p95=round(float(p95), 3))


def measure_searches(container: Container, queries: Sequence[str], warm_up: Sequence[str]) -> SearchTimes:
    """Ask a site queries it has not seen, then again, then letter by letter.

    Args:
        container: May be cold.
        queries: All different; their vectors must not be remembered yet.
        warm_up: Other queries, asked first and not counted.
    """
    container.search_engine.warm_up()
    _ask_all(container, warm_up)
    pages = _ask_all(container, queries)
    times = [_parts(page) for page in pages]
    # The engine remembers a bounded number of vectors, so the ones asked last are asked again.
    again = [page.timings.total_ms for page in _ask_all(container, queries[-200:])]
    return SearchTimes(
        queries=len(pages),
        parts={part: spread([each[part] for each in times]) for part in PARTS},
        again=spread(again),
        suggest=spread(_suggestions(container, queries)),
        found=sum(bool(page.hits) for page in pages),
        hybrid=sum(page.mode is SearchMode.HYBRID for page in pages),
    )


def _ask_all(container: Container, queries: Sequence[str]) -> list[SearchPage]:
    """Ask as customers who search a few times each; every search is written to the log."""
    pages = []
    for number, text in enumerate(queries):
        if number % _SEARCHES_OF_A_JOURNEY == 0:
            journey_id = secrets.token_hex(16)
        pages.append(container.search.search(text, Viewer(), journey_id=journey_id))
    return pages


def _parts(page: SearchPage) -> dict[str, float]:
    timings = page.timings
    return {
        "encode": timings.encode_ms,
        "keyword": timings.keyword_ms,
        "vector": timings.vector_ms,
        "history": timings.history_ms,
        "fusion": timings.fusion_ms,
        "snippet": timings.snippet_ms,
        "library": timings.total_ms,
        "database": page.database_ms,
        "total": timings.total_ms + page.database_ms,
    }


def _suggestions(container: Container, queries: Sequence[str]) -> list[float]:
    """Time each keystroke of the first queries, from the second letter on."""
    typed = [text[:length] for text in queries[:30] for length in range(2, min(len(text), 30) + 1)]
    found = []
    for prefix in typed:
        started = time.perf_counter()
        container.search.suggest(prefix, Viewer())
        found.append((time.perf_counter() - started) * 1000)
    return found
