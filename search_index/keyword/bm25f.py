"""BM25F over the arrays: the scores Whoosh would give, at numpy speed.

Whoosh counts deleted passages in its statistics until it merges them away; here they never count, so that
an index that was edited scores exactly like one built anew.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log

import numpy as np
from numpy.typing import NDArray

from search_index.keyword.postings import SegmentArrays
from search_index.keyword.term_cache import Scores, TermCache, TermScores
from search_index.recipe import FIELDS, KeywordRecipe

#: Rows in the segment, fields and counts of a term's live postings there, sorted by field, then row.
_Places = tuple[NDArray[np.uint32], NDArray[np.uint8], NDArray[np.uint16]]
#: Terms of which it is remembered where their postings lie and how common they are, 500 bytes each.
_REMEMBERED_TERMS = 10_000
#: Memory for the scores of terms asked for lately, in bytes.
_CACHE_BYTES = 20 * 2**20
#: Share of all rows from which on the scores of a term are kept for every row: added up ten times as fast.
_DENSE_SHARE = 0.25
#: Share of a segment's rows from which on postings are summed up in an array of all of them instead of sorted.
_SPREAD_SHARE = 0.05


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


#: A segment with what its passages' lengths count against them, and the postings there.
_Postings = tuple[LiveSegment, Scores, _Places]
#: The number of a segment, and where the postings of a term lie there.
_Found = tuple[int, slice]


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
        self._size = sum(segment.arrays.size for segment in self._segments)
        self._live_count = sum(int(segment.live.sum()) for segment in self._segments)
        averages = self._average_lengths()
        self._norms = tuple(self._norm(segment, averages) for segment in self._segments)
        self._borders = np.arange(len(FIELDS) + 1, dtype=np.uint8)
        self._cache = TermCache(_CACHE_BYTES)
        self._find: Callable[[str], tuple[_Found, ...]] = lru_cache(maxsize=_REMEMBERED_TERMS)(self._find_postings)
        #: Counts the places, fields of live passages, that hold a term; 0 for an unknown one.
        self.frequency: Callable[[str], int] = lru_cache(maxsize=_REMEMBERED_TERMS)(self._frequency)
        #: Gives the most that any passage could get from a term in one field; for an unknown one as if seen nowhere.
        self.best: Callable[[str], float] = lru_cache(maxsize=_REMEMBERED_TERMS)(self._best)

    @property
    def size(self) -> int:
        """Number of rows, those of deleted passages included."""
        return self._size

    @property
    def live_count(self) -> int:
        """Number of passages that are not deleted."""
        return self._live_count

    def places(self, term: str, visible: NDArray[np.bool_]) -> int:
        """Count the places of a term in the passages that are marked: bool of shape (rows,)."""
        return sum(
            int(np.count_nonzero(visible[rows + np.uint32(segment.first_row)]))
            for segment, _, (rows, _, _) in self._postings(term)
        )

    def score_term(self, term: str) -> TermScores:
        """Score one term; an unknown one has no rows and the `best` of a term seen nowhere."""
        found = self._cache.find(term)
        if found is None:
            found = self._score_term(term)
            self._cache.keep(term, found)
        return found

    def score_together(self, terms: Sequence[str]) -> TermScores:
        """Score the passages that hold all of some terms, by the mean of what each gives; at least one term."""
        found = sorted((self.score_term(term) for term in dict.fromkeys(terms)), key=lambda each: len(each.scores))
        if len(found) == 1:
            return found[0]
        rows, _ = found[0].held()
        for each in found[1:]:
            rows = rows[each.at(rows) > 0]
        parts = [each.at(rows) for each in found]
        return TermScores(
            rows=rows,
            scores=np.mean(parts, axis=0, dtype=np.float32),
            best=sum(each.best for each in found) / len(found),
        )

    def _score_term(self, term: str) -> TermScores:
        found = self._postings(term)
        factors = self._factors(found)
        weights = np.array(factors, dtype=np.float32)
        parts = [_summed(segment, norm, places, weights) for segment, norm, places in found]
        rows, scores = zip(*parts, strict=True) if parts else ((), ())
        best = max(factors)
        if len(parts) == 1:
            return self._packed(rows[0], scores[0], best)
        return self._packed(
            np.concatenate([np.zeros(0, dtype=np.int32), *rows]),
            np.concatenate([np.zeros(0, dtype=np.float32), *scores]),
            best,
        )

    def _packed(self, rows: NDArray[np.int32], scores: Scores, best: float) -> TermScores:
        """Keep the scores of a common term for every row."""
        if len(rows) <= self._size * _DENSE_SHARE:
            return TermScores(rows=rows, scores=scores, best=best)
        every = np.zeros(self._size, dtype=np.float32)
        every[rows] = scores
        return TermScores(rows=None, scores=every, best=best)

    def _find_postings(self, term: str) -> tuple[_Found, ...]:
        """Say which segments hold a term, and where its postings lie in them."""
        places = ((number, segment.arrays.find(term)) for number, segment in enumerate(self._segments))
        return tuple((number, here) for number, here in places if here.start < here.stop)

    def _frequency(self, term: str) -> int:
        return sum(self._count(self._segments[number], here) for number, here in self._find(term))

    def _count(self, segment: LiveSegment, here: slice) -> int:
        if segment.whole:
            return int(here.stop - here.start)
        return int(np.count_nonzero(segment.live[segment.arrays.rows[here]]))

    def _best(self, term: str) -> float:
        return max(self._factors(self._postings(term)))

    def _postings(self, term: str) -> list[_Postings]:
        """Read the live postings of a term in each segment that has it."""
        found: list[_Postings] = []
        for number, here in self._find(term):
            segment = self._segments[number]
            arrays = segment.arrays
            rows, fields, counts = arrays.rows[here], arrays.fields[here], arrays.counts[here]
            if not segment.whole:
                alive = segment.live[rows]
                rows, fields, counts = rows[alive], fields[alive], counts[alive]
            found.append((segment, self._norms[number], (rows, fields, counts)))
        return found

    def _factors(self, found: Sequence[_Postings]) -> list[float]:
        """Weigh a term in each field: weight × idf × (k1 + 1), where idf is 1 + log(N / (n + 1))."""
        frequencies = [0] * len(FIELDS)
        for _, _, (_, fields, _) in found:
            borders = fields.searchsorted(self._borders).tolist()
            for field in range(len(FIELDS)):
                frequencies[field] += borders[field + 1] - borders[field]
        size, gain = max(self._live_count, 1), self._recipe.k1 + 1
        return [
            weight * (log(size / (often + 1.0)) + 1.0) * gain
            for weight, often in zip(self._recipe.weights, frequencies, strict=True)
        ]

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


def _summed(segment: LiveSegment, norm: Scores, places: _Places, factors: Scores) -> tuple[NDArray[np.int32], Scores]:
    """Score postings and sum them up by passage; rows are those of the generation."""
    rows, fields, counts = places
    # factor × tf / (tf + k1 × (1 − b + b × length / average)), in place: most of a rare term's time is here
    columns, scores = fields.astype(np.intp), counts.astype(np.float32)
    norms = norm.ravel().take(columns * norm.shape[1] + rows)
    norms += scores
    scores /= norms
    scores *= factors.take(columns)
    if len(rows) and fields[0] != fields[-1]:
        if len(rows) < segment.arrays.size * _SPREAD_SHARE:
            rows, scores = _merged(rows, scores)
        else:
            rows, scores = _spread(rows, scores, segment.arrays.size)
    return rows.astype(np.int32) + np.int32(segment.first_row), scores


def _merged(rows: NDArray[np.uint32], scores: Scores) -> tuple[NDArray[np.uint32], Scores]:
    """Sum up the scores of equal rows by sorting, which for a few sorted runs is a merge."""
    order = rows.argsort(kind="stable")
    rows = rows.take(order)
    first = np.ones(len(rows), dtype=np.bool_)
    np.not_equal(rows[1:], rows[:-1], out=first[1:])
    begins = first.nonzero()[0]
    summed: Scores = np.add.reduceat(scores.take(order), begins)
    return rows.take(begins), summed


def _spread(rows: NDArray[np.uint32], scores: Scores, size: int) -> tuple[NDArray[np.uint32], Scores]:
    """Sum up the scores of equal rows in an array of all rows."""
    every = np.zeros(size, dtype=np.float32)
    np.add.at(every, rows, scores)
    held = np.flatnonzero(every > 0)
    return held.astype(np.uint32), every[held]
