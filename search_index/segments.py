"""A segment of the index as a whole: postings, entries and vectors, which are written once and never change.

Generations share segments by hard links, and readers of one process share what they have opened of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from search_index.catalogue import SegmentEntries, load_entries
from search_index.errors import IndexCorrupt
from search_index.keyword.postings import SegmentArrays, load_segment
from search_index.semantic.segment_vectors import SegmentVectors, load_vectors

#: Folders of a generation that have a folder for each segment.
ARRAYS_FOLDER = "arrays"
ENTRIES_FOLDER = "articles"
#: Damaged vectors leave the keyword side.
VECTORS_FOLDER = "vectors"


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """An open segment; its name is never used again for another.

    Attributes:
        vectors: None in a keyword-only index, and where they cannot be read.
        vectors_problem: Why they cannot be read; empty otherwise.
    """

    name: str
    arrays: SegmentArrays
    entries: SegmentEntries
    vectors: SegmentVectors | None
    vectors_problem: str = ""


def open_segment(folder: Path, name: str, dimensions: int, shared: Mapping[str, Segment]) -> Segment:
    """Open a segment, or take it where it is open already.

    Args:
        folder: Of the generation.
        dimensions: Length of a vector; 0 in a keyword-only index.
        shared: Open ones by name.

    Raises:
        IndexCorrupt, OSError, ValueError, KeyError: Something other than the vectors is missing or damaged.
    """
    if name in shared and not shared[name].vectors_problem:
        return shared[name]
    arrays, entries = load_segment(folder / ARRAYS_FOLDER / name), load_entries(folder / ENTRIES_FOLDER / name)
    if arrays.articles != tuple(zip(entries.ids, entries.sizes.tolist(), strict=True)):
        raise IndexCorrupt(f"The articles of segment {name} in {folder} are not its passages'; rebuild the index.")
    try:
        vectors, problem = _open_vectors(folder / VECTORS_FOLDER / name, arrays, dimensions), ""
    except IndexCorrupt as error:
        vectors, problem = None, str(error)
    return Segment(name=name, arrays=arrays, entries=entries, vectors=vectors, vectors_problem=problem)


def _open_vectors(path: Path, arrays: SegmentArrays, dimensions: int) -> SegmentVectors | None:
    if not dimensions:
        return None
    vectors = load_vectors(path, dimensions)
    if vectors.size != arrays.size or len(vectors.centroids) != len(arrays.articles):
        raise IndexCorrupt(f"The vectors {path} are not those of their passages; rebuild the index.")
    return vectors
