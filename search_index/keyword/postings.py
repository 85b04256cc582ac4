"""The postings of one Whoosh segment as plain arrays beside it.

A segment never changes after it is written, so its arrays are written once and linked from generation
to generation. Passages deleted later are told apart by a mask that belongs to the generation.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: Arrays beyond this many bytes are memory-mapped; smaller ones are read, so that a file truncated under
#: a running site cannot kill its process.
MAP_ABOVE_BYTES = 64 * 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageRow:
    """What is shown of a passage, as stored in the index."""

    article_id: str
    number: int
    anchor: str
    heading: str
    headings: tuple[str, ...]
    text: str
    embed_hash: str

    def to_values(self) -> tuple[object, ...]:
        """Give the values in the order in which the index stores them."""
        return (
            self.article_id,
            self.number,
            self.anchor,
            self.heading,
            self.headings,
            self.text,
            self.embed_hash,
        )

    @classmethod
    def from_values(cls, values: Sequence[Any]) -> PassageRow:
        """Build a row from values in that order."""
        article_id, number, anchor, heading, headings, text, embed_hash = values
        return cls(
            article_id=article_id,
            number=number,
            anchor=anchor,
            heading=heading,
            headings=tuple(headings),
            text=text,
            embed_hash=embed_hash,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentArrays:
    """Everything of a segment that searching needs.

    Attributes:
        name: Whoosh's id of the segment.
        terms: Each term's number.
        starts: int64 of shape (terms + 1,): where each term's postings begin.
        rows: uint32, the passage of each posting, counted within the segment.
        fields: uint8, the field of each posting, as an index into `FIELDS`.
        counts: uint16, how often the term stands there.
        lengths: float32 of shape (fields, passages): field lengths in terms as Whoosh rounds them.
        exact_lengths: uint32 of the same shape, not rounded.
        words: Unstemmed words for spelling.
        articles: For each run of passages, the article's id and their number.
        hashes: The embed hash of each passage, 32 characters: bytes of shape (passages,).
    """

    name: str
    terms: dict[str, int]
    starts: NDArray[np.int64]
    rows: NDArray[np.uint32]
    fields: NDArray[np.uint8]
    counts: NDArray[np.uint16]
    lengths: NDArray[np.float32]
    exact_lengths: NDArray[np.uint32]
    words: tuple[str, ...]
    articles: tuple[tuple[str, int], ...]
    hashes: NDArray[np.bytes_]
    row_starts: NDArray[np.int64]
    row_bytes: NDArray[np.uint8]

    @property
    def size(self) -> int:
        """Number of passages, deleted ones included."""
        return len(self.hashes)

    def row(self, number: int) -> PassageRow:
        """Read what is shown of a passage of this segment."""
        content = bytes(self.row_bytes[self.row_starts[number] : self.row_starts[number + 1]])
        return PassageRow.from_values(json.loads(content))


_ARRAYS = ("starts", "rows", "fields", "counts", "lengths", "exact_lengths", "hashes", "row_starts", "row_bytes")


def pack_rows(rows: list[PassageRow]) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    """Lay passages end to end as bytes, with the offset of each."""
    encoded = [json.dumps(row.to_values()).encode("ascii") for row in rows]
    starts = np.zeros(len(rows) + 1, dtype=np.int64)
    np.cumsum([len(each) for each in encoded], out=starts[1:])
    return starts, np.frombuffer(b"".join(encoded), dtype=np.uint8)


def save_segment(segment: SegmentArrays, folder: Path) -> None:
    """Write a segment's arrays into a new folder.

    Raises:
        OSError: The folder cannot be written.
    """
    folder.mkdir(parents=True)
    for name in _ARRAYS:
        np.save(folder / f"{name}.npy", getattr(segment, name), allow_pickle=False)
    names = {
        "name": segment.name,
        "terms": list(segment.terms),
        "words": segment.words,
        "articles": segment.articles,
    }
    (folder / "names.json").write_text(json.dumps(names), encoding="utf-8")


def load_segment(folder: Path) -> SegmentArrays:
    """Read a segment's arrays back.

    Raises:
        OSError, ValueError, KeyError: The files are missing or damaged.
    """
    arrays: dict[str, Any] = {name: load_array(folder / f"{name}.npy") for name in _ARRAYS}
    names = json.loads((folder / "names.json").read_text(encoding="utf-8"))
    return SegmentArrays(
        name=names["name"],
        terms={term: number for number, term in enumerate(names["terms"])},
        words=tuple(names["words"]),
        articles=tuple((article_id, count) for article_id, count in names["articles"]),
        **arrays,
    )


def load_hashes(folder: Path) -> list[str]:
    """Read only the embed hashes of a segment's passages.

    Raises:
        OSError, ValueError: The file is missing or damaged.
    """
    hashes: list[str] = load_array(folder / "hashes.npy").astype(str).tolist()
    return hashes


def load_array(path: Path) -> NDArray[np.generic]:
    """Read a .npy file into memory, or map it where it is large.

    Raises:
        OSError, ValueError: The file is missing or damaged.
    """
    mapped = path.stat().st_size > MAP_ABOVE_BYTES
    array: NDArray[np.generic] = np.load(path, mmap_mode="r" if mapped else None, allow_pickle=False)
    return array
