"""The keyword side alone on invented passages: what a query takes, and Whoosh's own time beside it.

Times of queries are those of the processor, so that what else the machine does counts little; the passages are made
in a process of their own, so that memory is that of searching alone.

python -m benchmarks.keyword [--passages 50000] [--queries 2000] [--whoosh 0]
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Sequence
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import psutil

from benchmarks.measures import Spread, spread
from search_index.keyword.bm25f import Bm25f, LiveSegment
from search_index.keyword.lexicon import Lexicon
from search_index.keyword.matching import KeywordMatcher
from search_index.keyword.postings import PassageRow, SegmentArrays, load_segment, pack_rows, save_segment
from search_index.keyword.spelling import Vocabulary
from search_index.keyword.whoosh_index import (
    KeywordDocument,
    create_index,
    english_analyzer,
    reference_scores,
    update_index,
)
from search_index.recipe import FIELDS, KeywordRecipe
from search_index.synonyms import Synonyms, shipped_rules

#: Words there are; the one of rank r comes 1/r times as often as the first, as real words do.
_WORDS = 100_000
#: Words of each field of a passage: title, headings, summary, tags, body.
_LENGTHS = (6, 5, 15, 3, 120)
_ROW = PassageRow(article_id="a", number=0, anchor="", heading="", headings=(), text="", embed_hash="0" * 32)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.keyword", description=__doc__.splitlines()[0])
    parser.add_argument("--passages", type=int, default=50_000)
    parser.add_argument("--queries", type=int, default=2_000, help="OR queries of 2 to 6 terms (%(default)s)")
    parser.add_argument("--whoosh", type=int, default=0, help="passages for Whoosh's own times; minutes for many")
    given = parser.parse_args(arguments)
    chance = np.random.default_rng(11)
    queries = [_text(_ranks(chance, (int(chance.integers(2, 7)),))) for _ in range(given.queries)]
    with tempfile.TemporaryDirectory() as folder:
        making = get_context("spawn").Process(target=_make, args=(Path(folder, "segment"), given.passages))
        making.start()
        making.join()
        _measure(Path(folder, "segment"), queries)
        if given.whoosh:
            _measure_whoosh(Path(folder, "whoosh"), chance, given.whoosh, queries[:100])


def _make(folder: Path, passages: int) -> None:
    chance = np.random.default_rng(7)
    save_segment(_segment([_ranks(chance, (passages, length)) for length in _LENGTHS]), folder)


def _measure(folder: Path, queries: Sequence[str]) -> None:
    analyzer = english_analyzer()
    synonyms = Synonyms(shipped_rules(), analyzer)
    before, started = psutil.Process().memory_info().rss, time.perf_counter()
    arrays = load_segment(folder)
    live = np.ones(arrays.size, dtype=np.bool_)
    scorer = Bm25f([LiveSegment(arrays=arrays, first_row=0, live=live, whole=True)], KeywordRecipe())
    loaded = time.perf_counter() - started
    matcher = KeywordMatcher(scorer, lambda: Vocabulary(()), KeywordRecipe(), synonyms)
    first = _times(lambda text: matcher.match(text, analyzer, live), queries)
    again = _times(lambda text: matcher.match(text, analyzer, live), queries)
    grown = (psutil.Process().memory_info().rss - before) / 2**20
    print(f"{arrays.size:,} passages, {len(arrays.terms):,} terms, {len(arrays.rows):,} postings")
    print(f"  opened in {loaded * 1000:.0f} ms; memory grew by {grown:.0f} MB, queries included")
    print(f"  a query {_pair(first)}; asked again {_pair(again)}")


def _measure_whoosh(folder: Path, chance: np.random.Generator, passages: int, queries: Sequence[str]) -> None:
    create_index(folder)
    started = time.perf_counter()
    update_index(folder, [], (_document(chance) for _ in range(passages)))
    print(f"Whoosh itself, {passages:,} passages, indexed in {time.perf_counter() - started:.0f} s")
    took = _times(lambda text: reference_scores(folder, text.split(), KeywordRecipe()), queries)
    print(f"  a query, the index opened each time and all passages scored {_pair(took)}")


def _times(ask: Callable[[str], object], queries: Sequence[str]) -> Spread:
    taken = []
    for text in queries:
        started = time.thread_time()
        ask(text)
        taken.append((time.thread_time() - started) * 1000)
    return spread(taken)


def _ranks(chance: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """Draw words by rank: uniform on a scale of logarithms is 1/r."""
    return np.minimum(np.exp(chance.random(shape) * np.log(_WORDS)), _WORDS - 1).astype(np.int64)


def _word(rank: int) -> str:
    return "".join(chr(ord("a") + rank // 26**place % 26) for place in range(4)) + "zq"


def _text(ranks: np.ndarray) -> str:
    return " ".join(_word(int(rank)) for rank in ranks)


def _document(chance: np.random.Generator) -> KeywordDocument:
    terms = tuple(tuple(_text(_ranks(chance, (length,))).split()) for length in _LENGTHS)
    return KeywordDocument(row=_ROW, terms=terms, words=frozenset())


def _segment(tokens: Sequence[np.ndarray]) -> SegmentArrays:
    """Lay postings out as they are read out of Whoosh."""
    passages = len(tokens[0])
    stem = english_analyzer().term
    words = [stem(_word(rank)) for rank in range(_WORDS)]
    terms = Lexicon.of(words)
    numbers = np.array([terms.find(word) for word in words], dtype=np.int64)
    keys = np.concatenate(
        [
            (numbers[field] * len(FIELDS) + at) * passages + np.arange(passages)[:, None]
            for at, field in enumerate(tokens)
        ],
        axis=None,
    )
    unique, counts = np.unique(keys, return_counts=True)
    starts = np.searchsorted(unique, np.arange(len(terms) + 1) * len(FIELDS) * passages)
    lengths = np.repeat(np.array(_LENGTHS, dtype=np.float32)[:, None], passages, axis=1)
    row_starts, row_bytes = pack_rows([_ROW] * passages)
    return SegmentArrays(
        name="invented",
        terms=terms,
        starts=starts.astype(np.uint32),
        rows=(unique % passages).astype(np.uint32),
        fields=(unique // passages % len(FIELDS)).astype(np.uint8),
        counts=counts.astype(np.uint16),
        lengths=lengths,
        exact_lengths=lengths.astype(np.uint32),
        words=terms,
        articles=(("a", passages),),
        hashes=np.full(passages, b"0" * 32),
        row_starts=row_starts,
        row_bytes=row_bytes,
    )


def _pair(value: Spread) -> str:
    return f"p50 {value.p50:.2f} ms, p95 {value.p95:.2f} ms"


if __name__ == "__main__":
    main()
