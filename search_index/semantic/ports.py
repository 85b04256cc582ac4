"""The doors of the semantic side: one used when indexing, one when searching, and one that may be left shut.

The first two are separate because they run in different processes: passages are embedded by PyTorch in the
index command, queries by ONNX Runtime in a web worker that must never load PyTorch. Vectors of both
live in the same space exactly when the fingerprints are equal.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float32]
Matrix = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class TextVectors:
    """A text as the model sees it: as a whole, and piece by piece.

    Attributes:
        vector: float32 of shape (dimensions,), L2-normalised; zeros for a text without pieces.
        pieces: float32 of shape (pieces, dimensions), rows L2-normalised: each word piece in its context. The
            model's special pieces and its prompt are left out.
        spans: int32 of shape (pieces, 2): the characters of the text that each piece stands for.
    """

    vector: Vector
    pieces: Matrix
    spans: NDArray[np.int32]


class PassageEncoder(Protocol):
    """Turns passages of articles into vectors."""

    @property
    def name(self) -> str:
        """Name for people, such as ``all-MiniLM-L6-v2``."""
        ...

    @property
    def fingerprint(self) -> str:
        """Changes whenever the same text would get another vector (weights, pooling, token limit)."""
        ...

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        ...

    @property
    def max_tokens(self) -> int:
        """Most word pieces of one text that reach the model, special tokens excluded."""
        ...

    def count_tokens(self, text: str) -> int:
        """Count word pieces, special tokens excluded."""
        ...

    def encode_passages(self, texts: Sequence[str], on_done: Callable[[int], None] | None = None) -> Matrix:
        """Embed texts: float32 of shape (len(texts), dimensions), rows L2-normalised.

        Args:
            texts: May be empty: the result then has shape (0, dimensions).
            on_done: Called with the number of texts finished so far.
        """
        ...

    def encode_pieces(self, texts: Sequence[str]) -> list[TextVectors]:
        """Embed texts with their pieces; the vectors are those of `encode_passages`."""
        ...


class QueryEncoder(Protocol):
    """Turns one query into a vector, fast."""

    @property
    def fingerprint(self) -> str:
        """Equal to the fingerprint of the passage encoder of the same space."""
        ...

    def encode_query(self, text: str) -> Vector:
        """Embed one query: float32 of shape (dimensions,), L2-normalised; zeros for a text without tokens."""
        ...

    def encode_question(self, text: str) -> TextVectors:
        """Embed one query with its pieces; the vector is that of `encode_query`."""
        ...


class Reranker(Protocol):
    """Reads a question together with each of a few passages, and says how well they go together."""

    @property
    def name(self) -> str:
        """Name for people."""
        ...

    def score(self, question: str, passages: Sequence[str]) -> Vector:
        """Score passages: float32 of shape (len(passages),), in (0, 1), higher is better.

        Args:
            passages: At least one; those too long for the model are cut, the question is not.
        """
        ...
