"""Which known word a mistyped one may have meant, by edit distance over the whole vocabulary at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

#: Longest word that is compared, in letters; nobody mistypes a longer one by accident only.
_MAX_LETTERS = 24
#: Bits for letters in the signature that rules most words out before they are compared.
_SIGNATURE_BITS = 61


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A known word near a mistyped one, `edits` insertions, deletions, changes or swaps away."""

    word: str
    edits: int


def allowed_edits(word: str, lengths: tuple[int, int]) -> int:
    """Tell how many edits a folded word is forgiven: none for short words, digits and identifiers.

    Args:
        lengths: Shortest word, in letters, with one edit and with two.
    """
    if not word.isalpha() or len(word) > _MAX_LETTERS:
        return 0
    one, two = lengths
    return 2 if len(word) >= two else int(len(word) >= one)


class Vocabulary:
    """All words of an index, ready to be compared with a mistyped one. Immutable, so safe for threads."""

    def __init__(self, words: Iterable[str]) -> None:
        kept = sorted({word for word in words if word.isalpha() and len(word) <= _MAX_LETTERS})
        self._words = np.array(kept, dtype=f"<U{_MAX_LETTERS}")
        letters = (
            self._words.view(np.uint32).reshape(len(kept), _MAX_LETTERS)
            if kept
            else np.zeros((0, _MAX_LETTERS), np.uint32)
        )
        self._letters = letters
        self._lengths = np.count_nonzero(letters, axis=1)
        bits = np.where(
            letters > 0, np.uint64(1) << (letters.astype(np.uint64) % np.uint64(_SIGNATURE_BITS)), np.uint64(0)
        )
        self._signatures = np.bitwise_or.reduce(bits, axis=1) if kept else np.zeros(0, np.uint64)

    def __len__(self) -> int:
        return len(self._words)

    def __contains__(self, word: str) -> bool:
        place = int(np.searchsorted(self._words, word))
        return place < len(self._words) and str(self._words[place]) == word

    def corrections(self, word: str, edits: int, accept: Callable[[str], int], limit: int) -> list[Correction]:
        """Find the known words nearest to a mistyped one.

        Args:
            word: Folded, letters only.
            edits: Most edits apart, 1 or 2; 0 finds nothing.
            accept: Gives a word's weight, such as the passages it would find; 0 refuses it.
            limit: Most corrections.

        Returns:
            Nearest first, then those with the same first letter, then the weightiest.
        """
        if edits < 1 or not len(self._words):
            return []
        near = self._nearby(word, edits)
        distances = _distances(word, self._letters[near], self._lengths[near])
        found = [(int(distances[at]), str(self._words[near[at]])) for at in np.flatnonzero(distances <= edits)]
        weighed = [(distance, other[0] != word[0], -accept(other), other) for distance, other in found]
        ordered = sorted(each for each in weighed if each[2] < 0)
        return [Correction(word=other, edits=distance) for distance, _, _, other in ordered[:limit]]

    def _nearby(self, word: str, edits: int) -> NDArray[np.intp]:
        signature = np.uint64(0)
        for letter in word:
            signature |= np.uint64(1) << np.uint64(ord(letter) % _SIGNATURE_BITS)
        # One edit changes at most two letters of the set: one gone, one new.
        different = np.bitwise_count(self._signatures ^ signature)
        near: NDArray[np.intp] = np.flatnonzero((np.abs(self._lengths - len(word)) <= edits) & (different <= 2 * edits))
        return near


def _distances(word: str, letters: NDArray[np.uint32], lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """Edit distances with swaps of neighbours (optimal string alignment) from one word to many.

    Args:
        letters: uint32 of shape (words, letters), zero-padded code points.
        lengths: Length of each word.
    """
    width = int(lengths.max(initial=0)) + 1
    # No distance is beyond 24: a byte each is read eight times as fast as the usual integers.
    previous = np.zeros((width, len(letters)), dtype=np.uint8)
    current = np.repeat(np.arange(width, dtype=np.uint8)[:, None], len(letters), axis=1)
    columns = np.ascontiguousarray(letters.T)
    for row, letter in enumerate(word, start=1):
        before_previous, previous = previous, current
        current = np.empty_like(previous)
        current[0] = row
        for column in range(1, width):
            changed = previous[column - 1] + (columns[column - 1] != ord(letter))
            best = np.minimum(np.minimum(previous[column], current[column - 1]) + 1, changed)
            if row > 1 and column > 1:
                swapped = (columns[column - 2] == ord(letter)) & (columns[column - 1] == ord(word[row - 2]))
                best = np.where(swapped, np.minimum(best, before_previous[column - 2] + 1), best)
            current[column] = best
    return current[lengths, np.arange(len(letters))].astype(np.int64)
