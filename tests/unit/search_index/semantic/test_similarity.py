"""Dot products with and without simsimd."""

from __future__ import annotations

import numpy as np
import pytest

from search_index.semantic.similarity import dot_bytes, dot_halves

DICE = np.random.default_rng(3)
QUERY = DICE.standard_normal(48).astype(np.float32)
HALVES = DICE.standard_normal((5_000, 48)).astype(np.float16)
BYTES = DICE.integers(-127, 128, (5_000, 48)).astype(np.int8)


@pytest.mark.parametrize("simd", [True, False])
def test_halves_are_multiplied_exactly(simd: bool) -> None:
    expected = HALVES.astype(np.float64) @ QUERY.astype(np.float16).astype(np.float64)
    found = dot_halves(QUERY, HALVES, simd=simd)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, atol=1e-4)


@pytest.mark.parametrize("simd", [True, False])
def test_bytes_are_multiplied_exactly(simd: bool) -> None:
    np.testing.assert_array_equal(
        dot_bytes(BYTES[7], BYTES, simd=simd), BYTES.astype(np.int64) @ BYTES[7].astype(np.int64)
    )


@pytest.mark.parametrize("simd", [True, False])
def test_no_rows_have_no_products(simd: bool) -> None:
    assert dot_halves(QUERY, HALVES[:0], simd=simd).shape == (0,)
    assert dot_bytes(BYTES[0], BYTES[:0], simd=simd).shape == (0,)


def test_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="shape"):
        dot_halves(QUERY[:-1], HALVES)
    with pytest.raises(ValueError, match="shape"):
        dot_bytes(BYTES[0][:-1], BYTES)
