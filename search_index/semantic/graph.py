"""Neighbours of a vector among very many by an HNSW graph; the only file that knows usearch.

Usearch is optional (`pip install portal[large]`). Without it, or below the size where it pays, all rows are
compared.
"""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search_index.errors import IndexCorrupt
from search_index.semantic.ports import Vector
from search_index.semantic.similarity import simd_library

#: Edges of a node, and nodes looked at while one is added: usearch's own, a recall above .98 on real passages.
_CONNECTIVITY = 16
_EXPANSION_ADD = 128


class NeighbourGraph:
    """A graph on disk, memory-mapped. Immutable, so safe for threads.

    Args:
        path: What `save_graph` wrote.

    Raises:
        IndexCorrupt: The file is missing or damaged, or usearch is not installed.
    """

    def __init__(self, path: Path) -> None:
        library = _usearch()
        if library is None:
            raise IndexCorrupt(f"{path} needs usearch: `pip install portal[large]`, or index again without it.")
        try:
            self._index: Any = library.Index.restore(str(path), view=True)
        except Exception as error:  # usearch raises bare RuntimeErrors and what else its reader meets
            raise IndexCorrupt(f"{path} cannot be read ({error}); rebuild the index.") from error
        if self._index is None:
            raise IndexCorrupt(f"{path} is not a graph of neighbours; rebuild the index.")

    def __len__(self) -> int:
        return len(self._index)

    def nearest(self, query: Vector, count: int) -> NDArray[np.int64]:
        """List about the `count` rows nearest to a vector, nearest first; fewer where there are fewer."""
        found = self._index.search(query.astype(np.float16), min(count, len(self)), threads=1)
        return np.asarray(found.keys, dtype=np.int64)


def has_graphs() -> bool:
    """Tell whether graphs can be built and read here."""
    return _usearch() is not None


def save_graph(half: NDArray[np.float16], path: Path) -> None:
    """Build the graph of some rows and write it; about a minute for 100,000 rows on two cores.

    Raises:
        OSError: The file cannot be written.
        ImportError: Usearch is not installed.
    """
    library = _usearch()
    if library is None:
        raise ImportError("usearch is not installed")
    graph = library.Index(
        ndim=half.shape[1],
        metric="ip",
        dtype="f16",
        connectivity=_CONNECTIVITY,
        expansion_add=_EXPANSION_ADD,
        enable_key_lookups=False,
    )
    graph.add(np.arange(len(half), dtype=np.uint64), np.ascontiguousarray(half))
    path.write_bytes(graph.save())


def _usearch() -> ModuleType | None:
    # Usearch makes the symbols of its own arithmetic global. Simsimd has some of the same names; loaded after
    # usearch it would call those and refuse every array.
    simd_library()
    try:
        from usearch import index
    except ImportError:
        return None
    return index
