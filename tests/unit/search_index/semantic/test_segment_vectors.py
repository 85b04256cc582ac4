"""Vectors of a segment on disk."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from search_index.errors import IndexCorrupt
from search_index.recipe import VectorRecipe
from search_index.semantic.graph import has_graphs
from search_index.semantic.segment_vectors import load_vectors, make_vectors, quantise, save_vectors

SMALL = VectorRecipe()
COARSE = VectorRecipe(coarse_from=1)
GRAPH = VectorRecipe(graph_from=1)


def unit_rows(count: int = 40, dimensions: int = 8) -> np.ndarray:
    rows = np.random.default_rng(1).standard_normal((count, dimensions))
    rows[3] = 0
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    return (rows / np.where(norms > 0, norms, 1)).astype(np.float16)


HALF = unit_rows()


@pytest.mark.parametrize("recipe", [SMALL, COARSE, GRAPH])
def test_vectors_come_back_as_they_were_written(tmp_path: Path, recipe: VectorRecipe) -> None:
    save_vectors(make_vectors(HALF, [4, 36]), tmp_path / "s", recipe)
    read = load_vectors(tmp_path / "s", 8)
    np.testing.assert_array_equal(read.half, HALF)
    assert read.size == 40
    assert (read.coarse is not None) is (recipe is COARSE)
    assert (read.graph is not None) is (recipe is GRAPH and has_graphs())


def test_an_article_is_the_mean_of_its_passages() -> None:
    centroids = make_vectors(HALF, [3, 1, 36]).centroids.astype(np.float32)
    mean = HALF[:3].astype(np.float32).mean(axis=0)
    np.testing.assert_allclose(centroids[0], mean / np.linalg.norm(mean), atol=1e-3)
    assert not centroids[1].any()


def test_codes_are_off_by_half_a_step_at_most() -> None:
    coarse = quantise(HALF)
    error = np.abs(coarse.codes * coarse.scales[:, None] - HALF.astype(np.float32))
    assert (error <= coarse.scales[:, None] * 0.501).all()
    assert coarse.scales[3] == 0
    assert not coarse.codes[3].any()


def test_no_rows_make_empty_files(tmp_path: Path) -> None:
    save_vectors(make_vectors(HALF[:0], []), tmp_path / "s", SMALL)
    assert load_vectors(tmp_path / "s", 8).size == 0


def test_large_files_are_mapped_and_not_read(tmp_path: Path) -> None:
    recipe = VectorRecipe(coarse_from=100_000)
    save_vectors(make_vectors(np.zeros((70_000, 8), dtype=np.float16), [70_000]), tmp_path / "s", recipe)
    half = load_vectors(tmp_path / "s", 8).half
    assert isinstance(half, np.ndarray)
    assert isinstance(half.base, np.memmap) or isinstance(half.base.base, np.memmap)


def test_behind_a_quick_first_look_only_the_rows_looked_at_are_read(tmp_path: Path) -> None:
    rows = (np.arange(70_000 * 8) % 1_000).reshape(70_000, 8).astype(np.float16)
    save_vectors(make_vectors(rows, [70_000]), tmp_path / "s", SMALL)
    vectors = load_vectors(tmp_path / "s", 8)
    wanted = np.array([69_999, 0, 5, 5])
    np.testing.assert_array_equal(vectors.take(wanted), rows[wanted])
    assert vectors.take(wanted[:0]).shape == (0, 8)
    assert sum(len(block) for _, block in vectors.blocks()) == 70_000
    with pytest.raises(IndexError):
        vectors.take(np.array([70_000]))
    with (tmp_path / "s" / "half.npy").open("r+b") as file:
        file.truncate(1_000)
    with pytest.raises(ValueError, match="cut short"):
        vectors.take(wanted)


@pytest.mark.parametrize("name", ["half.npy", "centroids.npy", "codes.npy", "scales.npy"])
@pytest.mark.parametrize("damage", ["nonsense", "kind", "shape"])
def test_damage_is_named(tmp_path: Path, name: str, damage: str) -> None:
    folder = tmp_path / "s"
    save_vectors(make_vectors(HALF, [40]), folder, COARSE)
    if damage == "nonsense":
        (folder / name).write_bytes(b"nonsense")
    elif damage == "kind":
        np.save(folder / name, np.load(folder / name).astype(np.float64))
    else:
        np.save(folder / name, np.load(folder / name).reshape(-1)[:7])
    with pytest.raises(IndexCorrupt, match=f"{name}.*rebuild"):
        load_vectors(folder, 8)


@pytest.mark.parametrize("name", ["half.npy", "centroids.npy", "scales.npy"])
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    save_vectors(make_vectors(HALF, [40]), tmp_path / "s", COARSE)
    (tmp_path / "s" / name).unlink()
    with pytest.raises(IndexCorrupt, match=name):
        load_vectors(tmp_path / "s", 8)


def test_another_dimension_is_refused(tmp_path: Path) -> None:
    save_vectors(make_vectors(HALF, [40]), tmp_path / "s", SMALL)
    with pytest.raises(IndexCorrupt):
        load_vectors(tmp_path / "s", 9)
