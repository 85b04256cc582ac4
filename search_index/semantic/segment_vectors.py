"""The vectors of one segment on disk: written once beside its postings, linked from generation to generation.

    half.npy        float16 of shape (passages, dimensions), L2-normalised; zeros without a vector
    centroids.npy   float16 of shape (articles, dimensions): the normalised mean of each article's passages
    codes.npy       int8 copy of a large segment, for a quick first look …
    scales.npy      … float32 of shape (passages,): what one step of a passage's codes is worth
    graph.usearch   neighbours in a very large segment

and what `passage_details` adds.

Half precision halves the file and moves a cosine by less than 0.001. Vectors are always rounded to it
before use, so that one that was kept and one that was computed again are the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search_index.errors import IndexCorrupt
from search_index.recipe import VectorRecipe
from search_index.semantic.graph import NeighbourGraph, has_graphs, save_graph
from search_index.semantic.passage_details import (
    PIECE_ENDS_FILE,
    PIECES_FILE,
    SENTENCE_ENDS_FILE,
    SENTENCES_FILE,
    SegmentDetails,
    make_runs,
)
from search_index.semantic.passage_embedding import TOP_CODE
from search_index.semantic.ports import Matrix
from search_index.stored_array import StoredArray

HALF_FILE = "half.npy"
CENTROIDS_FILE = "centroids.npy"
CODES_FILE = "codes.npy"
SCALES_FILE = "scales.npy"
GRAPH_FILE = "graph.usearch"

#: Files that make up nearly all of an index, and of which a search looks at little.
LARGE_FILES = frozenset({HALF_FILE, CODES_FILE, SENTENCES_FILE, PIECES_FILE, GRAPH_FILE})

#: Files beyond this many bytes are memory-mapped: shared by the workers of a machine, and read only where looked at.
_MAP_ABOVE_BYTES = 2**20
#: Rows turned into float32 at a time.
_BLOCK_ROWS = 4_096


@dataclass(frozen=True, slots=True, kw_only=True)
class Coarse:
    """An int8 copy of vectors: code × scale of its row is the number, give or take half a step."""

    codes: NDArray[np.int8]
    scales: NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentVectors:
    """See the module.

    Attributes:
        half: All of a small segment; of one with a quicker first look it stays on disk but for the rows looked at.
        coarse: None in a small segment.
        graph: None unless the segment is very large.
        details: None where sentences and pieces were not kept.
    """

    half: NDArray[np.float16] | StoredArray
    centroids: NDArray[np.float16]
    coarse: Coarse | None = None
    graph: NeighbourGraph | None = None
    details: SegmentDetails | None = None

    @property
    def size(self) -> int:
        """Number of passages, deleted ones included."""
        return len(self.half)

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        return int(self.half.shape[1])

    def take(self, rows: NDArray[np.integer]) -> NDArray[np.float16]:
        """Give some rows: float16 of shape (len(rows), dimensions).

        Raises:
            ValueError: The file has been cut short.
        """
        taken: NDArray[np.float16] = self.half.take(rows) if isinstance(self.half, StoredArray) else self.half[rows]
        return taken

    def blocks(self) -> Iterator[tuple[int, Matrix]]:
        """Give all rows as float32 in pieces, each with the number of its first row."""
        for first in range(0, self.size, _BLOCK_ROWS):
            yield first, self.take(np.arange(first, min(first + _BLOCK_ROWS, self.size))).astype(np.float32)


def make_vectors(half: NDArray[np.float16], runs: Sequence[int]) -> SegmentVectors:
    """Put the vectors of a segment together.

    Args:
        half: See the module.
        runs: How many passages each article has, in the order of the rows; their sum is the number of rows.
    """
    bare = SegmentVectors(half=half, centroids=np.zeros((0, half.shape[1]), dtype=np.float16))
    owners = np.repeat(np.arange(len(runs)), runs)
    sums = np.zeros((len(runs), half.shape[1]), dtype=np.float32)
    for first, block in bare.blocks():
        np.add.at(sums, owners[first : first + len(block)], block)
    norms = np.linalg.norm(sums, axis=1, keepdims=True)
    return SegmentVectors(half=half, centroids=(sums / np.where(norms > 0, norms, 1)).astype(np.float16))


def quantise(half: NDArray[np.float16]) -> Coarse:
    """Make the int8 copy of some rows; a row of zeros has the scale 0."""
    codes = np.empty(half.shape, dtype=np.int8)
    scales = np.empty(len(half), dtype=np.float32)
    for first in range(0, len(half), _BLOCK_ROWS):
        block = half[first : first + _BLOCK_ROWS].astype(np.float32)
        steps = np.abs(block).max(axis=1, initial=0.0) / TOP_CODE
        scales[first : first + len(block)] = steps
        codes[first : first + len(block)] = np.rint(block / np.where(steps > 0, steps, 1)[:, None])
    return Coarse(codes=codes, scales=scales)


def save_vectors(vectors: SegmentVectors, folder: Path, recipe: VectorRecipe) -> None:
    """Write the vectors of a segment into a new folder.

    Raises:
        OSError: The folder cannot be written.
    """
    folder.mkdir(parents=True)
    half = np.asarray(vectors.half)
    np.save(folder / HALF_FILE, half, allow_pickle=False)
    np.save(folder / CENTROIDS_FILE, vectors.centroids, allow_pickle=False)
    if vectors.size >= recipe.graph_from and has_graphs():
        save_graph(half, folder / GRAPH_FILE)
    elif vectors.size >= recipe.coarse_from:
        coarse = quantise(half)
        np.save(folder / CODES_FILE, coarse.codes, allow_pickle=False)
        np.save(folder / SCALES_FILE, coarse.scales, allow_pickle=False)


def load_vectors(folder: Path, dimensions: int) -> SegmentVectors:
    """Open the vectors of a segment.

    Raises:
        IndexCorrupt: A file is missing, damaged or of another kind.
    """
    half: NDArray[np.float16] | StoredArray = load_half(folder / HALF_FILE, dimensions)
    graph, coarse = None, None
    if (folder / GRAPH_FILE).exists():
        graph = NeighbourGraph(folder / GRAPH_FILE)
        _check(folder / GRAPH_FILE, len(graph) == len(half))
    elif (folder / CODES_FILE).exists():
        coarse = Coarse(codes=_load(folder / CODES_FILE, np.int8), scales=_load(folder / SCALES_FILE, np.float32))
        _check(folder / CODES_FILE, coarse.codes.shape == half.shape)
        _check(folder / SCALES_FILE, coarse.scales.shape == half.shape[:1])
    if graph is not None or coarse is not None:
        half = _stored(folder / HALF_FILE)
    return SegmentVectors(
        half=half,
        centroids=load_half(folder / CENTROIDS_FILE, dimensions),
        coarse=coarse,
        graph=graph,
        details=_load_details(folder, len(half)) if (folder / PIECE_ENDS_FILE).exists() else None,
    )


def load_half(path: Path, dimensions: int) -> NDArray[np.float16]:
    """Open a file of float16 rows.

    Raises:
        IndexCorrupt: The file is missing, damaged or of another kind.
    """
    half: NDArray[np.float16] = _load(path, np.float16)
    _check(path, half.ndim == 2 and half.shape[1] == dimensions)  # noqa: PLR2004
    return half


def _load_details(folder: Path, passages: int) -> SegmentDetails:
    runs = []
    for name, ends_name in ((SENTENCES_FILE, SENTENCE_ENDS_FILE), (PIECES_FILE, PIECE_ENDS_FILE)):
        ends = _load(folder / ends_name, np.int64)
        _check(folder / ends_name, ends.shape == (passages,))
        try:
            runs.append(make_runs(_stored(folder / name), ends))
        except ValueError as error:
            raise IndexCorrupt(f"The details {folder / name} cannot be used ({error}); rebuild the index.") from error
    return SegmentDetails(sentences=runs[0], pieces=runs[1])


def _stored(path: Path) -> StoredArray:
    try:
        return StoredArray(path)
    except (OSError, ValueError) as error:
        raise IndexCorrupt(f"The vectors {path} cannot be read ({error}); rebuild the index.") from error


def _load(path: Path, kind: Any) -> NDArray[Any]:
    try:
        mapped = path.stat().st_size > _MAP_ABOVE_BYTES
        array: NDArray[Any] = np.load(path, mmap_mode="r" if mapped else None, allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise IndexCorrupt(f"The vectors {path} cannot be read ({error}); rebuild the index.") from error
    _check(path, array.dtype == kind)
    # Plain arrays over the same memory: numpy's own class for mapped ones is slow to cut.
    return np.asarray(array)


def _check(path: Path, fits: bool) -> None:
    if not fits:
        raise IndexCorrupt(f"The vectors {path} do not fit the index; rebuild the index.")
