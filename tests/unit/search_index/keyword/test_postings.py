"""Arrays of a segment on disk."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from search_index.keyword.lexicon import Lexicon
from search_index.keyword.postings import (
    PassageRow,
    SegmentArrays,
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
        terms=Lexicon.of(["rot", "blau"]),
        starts=np.array([0, 1, 3], dtype=np.uint32),
        rows=np.array([0, 1, 2], dtype=np.uint32),
        fields=np.array([4, 0, 4], dtype=np.uint8),
        counts=np.array([1, 2, 3], dtype=np.uint16),
        lengths=np.ones((5, 3), dtype=np.float32),
        exact_lengths=np.ones((5, 3), dtype=np.uint32),
        words=Lexicon.of(["blau", "rot"]),
        articles=(("ä", 3),),
        hashes=np.array([row.embed_hash for row in ROWS], dtype="S32"),
        row_starts=row_starts,
        row_bytes=row_bytes,
    )


def test_comes_back_as_it_was_written(tmp_path: Path, segment: SegmentArrays) -> None:
    save_segment(segment, tmp_path / "s1")
    read = load_segment(tmp_path / "s1")
    assert [read.row(number) for number in range(read.size)] == ROWS
    assert (read.name, list(read.terms), list(read.words)) == ("s1", ["blau", "rot"], ["blau", "rot"])
    assert read.articles == segment.articles
    for name in ("starts", "rows", "fields", "counts", "lengths", "exact_lengths", "hashes"):
        np.testing.assert_array_equal(np.asarray(getattr(read, name)), getattr(segment, name))


def test_the_postings_of_a_term_are_found(tmp_path: Path, segment: SegmentArrays) -> None:
    save_segment(segment, tmp_path / "s1")
    read = load_segment(tmp_path / "s1")
    assert read.rows[read.find("rot")].tolist() == [1, 2]
    assert read.rows[read.find("grün")].tolist() == []


def test_hashes_are_read_alone(tmp_path: Path, segment: SegmentArrays) -> None:
    save_segment(segment, tmp_path / "s1")
    assert load_hashes(tmp_path / "s1") == [row.embed_hash for row in ROWS]


def test_a_second_segment_of_the_name_is_refused(tmp_path: Path, segment: SegmentArrays) -> None:
    save_segment(segment, tmp_path / "s1")
    with pytest.raises(FileExistsError):
        save_segment(segment, tmp_path / "s1")


@pytest.mark.parametrize("name", ["rows", "starts", "row_bytes", "terms_letters"])
def test_damage_raises(tmp_path: Path, segment: SegmentArrays, name: str) -> None:
    save_segment(segment, tmp_path / "s1")
    (tmp_path / "s1" / f"{name}.npy").write_bytes(b"nonsense")
    with pytest.raises((OSError, ValueError)):
        load_segment(tmp_path / "s1")


def test_no_rows_pack_to_nothing() -> None:
    starts, packed = pack_rows([])
    assert starts.tolist() == [0]
    assert len(packed) == 0
