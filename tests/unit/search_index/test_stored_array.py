"""Arrays that stay on disk."""

from __future__ import annotations

import gc
import os
from pathlib import Path

import numpy as np
import pytest

from search_index.stored_array import StoredArray

#: Too many to be read at once.
COUNT = 300_000
OPEN_FILES = Path("/proc/self/fd")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    np.save(tmp_path / "a.npy", np.arange(COUNT, dtype=np.uint32))
    return tmp_path / "a.npy"


def test_reads_runs_and_the_whole(path: Path) -> None:
    stored = StoredArray(path)
    assert len(stored) == COUNT
    assert stored[3:6].tolist() == [3, 4, 5]
    assert stored[7:7].tolist() == []
    np.testing.assert_array_equal(np.asarray(stored), np.arange(COUNT))
    assert np.asarray(stored).dtype == np.uint32


def test_two_dimensions_keep_their_shape(tmp_path: Path) -> None:
    np.save(tmp_path / "b.npy", np.ones((2, 3), dtype=np.float32))
    assert np.asarray(StoredArray(tmp_path / "b.npy")).shape == (2, 3)


def test_a_removed_file_stays_readable_while_it_is_open(path: Path) -> None:
    stored = StoredArray(path)
    path.unlink()
    assert stored[COUNT - 1 : COUNT].tolist() == [COUNT - 1]


def test_a_file_cut_short_is_an_error_and_no_signal(path: Path) -> None:
    stored = StoredArray(path)
    os.truncate(path, 500)
    with pytest.raises(ValueError, match="cut short"):
        stored[COUNT - 100 : COUNT]
    with pytest.raises(ValueError, match="cut short"):
        StoredArray(path)


def test_other_files_are_refused(path: Path) -> None:
    path.write_bytes(b"nonsense")
    with pytest.raises(ValueError, match=r"."):
        StoredArray(path)
    with pytest.raises(OSError, match="missing"):
        StoredArray(path.with_name("missing.npy"))


@pytest.mark.skipif(not OPEN_FILES.exists(), reason="the system does not list open files there")
def test_is_closed_when_nobody_holds_it(path: Path) -> None:
    before = len(list(OPEN_FILES.iterdir()))
    for _ in range(50):
        StoredArray(path)
    gc.collect()
    assert len(list(OPEN_FILES.iterdir())) <= before + 5


def test_a_small_array_needs_its_file_no_more(tmp_path: Path) -> None:
    np.save(tmp_path / "small.npy", np.arange(10))
    stored = StoredArray(tmp_path / "small.npy")
    os.truncate(tmp_path / "small.npy", 0)
    assert stored[2:4].tolist() == [2, 3]
    assert np.asarray(stored).tolist() == list(range(10))
