"""An encoder without a model: words and their trigrams hashed into a few hundred dimensions.

It is the twin of the real encoder for tests and for trying the site without 90 MB of weights. It knows
spelling, not meaning: texts that share words, or pieces of words, are near one another. The same text
gives the same vector in every process and on every machine.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from search_index.semantic.ports import Matrix, TextVectors, Vector

_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
#: Chinese and Japanese write no spaces, so each of their characters is a word, as in BERT's tokeniser.
_WORDS = re.compile(f"[{_CJK}]|[^\\W_{_CJK}]+")
#: A shared word says more than a shared piece of one; with 0.4 "delivery" and "deliver" still meet.
_TRIGRAM_WEIGHT = 0.4
#: Letters from which a word weighs fully. Shorter ones ("to", "the") are rarely what a text is about.
_FULL_WEIGHT_LETTERS = 6
#: Words whose features are remembered, so that indexing large collections in tests stays quick.
_REMEMBERED_WORDS = 50_000

_Features = tuple[NDArray[np.int64], NDArray[np.float32]]


class HashingEncoder:
    """Both encoder ports by feature hashing: deterministic, quick, nothing to load.

    Attributes:
        max_tokens: Most words of one text that count; further words are ignored.
    """

    def __init__(self, dimensions: int = 256, max_tokens: int = 254) -> None:
        """Set up the space.

        Args:
            dimensions: Length of a vector, at least 1. Fewer means more accidental likeness.
            max_tokens: Most words of one text that count, at least 1.

        Raises:
            ValueError: If either is below 1.
        """
        if dimensions < 1 or max_tokens < 1:
            raise ValueError(f"dimensions ({dimensions}) and max_tokens ({max_tokens}) must be at least 1.")
        self._dimensions = dimensions
        self._max_tokens = max_tokens
        self._features: Callable[[str], _Features] = lru_cache(maxsize=_REMEMBERED_WORDS)(self._hash_word)

    @property
    def name(self) -> str:
        """Name for people."""
        return f"hashing-{self._dimensions}"

    @property
    def fingerprint(self) -> str:
        """Changes with everything that changes a vector."""
        return f"hashing-1-{self._dimensions}-{self._max_tokens}"

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        return self._dimensions

    @property
    def max_tokens(self) -> int:
        """Most words of one text that count."""
        return self._max_tokens

    def count_tokens(self, text: str) -> int:
        """Count the words of a text; 0 for one without letters and digits."""
        return len(_split(text))

    def encode_query(self, text: str) -> Vector:
        """Embed one query: float32 of shape (dimensions,), L2-normalised; zeros for a text without words."""
        vector = np.zeros(self._dimensions, dtype=np.float32)
        for word in _split(text)[: self._max_tokens]:
            places, weights = self._features(word)
            np.add.at(vector, places, weights)
        length = float(np.linalg.norm(vector))
        return vector / np.float32(length) if length > 0 else vector

    def encode_passages(self, texts: Sequence[str], on_done: Callable[[int], None] | None = None) -> Matrix:
        """Embed texts: float32 of shape (len(texts), dimensions), rows as `encode_query` makes them.

        Args:
            texts: May be empty: the result then has shape (0, dimensions).
            on_done: Called after each text with the number finished so far.
        """
        matrix = np.zeros((len(texts), self._dimensions), dtype=np.float32)
        for row, text in enumerate(texts):
            matrix[row] = self.encode_query(text)
            if on_done is not None:
                on_done(row + 1)
        return matrix

    def encode_question(self, text: str) -> TextVectors:
        """Embed one query with its words."""
        words = [word for word in _WORDS.finditer(text) if _split(word[0])][: self._max_tokens]
        pieces = [HashingEncoder.encode_query(self, word[0]) for word in words]
        return TextVectors(
            vector=self.encode_query(text),
            pieces=np.stack(pieces) if pieces else np.zeros((0, self._dimensions), dtype=np.float32),
            spans=np.array([word.span() for word in words], dtype=np.int32).reshape(-1, 2),
        )

    def encode_pieces(self, texts: Sequence[str]) -> list[TextVectors]:
        """Embed texts with their words."""
        return [self.encode_question(text) for text in texts]

    def _hash_word(self, word: str) -> _Features:
        weight = min(len(word), _FULL_WEIGHT_LETTERS) / _FULL_WEIGHT_LETTERS
        pieces = list(_trigrams(word))
        hashes = [zlib.crc32(piece.encode("utf-8", "replace")) for piece in (word, *pieces)]
        weights = [weight, *(weight * _TRIGRAM_WEIGHT for _ in pieces)]
        # The highest bit gives a sign, so that accidental meetings cancel out on average.
        signed = [-w if h >> 31 else w for h, w in zip(hashes, weights, strict=True)]
        places = [(h & 0x7FFFFFFF) % self._dimensions for h in hashes]
        return np.asarray(places, dtype=np.int64), np.asarray(signed, dtype=np.float32)


def _split(text: str) -> list[str]:
    return _WORDS.findall(unicodedata.normalize("NFKC", text).casefold())


def _trigrams(word: str) -> Iterator[str]:
    """Yield the trigrams of a word between its borders; none for a single character."""
    if len(word) == 1:
        return
    bordered = f"<{word}>"
    for start in range(len(bordered) - 2):
        yield bordered[start : start + 3]
