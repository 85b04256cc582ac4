"""Average linkage without a matrix of all pairs: two groups are as alike as their members are on average.

The mean cosine between the members of two groups is the product of their mean vectors, so a group is kept
as a sum and a count. Joining never makes groups more alike to a third than the better of the two was, so all
pairs that are each other's nearest are joined at once with the same outcome as one pair at a time, and a
group that is like no other any more is left alone for good. 20,000 rows take rounds of matrix products and
a few hundred megabytes.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from search_index.semantic.ports import Matrix

Labels = NDArray[np.int64]

#: Rows compared with all others at a time: 1,000 by 20,000 float32 are 80 MB.
_BLOCK_ROWS = 1_000
_TINY = np.float32(1e-9)
#: Mean cosine of the nearest below which they pull less, so that a row that is like no other stays where it is.
_FAMILIAR = np.float32(0.25)
#: Below any cosine.
_NEVER = np.float32(-2)


def unit_rows(matrix: Matrix) -> Matrix:
    """Scale rows to length 1; rows of zeros stay as they are."""
    lengths = np.linalg.norm(matrix, axis=1, keepdims=True)
    scaled: Matrix = np.where(lengths > _TINY, matrix / np.maximum(lengths, _TINY), 0).astype(np.float32)
    return scaled


def pull_to_neighbours(vectors: Matrix, neighbours: int, pull: float) -> Matrix:
    """Move each row towards the mean of its nearest other rows, weighted by their cosine.

    What wordings share is kept and what is accidental in each is averaged out.

    Args:
        vectors: float32 of shape (n, d), L2-normalised; rows of zeros stay.
        neighbours: How many count, at least 1; with fewer other rows, all of them.
        pull: Share of the neighbours in [0, 1].

    Returns:
        float32 of shape (n, d), L2-normalised.
    """
    count = min(neighbours, len(vectors) - 1)
    if count < 1:
        return vectors
    pulled = vectors.copy()
    for start in range(0, len(vectors), _BLOCK_ROWS):
        rows = np.arange(start, min(start + _BLOCK_ROWS, len(vectors)))
        cosines = vectors[rows] @ vectors.T
        cosines[np.arange(len(rows)), rows] = _NEVER
        nearest = np.argpartition(-cosines, count - 1, axis=1)[:, :count]
        weights = np.maximum(np.take_along_axis(cosines, nearest, axis=1), 0)
        weights /= np.maximum(weights.sum(axis=1, keepdims=True), count * _FAMILIAR)
        around = np.einsum("ij,ijd->id", weights, vectors[nearest])
        pulled[rows] = (1 - pull) * vectors[rows] + pull * around
    return unit_rows(pulled)


def link(sums: Matrix, counts: NDArray[np.float32], least: float, apart: Iterable[tuple[int, int]] = ()) -> Labels:
    """Join groups as long as two of them have a mean cosine of at least `least`.

    Args:
        sums: float32 of shape (m, d): the sum of each group's normalised vectors.
        counts: float32 of shape (m,): vectors in each group, at least 1.
        apart: Pairs of groups that never end in the same one, nor do groups that were joined to them.

    Returns:
        int64 of shape (m,): for each group the lowest number among those it was joined with.
    """
    linkage = _Linkage(sums, counts, apart)
    while linkage.seek(np.float32(least)):
        linkage.join_pairs()
    return linkage.labels()


class _Linkage:
    """The groups while they are joined; each is known by its lowest number."""

    def __init__(self, sums: Matrix, counts: NDArray[np.float32], apart: Iterable[tuple[int, int]]) -> None:
        self._sums = sums.astype(np.float32, copy=True)
        self._counts = counts.astype(np.float32, copy=True)
        self._joined_to = np.arange(len(sums))
        self._open = np.ones(len(sums), dtype=np.bool_)
        self._nearest = np.full(len(sums), -1, dtype=np.int64)
        self._likeness = np.full(len(sums), _NEVER, dtype=np.float32)
        self._rivals: dict[int, set[int]] = {}
        for one, other in apart:
            self._rivals.setdefault(one, set()).add(other)
            self._rivals.setdefault(other, set()).add(one)

    def seek(self, least: np.float32) -> bool:
        """Find the nearest of every open group and close those that have none; False when all are closed."""
        while True:
            stale = np.flatnonzero(self._open & ~self._settled())
            if not len(stale):
                return bool(self._open.any())
            self._compare(stale)
            self._open[stale[self._likeness[stale] < least]] = False

    def join_pairs(self) -> None:
        """Join all open pairs that are each other's nearest."""
        open_ = np.flatnonzero(self._open)
        mutual = open_[(self._nearest[self._nearest[open_]] == open_) & (open_ < self._nearest[open_])]
        if not len(mutual):  # rounding can tell the two sides of a pair different cosines
            mutual = open_[[self._likeness[open_].argmax()]]
        for group in mutual.tolist():
            other = int(self._nearest[group])
            self._join(min(group, other), max(group, other))

    def labels(self) -> Labels:
        """Give every group the lowest number among those it was joined with."""
        labels = self._joined_to
        while not np.array_equal(labels, labels[labels]):
            labels = labels[labels]
        return labels

    def _settled(self) -> NDArray[np.bool_]:
        return (self._nearest >= 0) & self._open[self._nearest]

    def _compare(self, stale: NDArray[np.int64]) -> None:
        columns = np.flatnonzero(self._open)
        means = self._sums[columns] / self._counts[columns, None]
        for start in range(0, len(stale), _BLOCK_ROWS):
            rows = stale[start : start + _BLOCK_ROWS]
            places = np.searchsorted(columns, rows)
            likeness = means[places] @ means.T
            likeness[np.arange(len(rows)), places] = _NEVER
            self._forbid(rows, columns, likeness)
            nearest = likeness.argmax(axis=1)
            self._nearest[rows] = columns[nearest]
            self._likeness[rows] = likeness[np.arange(len(rows)), nearest]

    def _forbid(self, rows: NDArray[np.int64], columns: NDArray[np.int64], likeness: Matrix) -> None:
        for row in np.flatnonzero([group in self._rivals for group in rows.tolist()]).tolist():
            rivals = np.fromiter(self._rivals[int(rows[row])], dtype=np.int64)
            likeness[row, np.isin(columns, rivals)] = _NEVER

    def _join(self, kept: int, other: int) -> None:
        self._sums[kept] += self._sums[other]
        self._counts[kept] += self._counts[other]
        self._joined_to[other] = kept
        self._open[other] = False
        self._nearest[[kept, other]] = -1
        # Whoever was nearest to either has to look again; the other one is closed, so only `kept` needs a mark.
        self._nearest[self._nearest == kept] = -1
        for rival in self._rivals.pop(other, set()):
            self._rivals[rival].discard(other)
            self._rivals[rival].add(kept)
            self._rivals.setdefault(kept, set()).add(rival)
