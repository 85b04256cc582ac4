"""BM25F over the arrays: the scores Whoosh would give, at numpy speed.

Whoosh counts deleted passages in its statistics until it merges them away; here they never count, so that
an index that was edited scores exactly like one built anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from search_index.keyword.postings import SegmentArrays
from search_index.recipe import FIELDS, KeywordRecipe

Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveSegment:
    """A segment at its place in a generation.

    Attributes:
        first_row: Row of its first passage in the generation.
        live: bool, False for passages deleted since.
    """

    arrays: SegmentArrays
    first_row: int
    live: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class TermScores:
    """What one term gives to each passage that holds it.

    Attributes:
        rows: Passages of the generation; one may occur several times, once a field.
        scores: Their weighted scores, to be summed per passage.
        best: The most that any passage could get from this term.
    """

    rows: NDArray[np.int64]
    scores: Scores
    best: float


class Bm25f:
    """Scores terms over all segments of a generation. Immutable, so safe for threads.

    Args:
        segments: In the order of their rows.
        recipe: Weights, k1 and b.
    """

    def __init__(self, segments: Sequence[LiveSegment], recipe: KeywordRecipe) -> None:
        self._segments = tuple(segments)
        self._recipe = recipe
        self._live_count = sum(int(segment.live.sum()) for segment in self._segments)
        self._weights = np.array(recipe.weights, dtype=np.float64)
        self._averages = self._average_lengths()
        self._norms = tuple(self._length_norm(segment) for segment in self._segments)

    @property
    def size(self) -> int:
        """Number of rows, those of deleted passages included."""
        return sum(segment.arrays.size for segment in self._segments)

    @property
    def live_count(self) -> int:
        """Number of passages that are not deleted."""
        return self._live_count

    def knows(self, term: str) -> bool:
        """Tell whether any segment holds a term, in deleted passages too."""
        return any(term in segment.arrays.terms for segment in self._segments)

    def score_term(self, term: str) -> TermScores:
        """Score one term; an unknown one has no rows and the `best` of a term seen nowhere."""
        places = zip(self._segments, self._norms, strict=True)
        found = [(segment, norm, *_slice(segment, term)) for segment, norm in places]
        frequencies = np.zeros(len(FIELDS), dtype=np.int64)
        for _, _, _, fields, _ in found:
            frequencies += np.bincount(fields, minlength=len(FIELDS))
        idf = self._idf(frequencies)
        rows = [segment.first_row + rows.astype(np.int64) for segment, _, rows, _, _ in found]
        scores = [self._scores(idf, norm, rows, fields, counts) for _, norm, rows, fields, counts in found]
        return TermScores(
            rows=np.concatenate(rows) if rows else np.zeros(0, dtype=np.int64),
            scores=np.concatenate(scores) if scores else np.zeros(0, dtype=np.float32),
            best=float(self._recipe.k1 + 1) * float((self._weights * idf).max()),
        )

    def _idf(self, frequencies: NDArray[np.int64]) -> NDArray[np.float64]:
        return np.log(max(self._live_count, 1) / (frequencies + 1.0)) + 1.0

    def _scores(
        self,
        idf: NDArray[np.float64],
        norm: NDArray[np.float32],
        rows: NDArray[np.uint32],
        fields: NDArray[np.uint8],
        counts: NDArray[np.uint16],
    ) -> Scores:
        factor = (self._weights * idf * (self._recipe.k1 + 1)).astype(np.float32)[fields]
        tf = counts.astype(np.float32)
        return factor * tf / (tf + norm[fields, rows])

    def _average_lengths(self) -> NDArray[np.float64]:
        """Average length of each field over the live passages; 1.0 for an empty field."""
        totals = np.zeros(len(FIELDS), dtype=np.float64)
        for segment in self._segments:
            totals += segment.arrays.exact_lengths[:, segment.live].sum(axis=1)
        return np.where(totals > 0, totals / max(self._live_count, 1), 1.0)

    def _length_norm(self, segment: LiveSegment) -> NDArray[np.float32]:
        """k1 × (1 − b + b × length / average length), of shape (fields, passages)."""
        b = np.array(self._recipe.b)[:, None]
        norm = self._recipe.k1 * ((1 - b) + b * segment.arrays.lengths / self._averages[:, None])
        return norm.astype(np.float32)


def _slice(segment: LiveSegment, term: str) -> tuple[NDArray[np.uint32], NDArray[np.uint8], NDArray[np.uint16]]:
    arrays = segment.arrays
    number = arrays.terms.get(term)
    if number is None:
        return arrays.rows[:0], arrays.fields[:0], arrays.counts[:0]
    here = slice(int(arrays.starts[number]), int(arrays.starts[number + 1]))
    rows, fields, counts = arrays.rows[here], arrays.fields[here], arrays.counts[here]
    alive = segment.live[rows]
    return (rows, fields, counts) if alive.all() else (rows[alive], fields[alive], counts[alive])
