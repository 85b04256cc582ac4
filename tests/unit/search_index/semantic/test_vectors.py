"""Comparing a query with all passages, exactly where it matters."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search_index.recipe import VectorRecipe
from search_index.semantic.graph import has_graphs
from search_index.semantic.segment_vectors import SegmentVectors, load_vectors, make_vectors, quantise, save_vectors
from search_index.semantic.vectors import PassageVectors

HALF = np.eye(3, 4, dtype=np.float16)
FEW = VectorRecipe(coarse_from=0, exact=60)


def crowded(count: int, seed: int, dimensions: int = 64) -> np.ndarray:
    """Unit vectors around a few centres, as passages about a few subjects are."""
    dice = np.random.default_rng(seed)
    centres = dice.standard_normal((6, dimensions))
    rows = centres[dice.integers(0, 6, count)] + 0.8 * dice.standard_normal((count, dimensions))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float16)


def exact(half: np.ndarray) -> SegmentVectors:
    return make_vectors(half, [len(half)])


def coarse(half: np.ndarray) -> SegmentVectors:
    bare = exact(half)
    return SegmentVectors(half=half, centroids=bare.centroids, coarse=quantise(half))


def test_cosines_are_exact_and_bounded() -> None:
    vectors = PassageVectors([exact(HALF)])
    assert vectors.cosines(np.array([1, 0, 0, 0], dtype=np.float32)).tolist() == [1, 0, 0]
    assert vectors.cosines(np.array([-1.001, 0, 0, 0], dtype=np.float32)).min() == -1
    assert vectors.cosines(np.zeros(4, dtype=np.float32)).dtype == np.float32


@pytest.mark.parametrize("kind", [exact, coarse])
def test_another_space_is_refused(kind: type) -> None:
    vectors = PassageVectors([kind(HALF)])
    with pytest.raises(ValueError):
        vectors.cosines(np.zeros(5, dtype=np.float32))
    with pytest.raises(ValueError):
        vectors.rescore(np.zeros(5, dtype=np.float32), np.array([1]))


def test_nothing_has_no_cosines() -> None:
    assert PassageVectors([]).cosines(np.zeros(4, dtype=np.float32)).shape == (0,)
    assert PassageVectors([]).take(np.zeros(0, dtype=np.int64)).shape == (0, 0)


def test_rows_are_taken_across_segments() -> None:
    half = crowded(30, 1)
    vectors = PassageVectors([exact(half[:7]), exact(half[7:7]), coarse(half[7:])])
    rows = np.array([29, 0, 7, 6, 7])
    np.testing.assert_array_equal(vectors.take(rows), half[rows].astype(np.float32))
    with pytest.raises(IndexError):
        vectors.take(np.array([30]))
    with pytest.raises(IndexError):
        vectors.rescore(half[0].astype(np.float32), np.array([-1]))


@given(seed=st.integers(0, 10_000), split=st.integers(0, 500), shown=st.floats(0.2, 1.0))
@settings(max_examples=25, deadline=None)
def test_a_first_look_changes_nothing_of_what_is_best(seed: int, split: int, shown: float) -> None:
    half = crowded(500, seed)
    query = crowded(1, seed + 1)[0].astype(np.float32)
    visible = np.random.default_rng(seed).random(500) < shown
    truth = PassageVectors([exact(half)]).cosines(query)
    looked = PassageVectors([coarse(half[:split]), coarse(half[split:])], FEW).cosines(query, visible)
    best = np.argsort(-np.where(visible, truth, -2), kind="stable")[: min(30, int(visible.sum()))]
    np.testing.assert_array_equal(looked[best], truth[best])
    np.testing.assert_array_equal(np.argsort(-np.where(visible, looked, -2), kind="stable")[: len(best)], best)
    np.testing.assert_allclose(looked, truth, atol=0.02)


@given(seed=st.integers(0, 10_000), rows=st.lists(st.integers(0, 299), max_size=20))
@settings(max_examples=25, deadline=None)
def test_named_rows_are_compared_exactly(seed: int, rows: list[int]) -> None:
    half = crowded(300, seed)
    query = crowded(1, seed + 1)[0].astype(np.float32)
    truth = PassageVectors([exact(half)]).cosines(query)
    vectors = PassageVectors([exact(half[:100]), coarse(half[100:])])
    np.testing.assert_array_equal(vectors.rescore(query, np.array(rows, dtype=np.int64)), truth[rows])


@pytest.mark.skipif(not has_graphs(), reason="usearch is not installed")
@pytest.mark.parametrize("shown", [1.0, 0.1])
def test_a_graph_finds_what_is_best_among_the_visible(tmp_path: Path, shown: float) -> None:
    half = crowded(2_000, 4)
    recipe = VectorRecipe(graph_from=1_000, coarse_from=100_000, exact=50)
    save_vectors(exact(half[:1_900]), tmp_path / "large", recipe)
    vectors = PassageVectors([load_vectors(tmp_path / "large", 64), exact(half[1_900:])], recipe)
    query = crowded(2_001, 4)[-1].astype(np.float32)
    visible = np.random.default_rng(8).random(2_000) < shown
    truth = PassageVectors([exact(half)]).cosines(query)
    found = vectors.cosines(query, visible)
    best = np.argsort(-np.where(visible, truth, -2), kind="stable")[:20]
    assert np.count_nonzero(found[best] == truth[best]) >= 19
    np.testing.assert_array_equal(found[1_900:], truth[1_900:])
    assert not vectors.cosines(np.zeros(64, dtype=np.float32)).any()
