"""Dot products of one vector with many rows of small numbers; the only file that knows simsimd.

Simsimd reads float16 and int8 as they lie on disk, without a copy in float32. Where its wheel is not to be had
numpy computes the same, block by block, and slower.
"""

from __future__ import annotations

from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from search_index.semantic.ports import Vector

#: Rows that numpy turns into float32 at a time: 3 MB at 384 dimensions.
_BLOCK_ROWS = 2_048

Halves = NDArray[np.float16]
Bytes = NDArray[np.int8]
Scores = NDArray[np.float32]


def dot_halves(query: Vector, rows: Halves, *, simd: bool = True) -> Scores:
    """Multiply a vector, rounded to float16, with float16 rows: float32 of shape (rows,).

    Args:
        query: float32 of shape (dimensions,).
        rows: Of shape (rows, dimensions), contiguous; may be memory-mapped, may be empty.
        simd: False to compute with numpy.

    Raises:
        ValueError: The vector has another length than the rows.
    """
    _check_lengths(query, rows)
    return _products(query.astype(np.float16), rows, simd_library() if simd else None)


def dot_bytes(query: Bytes, rows: Bytes, *, simd: bool = True) -> Scores:
    """Multiply a vector of int8 with rows of int8, exactly: float32 of shape (rows,).

    Raises:
        ValueError: The vector has another length than the rows.
    """
    _check_lengths(query, rows)
    return _products(query, rows, simd_library() if simd else None)


def _products(query: Halves | Bytes, rows: Halves | Bytes, library: ModuleType | None) -> Scores:
    if not rows.size:
        return np.zeros(len(rows), dtype=np.float32)
    if library is None:
        return _by_numpy(query.astype(np.float32), rows)
    products: Scores = np.asarray(library.cdist(query[None], rows, metric="dot"))[0].astype(np.float32)
    return products


def _by_numpy(query: Vector, rows: Halves | Bytes) -> Scores:
    products = np.empty(len(rows), dtype=np.float32)
    for first in range(0, len(rows), _BLOCK_ROWS):
        block = rows[first : first + _BLOCK_ROWS]
        products[first : first + len(block)] = block.astype(np.float32) @ query
    return products


def _check_lengths(query: Vector | Bytes, rows: Halves | Bytes) -> None:
    if query.shape != rows.shape[1:]:
        raise ValueError(f"A vector of shape {query.shape} cannot be compared with rows of shape {rows.shape}.")


def simd_library() -> ModuleType | None:
    """Load simsimd; None where it is not installed."""
    try:
        import simsimd
    except ImportError:
        return None
    return simsimd
