"""Many sorted words in two small arrays instead of a dictionary of strings: a tenth of the memory."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

#: Words from one signpost to the next.
_SIGNPOST_STEP = 32


class Lexicon:
    """Sorted, distinct words, each with its position as its number. Immutable.

    Args:
        letters: uint8, the words in UTF-8, end to end.
        starts: uint32 of shape (words + 1,): where each begins.
    """

    def __init__(self, letters: NDArray[np.uint8], starts: NDArray[np.uint32]) -> None:
        self.letters = letters
        self.starts = starts
        self._bytes = letters.tobytes()
        self._offsets = memoryview(starts.tobytes()).cast("I")
        #: Every so many words, to look there first: comparing bytes in a list is much faster than cutting them out.
        self._signposts = [self._word(number) for number in range(0, len(self), _SIGNPOST_STEP)]

    @staticmethod
    def of(words: Iterable[str]) -> Lexicon:
        """Make a lexicon of any words."""
        encoded = sorted({word.encode() for word in words})
        starts = np.zeros(len(encoded) + 1, dtype=np.uint32)
        np.cumsum([len(each) for each in encoded], out=starts[1:])
        return Lexicon(np.frombuffer(b"".join(encoded), dtype=np.uint8), starts)

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def __iter__(self) -> Iterator[str]:
        return (self._word(number).decode() for number in range(len(self)))

    def find(self, word: str) -> int:
        """Give the number of a word; -1 for an unknown one."""
        wanted = word.encode("utf-8", "replace")
        beyond = bisect_right(self._signposts, wanted) * _SIGNPOST_STEP
        places = range(max(0, beyond - _SIGNPOST_STEP), min(beyond, len(self)))
        number = places.start + bisect_left(places, wanted, key=self._word)
        return number if number < len(self) and self._word(number) == wanted else -1

    def _word(self, number: int) -> bytes:
        return self._bytes[self._offsets[number] : self._offsets[number + 1]]
