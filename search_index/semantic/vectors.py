"""Comparing a query with every passage of a generation by the cosine of their vectors.

Small segments are compared exactly. Of large ones an int8 copy is read first, which is off by less than 0.01,
and the best rows are then compared exactly; of very large ones a graph names the best rows. What is best is
so exact, and what is far off is near enough to what it would be.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from search_index.recipe import VectorRecipe
from search_index.semantic.passage_embedding import TOP_CODE
from search_index.semantic.placing import split_rows
from search_index.semantic.ports import Matrix, Vector
from search_index.semantic.segment_vectors import Coarse, SegmentVectors
from search_index.semantic.similarity import dot_bytes, dot_halves

Rows = NDArray[np.bool_]
Scores = NDArray[np.float32]
Numbers = NDArray[np.int64]

#: How many times more rows than wanted a graph is asked for at most, when few of them are visible.
_MOST_FETCHED = 16


class PassageVectors:
    """The vectors of all passages of a generation, one row each. Immutable, so safe for threads.

    Args:
        parts: Segment by segment, in the order of their rows.
        recipe: How many rows are compared exactly.
    """

    def __init__(self, parts: Sequence[SegmentVectors], recipe: VectorRecipe | None = None) -> None:
        self.parts = tuple(parts)
        self._recipe = recipe if recipe is not None else VectorRecipe()
        self._firsts = np.cumsum([0, *(part.size for part in self.parts)], dtype=np.int64)

    @property
    def size(self) -> int:
        """Number of rows, those of deleted passages included."""
        return int(self._firsts[-1])

    def cosines(self, query: Vector, visible: Rows | None = None) -> Scores:
        """Compare one normalised vector with every row: float32 of shape (rows,), in [-1, 1].

        The largest are exact; the others may be off by 0.01, and in a very large segment they are 0.

        Args:
            query: float32 of shape (dimensions,).
            visible: bool of shape (rows,): of these rows the largest must be right; None for all.

        Raises:
            ValueError: The vector has another length than the rows.
        """
        pieces = [self._compare(number, query, visible) for number in range(len(self.parts))]
        scores = np.concatenate([np.zeros(0, dtype=np.float32), *pieces])
        if any(part.coarse is not None for part in self.parts):
            best = _largest(scores, visible, self._recipe.exact)
            scores[best] = self.rescore(query, best)
        return scores

    def rescore(self, query: Vector, rows: NDArray[np.integer]) -> Scores:
        """Compare one normalised vector with some rows, exactly: float32 of shape (len(rows),).

        Raises:
            ValueError: The vector has another length than the rows.
            IndexError: There is no such row.
        """
        scores = np.zeros(len(rows), dtype=np.float32)
        for at, owner, inner in split_rows(self._firsts, rows):
            scores[at] = _bounded(dot_halves(query, self.parts[owner].take(inner)))
        return scores

    def take(self, rows: NDArray[np.integer]) -> Matrix:
        """Give the vectors of some rows: float32 of shape (len(rows), dimensions).

        Raises:
            IndexError: There is no such row.
        """
        width = self.parts[0].dimensions if self.parts else 0
        taken = np.zeros((len(rows), width), dtype=np.float32)
        for at, owner, inner in split_rows(self._firsts, rows):
            taken[at] = self.parts[owner].take(inner)
        return taken

    def _compare(self, number: int, query: Vector, visible: Rows | None) -> Scores:
        part = self.parts[number]
        if part.graph is not None:
            seen = visible[self._firsts[number] : self._firsts[number + 1]] if visible is not None else None
            return self._by_graph(part, query, seen)
        if part.coarse is not None:
            return _bounded(_estimate(query, part.coarse))
        return _bounded(dot_halves(query, np.asarray(part.half)))

    def _by_graph(self, part: SegmentVectors, query: Vector, visible: Rows | None) -> Scores:
        assert part.graph is not None  # noqa: S101
        scores = np.zeros(part.size, dtype=np.float32)
        near: Numbers = np.zeros(0, dtype=np.int64)
        if part.dimensions == len(query) and query.any():
            near = self._nearest(part, query, visible)
        scores[near] = _bounded(dot_halves(query, part.take(near)))
        return scores

    def _nearest(self, part: SegmentVectors, query: Vector, visible: Rows | None) -> Numbers:
        """Fetch more and more neighbours until enough of them are visible."""
        assert part.graph is not None  # noqa: S101
        fetched = wanted = self._recipe.exact
        while True:
            near = part.graph.nearest(query, fetched)
            enough = visible is None or int(np.count_nonzero(visible[near])) >= wanted
            if enough or len(near) < fetched or fetched >= wanted * _MOST_FETCHED:
                return near
            fetched *= 4


def _estimate(query: Vector, coarse: Coarse) -> Scores:
    if query.shape != coarse.codes.shape[1:]:
        raise ValueError(f"A vector of shape {query.shape} cannot be compared with {coarse.codes.shape}.")
    step = float(np.abs(query).max(initial=0.0)) / TOP_CODE or 1.0
    codes = np.rint(query / step).astype(np.int8)
    return dot_bytes(codes, coarse.codes) * (coarse.scales * np.float32(step))


def _largest(scores: Scores, visible: Rows | None, count: int) -> NDArray[np.intp]:
    masked = scores if visible is None else np.where(visible, scores, np.float32(-2))
    if count >= len(masked):
        return np.arange(len(masked))
    return np.argpartition(masked, len(masked) - count)[len(masked) - count :]


def _bounded(scores: Scores) -> Scores:
    bounded: Scores = np.clip(scores, -1.0, 1.0, out=scores)
    return bounded
