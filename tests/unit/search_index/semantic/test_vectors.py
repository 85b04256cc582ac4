"""Vectors in memory, on disk, and kept between runs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from search_index.errors import IndexCorrupt
from search_index.semantic.vectors import PassageVectors, VectorCache, load_half, save_vectors

HALF = np.eye(3, 4, dtype=np.float16)
KEYS = ["0" * 32, "1" * 32, "f" * 32]


def test_cosines_are_exact_and_bounded() -> None:
    vectors = PassageVectors(HALF)
    assert vectors.cosines(np.array([1, 0, 0, 0], dtype=np.float32)).tolist() == [1, 0, 0]
    assert vectors.cosines(np.array([-1.0001, 0, 0, 0], dtype=np.float32)).min() == -1
    assert vectors.matrix.dtype == np.float32


def test_another_space_is_refused() -> None:
    with pytest.raises(ValueError):
        PassageVectors(HALF).cosines(np.zeros(5, dtype=np.float32))


def test_vectors_come_back_as_they_were_written(tmp_path: Path) -> None:
    save_vectors(HALF, tmp_path / "v.npy")
    np.testing.assert_array_equal(load_half(tmp_path / "v.npy"), HALF)


def test_other_files_are_corrupt(tmp_path: Path) -> None:
    (tmp_path / "nonsense.npy").write_bytes(b"nonsense")
    np.save(tmp_path / "float32.npy", np.zeros((2, 2), dtype=np.float32))
    np.save(tmp_path / "flat.npy", np.zeros(4, dtype=np.float16))
    for name in ("nonsense", "float32", "flat", "missing"):
        with pytest.raises(IndexCorrupt, match="rebuild"):
            load_half(tmp_path / f"{name}.npy")


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
