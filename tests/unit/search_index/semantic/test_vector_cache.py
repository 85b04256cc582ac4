"""Vectors kept between runs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from search_index.semantic.vector_cache import VectorCache

HALF = np.eye(3, 4, dtype=np.float16)
KEYS = ["0" * 32, "1" * 32, "f" * 32]


def test_the_cache_gives_back_what_was_added(tmp_path: Path) -> None:
    cache = VectorCache(tmp_path / "deep" / "cache", 4)
    assert cache.read() == {}
    cache.append(KEYS[:2], HALF[:2])
    cache.append(KEYS[2:], HALF[2:])
    read = VectorCache(tmp_path / "deep" / "cache", 4).read()
    assert list(read) == KEYS
    np.testing.assert_array_equal(np.stack(list(read.values())), HALF)
    cache.clear()
    cache.clear()
    assert cache.read() == {}


@pytest.mark.parametrize("torn", [1, 15, 16, 23])
def test_a_torn_record_is_dropped_and_written_over(tmp_path: Path, torn: int) -> None:
    path = tmp_path / "cache"
    cache = VectorCache(path, 4)
    cache.append(KEYS[:1], HALF[:1])
    whole = path.read_bytes()
    path.write_bytes(whole + whole[:torn])
    assert list(cache.read()) == KEYS[:1]
    cache.append(KEYS[1:2], HALF[1:2])
    assert list(cache.read()) == KEYS[:2]
