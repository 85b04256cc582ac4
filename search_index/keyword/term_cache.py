"""Scores of single terms that were asked for lately, within a bound of memory."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]

#: What an entry takes besides its arrays, in bytes.
_ENTRY_BYTES = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class TermScores:
    """What one term gives to each passage that holds it.

    Attributes:
        rows: int32, passages of the generation, each once, in order; None where `scores` has one for every passage.
        scores: float32, their scores, summed over the fields.
        best: The most that any passage could get from this term in one field.
    """

    rows: NDArray[np.int32] | None
    scores: Scores
    best: float

    @property
    def size_bytes(self) -> int:
        """Memory this takes."""
        return (self.rows.nbytes if self.rows is not None else 0) + self.scores.nbytes + _ENTRY_BYTES

    def held(self) -> tuple[NDArray[np.int32], Scores]:
        """Give the passages that hold the term, in order, and their scores."""
        if self.rows is not None:
            return self.rows, self.scores
        rows = np.flatnonzero(self.scores).astype(np.int32)
        return rows, self.scores[rows]

    def at(self, rows: NDArray[np.integer]) -> Scores:
        """Give the scores of some passages, 0 for those without the term."""
        found = np.zeros(len(rows), dtype=np.float32)
        if self.rows is None:
            found[:] = self.scores[rows]
        elif len(self.rows):
            wanted = rows.astype(np.int32)  # of another type, all of the term's rows would be converted
            places = np.minimum(self.rows.searchsorted(wanted), len(self.rows) - 1)
            same = self.rows[places] == wanted
            found[same] = self.scores[places[same]]
        return found

    def add_to(self, totals: Scores) -> None:
        """Add the scores to those of all passages."""
        if self.rows is None:
            totals += self.scores
        else:
            np.add.at(totals, self.rows, self.scores)

    def raise_to(self, totals: Scores, weight: float) -> None:
        """Raise the scores of all passages to these times a weight, where they are lower."""
        weighed = self.scores * np.float32(weight)
        if self.rows is None:
            np.maximum(totals, weighed, out=totals)
        else:
            totals[self.rows] = np.maximum(totals[self.rows], weighed)


class TermCache:
    """Keeps the terms asked for last. Safe for threads.

    Args:
        max_bytes: Memory for all of them together; a term that takes a quarter of it alone is not kept.
    """

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._kept: OrderedDict[str, TermScores] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    @property
    def size_bytes(self) -> int:
        """Memory taken now."""
        return self._bytes

    def find(self, term: str) -> TermScores | None:
        """Give what is kept of a term, or None."""
        with self._lock:
            found = self._kept.get(term)
            if found is not None:
                self._kept.move_to_end(term)
            return found

    def keep(self, term: str, scores: TermScores) -> None:
        """Keep the scores of a term and drop those asked for longest ago beyond the bound."""
        if scores.size_bytes > self._max_bytes // 4:
            return
        with self._lock:
            if term in self._kept:
                return
            self._kept[term] = scores
            self._bytes += scores.size_bytes
            while self._bytes > self._max_bytes:
                _, dropped = self._kept.popitem(last=False)
                self._bytes -= dropped.size_bytes
