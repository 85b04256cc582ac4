"""BM25F over the arrays: the scores Whoosh would give, at numpy speed.

Whoosh counts deleted passages in its statistics until it merges them away; here they never count, so that
an index that was edited scores exactly like one built anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce

import numpy as np
from numpy.typing import NDArray

from search_index.keyword.postings import SegmentArrays
from search_index.keyword.term_cache import TermCache, TermScores
from search_index.recipe import FIELDS, KeywordRecipe

Scores = NDArray[np.float32]
#: Rows in the segment, fields and saturated counts of a term's postings there, sorted by field, then row.
_Places = tuple[NDArray[np.uint32], NDArray[np.uint8], Scores]
#: Terms whose frequency is remembered.
_REMEMBERED_TERMS = 20_000
#: Memory for the scores of terms asked for lately, in bytes.
_CACHE_BYTES = 8 * 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveSegment:
    """A segment at its place in a generation.

    Attributes:
        first_row: Row of its first passage in the generation.
        live: bool, False for passages deleted since.
        whole: True when none was.
    """

    arrays: SegmentArrays
    first_row: int
    live: NDArray[np.bool_]
    whole: bool


class Bm25f:
    """Scores terms over all segments of a generation. Immutable but for a cache, and safe for threads.

    A term's scores are computed when it is first asked for, from its postings alone: opening a generation costs
    nothing, and what nobody asks for takes no memory.

    Args:
        segments: In the order of their rows.
        recipe: Weights, k1 and b.
    """

    def __init__(self, segments: Sequence[LiveSegment], recipe: KeywordRecipe) -> None:
        self._segments = tuple(segments)
        self._recipe = recipe
        self._live_count = sum(int(segment.live.sum()) for segment in self._segments)
        self._weights = np.array(recipe.weights, dtype=np.float64)
        averages = self._average_lengths()
        self._norms = tuple(self._norm(segment, averages) for segment in self._segments)
        self._cache = TermCache(_CACHE_BYTES)
        #: Counts the places, fields of live passages, that hold a term; 0 for an unknown one.
        self.frequency: Callable[[str], int] = lru_cache(maxsize=_REMEMBERED_TERMS)(self._frequency)

    @property
    def size(self) -> int:
        """Number of rows, those of deleted passages included."""
        return sum(segment.arrays.size for segment in self._segments)

    @property
    def live_count(self) -> int:
        """Number of passages that are not deleted."""
        return self._live_count

    def score_term(self, term: str) -> TermScores:
        """Score one term; an unknown one has no rows and the `best` of a term seen nowhere."""
        found = self._cache.find(term)
        if found is None:
            found = self._score_term(term)
            self._cache.keep(term, found)
        return found

    def score_together(self, terms: Sequence[str]) -> TermScores:
        """Score the passages that hold all of some terms, by the mean of what each gives; at least one term."""
        found = sorted((self.score_term(term) for term in dict.fromkeys(terms)), key=lambda each: len(each.rows))
        if len(found) == 1:
            return found[0]
        rows = reduce(lambda one, other: one[np.isin(one, other, assume_unique=True)], (each.rows for each in found))
        parts = [each.scores[np.searchsorted(each.rows, rows)] for each in found]
        fields = [each.fields[np.searchsorted(each.rows, rows)] for each in found]
        return TermScores(
            rows=rows,
            scores=np.mean(parts, axis=0, dtype=np.float32),
            fields=np.min(fields, axis=0),
            best=sum(each.best for each in found) / len(found),
        )

    def _score_term(self, term: str) -> TermScores:
        found = [(segment.first_row, places) for segment, places in self._places(term)]
        frequencies = np.zeros(len(FIELDS), dtype=np.int64)
        for _, (_, fields, _) in found:
            frequencies += np.bincount(fields, minlength=len(FIELDS))
        factors = self._weights * self._idf(frequencies) * (self._recipe.k1 + 1)
        parts = [_summed(first_row, places, factors.astype(np.float32)) for first_row, places in found]
        rows, scores, counts = zip(*parts, strict=True) if parts else ((), (), ())
        return TermScores(
            rows=np.concatenate([np.zeros(0, dtype=np.int32), *rows]),
            scores=np.concatenate([np.zeros(0, dtype=np.float32), *scores]),
            fields=np.concatenate([np.zeros(0, dtype=np.uint8), *counts]),
            best=float(factors.max()),
        )

    def _frequency(self, term: str) -> int:
        return sum(self._count(segment, term) for segment in self._segments)

    def _count(self, segment: LiveSegment, term: str) -> int:
        here = segment.arrays.find(term)
        if segment.whole or here.start == here.stop:
            return int(here.stop - here.start)
        return int(np.count_nonzero(segment.live[segment.arrays.rows[here]]))

    def _places(self, term: str) -> Iterator[tuple[LiveSegment, _Places]]:
        """Give the live postings of a term, segment by segment."""
        for segment, norm in zip(self._segments, self._norms, strict=True):
            arrays = segment.arrays
            here = arrays.find(term)
            if here.start == here.stop:
                continue
            rows, fields, counts = arrays.rows[here], arrays.fields[here], arrays.counts[here]
            if not segment.whole:
                alive = segment.live[rows]
                rows, fields, counts = rows[alive], fields[alive], counts[alive]
            # tf / (tf + k1 × (1 − b + b × length / average))
            often = counts.astype(np.float32)
            yield segment, (rows, fields, often / (often + norm[fields, rows]))

    def _idf(self, frequencies: NDArray[np.int64]) -> NDArray[np.float64]:
        return np.log(max(self._live_count, 1) / (frequencies + 1.0)) + 1.0

    def _average_lengths(self) -> NDArray[np.float64]:
        """Average length of each field over the live passages; 1.0 for an empty field."""
        totals = np.zeros(len(FIELDS), dtype=np.float64)
        for segment in self._segments:
            totals += np.asarray(segment.arrays.exact_lengths)[:, segment.live].sum(axis=1)
        return np.where(totals > 0, totals / max(self._live_count, 1), 1.0)

    def _norm(self, segment: LiveSegment, averages: NDArray[np.float64]) -> Scores:
        """Compute what a passage's length counts against it: k1 × (1 − b + b × length / average)."""
        b = np.array(self._recipe.b)[:, None]
        lengths = np.asarray(segment.arrays.lengths) / averages[:, None]
        norm: Scores = (self._recipe.k1 * ((1 - b) + b * lengths)).astype(np.float32)
        return norm


def _summed(first_row: int, places: _Places, factors: Scores) -> tuple[NDArray[np.int32], Scores, NDArray[np.uint8]]:
    """Weigh postings and sum them up by passage; rows are those of the generation."""
    rows, fields, saturated = places
    weighed = factors[fields] * saturated
    numbers = rows.astype(np.int32) + np.int32(first_row)
    if not len(rows) or fields[0] == fields[-1]:
        return numbers, weighed, np.ones(len(rows), dtype=np.uint8)
    order = np.argsort(numbers, kind="stable")  # a merge of a few sorted runs, one a field
    numbers = numbers[order]
    begins = np.flatnonzero(np.concatenate(([True], numbers[1:] != numbers[:-1])))
    summed: Scores = np.add.reduceat(weighed[order], begins)
    return numbers[begins], summed, np.diff(begins, append=len(numbers)).astype(np.uint8)
