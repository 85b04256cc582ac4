"""Scores of single terms that were asked for lately, within a bound of memory."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

#: What an entry takes besides its arrays, in bytes.
_ENTRY_BYTES = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class TermScores:
    """What one term gives to each passage that holds it.

    Attributes:
        rows: int32, passages of the generation, each once, in order.
        scores: float32, their scores, summed over the fields.
        fields: uint8, in how many fields each of them holds the term.
        best: The most that any passage could get from this term in one field.
    """

    rows: NDArray[np.int32]
    scores: NDArray[np.float32]
    fields: NDArray[np.uint8]
    best: float

    @property
    def size_bytes(self) -> int:
        """Memory this takes."""
        return self.rows.nbytes + self.scores.nbytes + self.fields.nbytes + _ENTRY_BYTES


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
