"""Arrays of a segment on disk."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from search_index.keyword.postings import (
    MAP_ABOVE_BYTES,
    PassageRow,
    SegmentArrays,
    load_array,
    load_hashes,
    load_segment,
    pack_rows,
    save_segment,
)

ROWS = [
    PassageRow(
        article_id="ä",
        number=number,
        anchor="x",
        heading="H",
        headings=("G", "H"),
        text="Text \n\ud800 üß 字" * number,
        embed_hash="f" * 32,
    )
    for number in range(3)
]


@pytest.fixture
def segment() -> SegmentArrays:
    row_starts, row_bytes = pack_rows(ROWS)
    return SegmentArrays(
        name="s1",
        terms={"blau": 0, "rot": 1},
        starts=np.array([0, 1, 3]),
        rows=np.array([0, 1, 2], dtype=np.uint32),
        fields=np.array([4, 0, 4], dtype=np.uint8),
        counts=np.array([1, 2, 3], dtype=np.uint16),
        lengths=np.ones((5, 3), dtype=np.float32),
        exact_lengths=np.ones((5, 3), dtype=np.uint32),
        words=("blau", "rot"),
        articles=(("ä", 3),),
        hashes=np.array([row.embed_hash for row in ROWS], dtype="S32"),
        row_starts=row_starts,
        row_bytes=row_bytes,
    )


def test_comes_back_as_it_was_written(tmp_path: Path, segment: SegmentArrays) -> None:
    save_segment(segment, tmp_path / "s1")
    read = load_segment(tmp_path / "s1")
    assert [read.row(number) for number in range(read.size)] == ROWS
    assert (read.name, read.terms, read.words, read.articles) == ("s1", segment.terms, segment.words, segment.articles)
    for name in ("starts", "rows", "fields", "counts", "lengths", "exact_lengths", "hashes"):
        np.testing.assert_array_equal(getattr(read, name), getattr(segment, name))


def test_hashes_are_read_alone(tmp_path: Path, segment: SegmentArrays) -> None:
    save_segment(segment, tmp_path / "s1")
    assert load_hashes(tmp_path / "s1") == [row.embed_hash for row in ROWS]


def test_a_second_segment_of_the_name_is_refused(tmp_path: Path, segment: SegmentArrays) -> None:
    save_segment(segment, tmp_path / "s1")
    with pytest.raises(FileExistsError):
        save_segment(segment, tmp_path / "s1")


def test_damage_raises(tmp_path: Path, segment: SegmentArrays) -> None:
    save_segment(segment, tmp_path / "s1")
    (tmp_path / "s1" / "rows.npy").write_bytes(b"nonsense")
    with pytest.raises((OSError, ValueError)):
        load_segment(tmp_path / "s1")


def test_small_arrays_are_read_and_large_ones_mapped(tmp_path: Path) -> None:
    np.save(tmp_path / "small.npy", np.zeros(3))
    np.save(tmp_path / "large.npy", np.zeros(MAP_ABOVE_BYTES + 1, dtype=np.uint8))
    assert not isinstance(load_array(tmp_path / "small.npy"), np.memmap)
    assert isinstance(load_array(tmp_path / "large.npy"), np.memmap)


def test_no_rows_pack_to_nothing() -> None:
    starts, packed = pack_rows([])
    assert starts.tolist() == [0]
    assert len(packed) == 0
