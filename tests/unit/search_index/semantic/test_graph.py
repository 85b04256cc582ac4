"""Neighbours by a graph."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from search_index.errors import IndexCorrupt
from search_index.semantic.graph import NeighbourGraph, has_graphs, save_graph

pytestmark = pytest.mark.skipif(not has_graphs(), reason="usearch is not installed")


def unit_rows(count: int, dimensions: int = 32, seed: int = 5) -> np.ndarray:
    rows = np.random.default_rng(seed).standard_normal((count, dimensions))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float16)


def test_the_nearest_rows_are_found(tmp_path: Path) -> None:
    rows = unit_rows(1_000)
    save_graph(rows, tmp_path / "graph")
    graph = NeighbourGraph(tmp_path / "graph")
    assert len(graph) == 1_000
    query = rows[17].astype(np.float32)
    exact = set(np.argsort(-(rows.astype(np.float32) @ query))[:50].tolist())
    found = graph.nearest(query, 200).tolist()
    assert found[0] == 17
    assert len(exact & set(found)) >= 48


def test_no_more_rows_are_given_than_there_are(tmp_path: Path) -> None:
    save_graph(unit_rows(9), tmp_path / "graph")
    assert sorted(NeighbourGraph(tmp_path / "graph").nearest(np.ones(32, dtype=np.float32), 50)) == list(range(9))


@pytest.mark.parametrize("content", [None, b"", b"nonsense" * 20])
def test_a_file_that_is_no_graph_is_named(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "graph"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(IndexCorrupt, match="graph"):
        NeighbourGraph(path)
