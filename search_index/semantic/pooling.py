"""From a vector for each word piece in a batch to what is kept of each text."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from search_index.semantic.model_layout import Pooling
from search_index.semantic.pieces import PieceBatch
from search_index.semantic.ports import Matrix, TextVectors


def pool(token_vectors: NDArray[np.float32], mask: NDArray[np.int64], pooling: Pooling) -> Matrix:
    """Pool and normalise.

    Args:
        token_vectors: float32 of shape (texts, pieces, dimensions).
        mask: 1 for pieces that count, of shape (texts, pieces).
        pooling: The mean of the pieces that count, or the first piece alone.

    Returns:
        float32 of shape (texts, dimensions), rows L2-normalised; zeros where no piece counts.
    """
    counted = mask.astype(np.float32)[:, :, np.newaxis]
    pooled = (
        token_vectors[:, 0, :] * counted[:, 0, :] if pooling is Pooling.CLS else (token_vectors * counted).sum(axis=1)
    )
    return normalise(pooled)


def normalise(rows: Matrix) -> Matrix:
    """Scale rows to length 1 as a new array; rows of zeros stay zeros."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    scaled: Matrix = np.divide(rows, lengths, out=np.zeros_like(rows), where=lengths > 0)
    return scaled


def pool_texts(token_vectors: NDArray[np.float32], batch: PieceBatch, pooling: Pooling, prompt: int) -> Matrix:
    """Pool a batch that went through the model; zeros for texts without pieces of their own.

    Args:
        token_vectors: float32 of shape (texts, pieces, dimensions).
        prompt: Characters at the head of each text that are the model's prompt.
    """
    vectors = pool(token_vectors, batch.mask, pooling)
    vectors[~_own(batch, prompt).any(axis=1)] = 0.0
    return vectors


def read_texts(
    token_vectors: NDArray[np.float32], batch: PieceBatch, pooling: Pooling, prompt: int
) -> list[TextVectors]:
    """Take a batch that went through the model apart into its texts; arguments as for `pool_texts`."""
    vectors = pool_texts(token_vectors, batch, pooling, prompt)
    return [
        TextVectors(vector=vector, pieces=normalise(rows[mine]), spans=spans[mine] - np.int32(prompt))
        for vector, rows, mine, spans in zip(vectors, token_vectors, _own(batch, prompt), batch.spans, strict=True)
    ]


def _own(batch: PieceBatch, prompt: int) -> NDArray[np.bool_]:
    return batch.own & (batch.spans[:, :, 1] > prompt)
