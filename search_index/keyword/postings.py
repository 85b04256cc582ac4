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

from search_index.keyword.lexicon import Lexicon
from search_index.stored_array import StoredArray

#: In memory while an index is written, on disk while it is searched.
AnyArray = NDArray[Any] | StoredArray

#: Arrays that stay on disk until a search needs a piece of them.
_STORED = ("rows", "fields", "counts", "lengths", "exact_lengths", "hashes", "row_bytes")
#: Arrays that are read when a generation is opened.
_LOADED = ("starts", "row_starts")
#: The lists of words, each in two arrays.
_LEXICONS = ("terms", "words")


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
        starts: uint32 of shape (terms + 1,): where each term's postings begin.
        rows: uint32, the passage of each posting, counted within the segment; sorted by term, field, passage.
        fields: uint8, the field of each posting, as an index into `FIELDS`.
        counts: uint16, how often the term stands there.
        lengths: float32 of shape (fields, passages): field lengths in terms as Whoosh rounds them.
        exact_lengths: uint32 of the same shape, not rounded.
        words: Unstemmed words for spelling.
        articles: For each run of passages, the article's id and their number.
        hashes: The embed hash of each passage, 32 characters: bytes of shape (passages,).
        row_starts: int64 of shape (passages + 1,): where what is shown of each begins in `row_bytes`, uint8.
    """

    name: str
    terms: Lexicon
    starts: NDArray[np.uint32]
    rows: AnyArray
    fields: AnyArray
    counts: AnyArray
    lengths: AnyArray
    exact_lengths: AnyArray
    words: Lexicon
    articles: tuple[tuple[str, int], ...]
    hashes: AnyArray
    row_starts: NDArray[np.int64]
    row_bytes: AnyArray

    @property
    def size(self) -> int:
        """Number of passages, deleted ones included."""
        return len(self.hashes)

    def find(self, term: str) -> slice:
        """Say where the postings of a term lie; an empty slice for an unknown one."""
        number = self.terms.find(term)
        return slice(int(self.starts[number]), int(self.starts[number + 1])) if number >= 0 else slice(0, 0)

    def row(self, number: int) -> PassageRow:
        """Read what is shown of a passage of this segment.

        Raises:
            ValueError: The file has been damaged meanwhile.
        """
        content = self.row_bytes[int(self.row_starts[number]) : int(self.row_starts[number + 1])].tobytes()
        return PassageRow.from_values(json.loads(content))


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
    arrays = {name: getattr(segment, name) for name in (*_STORED, *_LOADED)}
    for name in _LEXICONS:
        lexicon: Lexicon = getattr(segment, name)
        arrays |= {f"{name}_letters": lexicon.letters, f"{name}_starts": lexicon.starts}
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", np.asarray(array), allow_pickle=False)
    names = {"name": segment.name, "articles": segment.articles}
    (folder / "names.json").write_text(json.dumps(names), encoding="utf-8")


def load_segment(folder: Path) -> SegmentArrays:
    """Open a segment's arrays; the large ones are read piece by piece when they are asked for.

    Raises:
        OSError, ValueError, KeyError: The files are missing or damaged.
    """
    names = json.loads((folder / "names.json").read_text(encoding="utf-8"))
    parts: dict[str, Any] = {name: StoredArray(folder / f"{name}.npy") for name in _STORED}
    parts |= {name: _load(folder, name) for name in _LOADED}
    parts |= {name: Lexicon(_load(folder, f"{name}_letters"), _load(folder, f"{name}_starts")) for name in _LEXICONS}
    return SegmentArrays(
        name=names["name"],
        articles=tuple((article_id, count) for article_id, count in names["articles"]),
        **parts,
    )


def load_hashes(folder: Path) -> list[str]:
    """Read only the embed hashes of a segment's passages.

    Raises:
        OSError, ValueError: The file is missing or damaged.
    """
    hashes: list[str] = _load(folder, "hashes").astype(str).tolist()
    return hashes


def _load(folder: Path, name: str) -> NDArray[Any]:
    array: NDArray[Any] = np.load(folder / f"{name}.npy", allow_pickle=False)
    return array
