"""From a vector for each word piece to one vector for the text."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from search_index.semantic.model_layout import Pooling
from search_index.semantic.ports import Matrix


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
