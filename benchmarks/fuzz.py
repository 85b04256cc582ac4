"""How long the strangest queries take: none may take more than 200 ms.

python -m benchmarks.fuzz [--articles 200] [--queries 10000] [--seed 1]
"""

from __future__ import annotations

import argparse
import heapq
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from search_index import HashingEncoder, Indexer, SearchEngine, SearchQuery
from tests.fuzzing import make_articles, make_queries

#: Longest that one search may take, in milliseconds.
LIMIT_MS = 200.0
_SLOWEST = 10
_SHOWN_CHARACTERS = 60
_PUBLIC = frozenset({"public"})


def main(arguments: Sequence[str] | None = None) -> int:
    """Search, and print the slowest queries with their times; 1 when one of them took too long."""
    options = _parse(arguments)
    with tempfile.TemporaryDirectory() as folder:
        Indexer(Path(folder), HashingEncoder()).sync(make_articles(random.Random(options.seed), options.articles))
        engine = SearchEngine(Path(folder), HashingEncoder())
        engine.warm_up()
        times = list(_times(engine, make_queries(random.Random(options.seed), options.queries)))
    slowest = heapq.nlargest(_SLOWEST, times)
    _print(times, slowest)
    return 0 if slowest[0][0] <= LIMIT_MS else 1


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fuzz", description=__doc__.splitlines()[0])
    parser.add_argument("--articles", type=int, default=200, help="articles to search among (%(default)s)")
    parser.add_argument("--queries", type=int, default=10_000, help="queries to ask (%(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="of articles and queries (%(default)s)")
    return parser.parse_args(arguments)


def _times(engine: SearchEngine, queries: Iterator[str]) -> Iterator[tuple[float, str]]:
    """Ask each query; yields milliseconds with the query."""
    for text in queries:
        started = time.perf_counter()
        engine.search(SearchQuery(text=text, audiences=_PUBLIC, locale="en"))
        yield (time.perf_counter() - started) * 1000, text


def _print(times: Sequence[tuple[float, str]], slowest: Sequence[tuple[float, str]]) -> None:
    ordered = sorted(milliseconds for milliseconds, _ in times)
    middle, high = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.95)]
    over = sum(milliseconds > LIMIT_MS for milliseconds in ordered)
    print(
        f"{len(ordered)} searches: p50 {middle:.1f} ms, p95 {high:.1f} ms, {over} over {LIMIT_MS:.0f} ms. The slowest:"
    )
    for milliseconds, text in slowest:
        shown = ascii(text[:_SHOWN_CHARACTERS])
        print(f"{milliseconds:8.1f} ms  {len(text):5} characters  {shown}")


if __name__ == "__main__":
    sys.exit(main())
