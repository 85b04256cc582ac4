"""All that a model says of one passage: its vector, those of its sentences, and those of its word pieces.

Sentences and pieces are only looked at in the few articles that are ranked closely, so they lie on disk as
int8: a step is 1/127 of the length of a vector, which moves a cosine by about 0.002. Pieces are turned into
fewer dimensions first, by the same random rotation everywhere: cosines stay what they were but for little.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from search_index.semantic.ports import Matrix

HalfVector = NDArray[np.float16]
Codes = NDArray[np.int8]

#: The largest code; a vector of length 1 has no larger number than 1.
TOP_CODE = 127
_COUNTS = struct.Struct("<HH")
_SEED = 20_260_101


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageEmbedding:
    """See the module.

    Attributes:
        vector: float16 of shape (dimensions,), L2-normalised.
        sentences: int8 of shape (sentences, dimensions).
        pieces: int8 of shape (pieces, piece dimensions); stop words and signs are left out.
    """

    vector: HalfVector
    sentences: Codes
    pieces: Codes

    def to_bytes(self) -> bytes:
        """Pack it, for `from_bytes` with the same dimensions."""
        counts = _COUNTS.pack(len(self.sentences), len(self.pieces))
        return counts + self.vector.tobytes() + self.sentences.tobytes() + self.pieces.tobytes()

    @staticmethod
    def from_bytes(content: bytes | memoryview, dimensions: int, piece_dimensions: int) -> PassageEmbedding:
        """Unpack it.

        Raises:
            ValueError: The bytes are of other dimensions or cut off.
        """
        try:
            sentences, pieces = _COUNTS.unpack_from(content)
        except struct.error as error:
            raise ValueError(f"{len(content)} bytes are no passage: {error}.") from error
        sizes = (2 * dimensions, sentences * dimensions, pieces * piece_dimensions)
        if len(content) != _COUNTS.size + sum(sizes):
            raise ValueError(f"{len(content)} bytes are not {sentences} sentences and {pieces} pieces.")
        ends = np.cumsum((_COUNTS.size, *sizes))
        parts = [content[start:end] for start, end in pairwise(ends)]
        return PassageEmbedding(
            vector=np.frombuffer(parts[0], dtype=np.float16),
            sentences=np.frombuffer(parts[1], dtype=np.int8).reshape(sentences, dimensions),
            pieces=np.frombuffer(parts[2], dtype=np.int8).reshape(pieces, piece_dimensions),
        )


class Projection:
    """Turns vectors of word pieces into fewer dimensions, in every process alike.

    By a random rotation of which the first axes are kept, after Johnson and Lindenstrauss: it needs no texts to be
    learned from, so an index grows without its old pieces ever changing.

    Args:
        dimensions: Of the model.
        kept: Of the result; at least as many as the model's leave vectors as they are.
    """

    def __init__(self, dimensions: int, kept: int) -> None:
        self.kept = min(kept, dimensions)
        self._axes: Matrix | None = None
        if self.kept < dimensions:
            noise = np.random.Generator(np.random.PCG64(_SEED)).standard_normal((dimensions, self.kept))
            axes, triangle = np.linalg.qr(noise)
            self._axes = (axes * np.sign(np.diag(triangle))).astype(np.float32)

    def __call__(self, rows: Matrix) -> Matrix:
        """Give float32 of shape (rows, kept), L2-normalised."""
        turned = rows if self._axes is None else rows @ self._axes
        lengths = np.linalg.norm(turned, axis=1, keepdims=True)
        scaled: Matrix = np.divide(turned, lengths, out=np.zeros_like(turned), where=lengths > 0)
        return scaled


def to_codes(rows: Matrix) -> Codes:
    """Round rows of length 1 to int8."""
    codes: Codes = np.rint(rows * np.float32(TOP_CODE)).astype(np.int8)
    return codes
