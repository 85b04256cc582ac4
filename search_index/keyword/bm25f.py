"""BM25F over the arrays: the scores Whoosh would give, at numpy speed.

Whoosh counts deleted passages in its statistics until it merges them away; here they never count, so that
an index that was edited scores exactly like one built anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from search_index.keyword.postings import SegmentArrays
from search_index.recipe import FIELDS, KeywordRecipe

Scores = NDArray[np.float32]
#: Rows in the generation, fields and saturated counts of a term's postings in one segment.
_Places = tuple[NDArray[np.int64], NDArray[np.uint8], Scores]
#: Terms whose frequency is remembered.
_REMEMBERED_TERMS = 20_000


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
        #: Counts the places, fields of live passages, that hold a term; 0 for an unknown one.
        self.frequency: Callable[[str], int] = lru_cache(maxsize=_REMEMBERED_TERMS)(self._frequency)
        self._saturations = tuple(self._saturate(segment) for segment in self._segments)

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
        found = list(self._places(term))
        frequencies = np.zeros(len(FIELDS), dtype=np.int64)
        for _, fields, _ in found:
            frequencies += np.bincount(fields, minlength=len(FIELDS))
        factors = self._weights * self._idf(frequencies) * (self._recipe.k1 + 1)
        scores = [factors.astype(np.float32).take(fields) * saturation for _, fields, saturation in found]
        return TermScores(
            rows=np.concatenate([np.zeros(0, dtype=np.int64), *(rows for rows, _, _ in found)]),
            scores=np.concatenate([np.zeros(0, dtype=np.float32), *scores]),
            best=float(factors.max()),
        )

    def _frequency(self, term: str) -> int:
        return sum(len(rows) for rows, _, _ in self._places(term))

    def _places(self, term: str) -> Iterator[_Places]:
        """Give the live postings of a term, segment by segment."""
        for segment, saturation in zip(self._segments, self._saturations, strict=True):
            arrays = segment.arrays
            number = arrays.terms.get(term)
            if number is None:
                continue
            here = slice(int(arrays.starts[number]), int(arrays.starts[number + 1]))
            rows, fields, saturated = arrays.rows[here], arrays.fields[here], saturation[here]
            if not segment.whole:
                alive = segment.live[rows]
                rows, fields, saturated = rows[alive], fields[alive], saturated[alive]
            yield rows.astype(np.int64) + segment.first_row, fields, saturated

    def _idf(self, frequencies: NDArray[np.int64]) -> NDArray[np.float64]:
        return np.log(max(self._live_count, 1) / (frequencies + 1.0)) + 1.0

    def _average_lengths(self) -> NDArray[np.float64]:
        """Average length of each field over the live passages; 1.0 for an empty field."""
        totals = np.zeros(len(FIELDS), dtype=np.float64)
        for segment in self._segments:
            totals += segment.arrays.exact_lengths[:, segment.live].sum(axis=1)
        return np.where(totals > 0, totals / max(self._live_count, 1), 1.0)

    def _saturate(self, segment: LiveSegment) -> Scores:
        """Compute what does not depend on a query: tf / (tf + k1 × (1 − b + b × length / average)), of each posting."""
        arrays = segment.arrays
        b = np.array(self._recipe.b)[:, None]
        norm = (self._recipe.k1 * ((1 - b) + b * arrays.lengths / self._averages[:, None])).astype(np.float32)
        counts = arrays.counts.astype(np.float32)
        saturated: Scores = counts / (counts + norm[arrays.fields, arrays.rows])
        return saturated
