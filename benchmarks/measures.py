"""Taking the time: of searches in this process, and what is worth saying about many of them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from search_index import SearchEngine, SearchQuery, SearchResult

#: The parts of a search in the order they happen, as the library times them, and the whole.
PARTS = ("encode_ms", "keyword_ms", "vector_ms", "fusion_ms", "snippet_ms", "total_ms")
AUDIENCES = frozenset({"public"})


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
        again: The whole of a search whose query was asked before, so that its vector is remembered.
        suggest: Suggestions for one keystroke.
        found: Searches with at least one hit.
        hybrid: Searches that both sides answered; fewer than `queries` means that the model was missing.
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


def measure_searches(engine: SearchEngine, queries: Sequence[str], warm_up: Sequence[str]) -> SearchTimes:
    """Ask an engine queries it has not seen, then again, then letter by letter.

    Args:
        engine: May be cold.
        queries: All different; their vectors must not be remembered yet.
        warm_up: Other queries, asked first and not counted.
    """
    engine.warm_up()
    for text in warm_up:
        _ask(engine, text)
    results = [_ask(engine, text) for text in queries]
    # The engine remembers a bounded number of vectors, so the ones asked last are asked again.
    again = [_ask(engine, text).timings.total_ms for text in queries[-200:]]
    return SearchTimes(
        queries=len(results),
        parts={part: spread([float(getattr(each.timings, part)) for each in results]) for part in PARTS},
        again=spread(again),
        suggest=spread(_suggestions(engine, queries)),
        found=sum(bool(each.hits) for each in results),
        hybrid=sum(each.mode == "hybrid" for each in results),
    )


def _ask(engine: SearchEngine, text: str) -> SearchResult:
    return engine.search(SearchQuery(text=text, audiences=AUDIENCES, limit=8))


def _suggestions(engine: SearchEngine, queries: Sequence[str]) -> list[float]:
    """Time each keystroke of the first queries, from the second letter on."""
    typed = [text[:length] for text in queries[:30] for length in range(2, min(len(text), 30) + 1)]
    found = []
    for prefix in typed:
        started = time.perf_counter()
        engine.suggest(prefix, AUDIENCES)
        found.append((time.perf_counter() - started) * 1000)
    return found
