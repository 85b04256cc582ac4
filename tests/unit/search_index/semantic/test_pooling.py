"""From the vectors of word pieces to one vector."""

from __future__ import annotations

import numpy as np
import pytest

from search_index.semantic.model_layout import Pooling
from search_index.semantic.pooling import normalise, pool

_PIECES = np.array([[[3, 0], [0, 3], [9, 9]], [[0, 4], [7, 7], [7, 7]], [[5, 5], [5, 5], [5, 5]]], dtype=np.float32)
_MASK = np.array([[1, 1, 0], [1, 0, 0], [0, 0, 0]], dtype=np.int64)


def test_mean_leaves_padding_out() -> None:
    half = 2**-0.5
    assert pool(_PIECES, _MASK, Pooling.MEAN) == pytest.approx(np.array([[half, half], [0, 1], [0, 0]]))


def test_cls_takes_the_first_piece() -> None:
    assert pool(_PIECES, _MASK, Pooling.CLS) == pytest.approx(np.array([[1, 0], [0, 1], [0, 0]]))


@pytest.mark.parametrize("pooling", Pooling)
def test_kind_and_shape(pooling: Pooling) -> None:
    pooled = pool(_PIECES, _MASK, pooling)
    assert (pooled.dtype, pooled.shape) == (np.float32, (3, 2))


def test_normalise_makes_a_new_array() -> None:
    rows = np.array([[3, 4], [0, 0]], dtype=np.float32)
    assert normalise(rows) == pytest.approx(np.array([[0.6, 0.8], [0, 0]]))
    assert rows[0, 0] == 3
