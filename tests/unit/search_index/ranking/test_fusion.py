"""Fusing two sides and collapsing passages to articles."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from search_index.ranking.fusion import best_articles, fuse
from search_index.recipe import FusionRecipe

RECIPE = FusionRecipe()
SCORE = st.floats(min_value=0, max_value=1, width=32)
COSINE = st.floats(min_value=-1, max_value=1, width=32)
RUNS = st.lists(st.lists(st.floats(min_value=0, max_value=1, width=32), min_size=1, max_size=4), max_size=8)


def floats(*values: float) -> NDArray[np.float32]:
    return np.array(values, dtype=np.float32)


def fused(cosine: float | None, keyword: float) -> float:
    cosines = None if cosine is None else floats(cosine)
    return float(fuse(cosines, floats(keyword), RECIPE)[0])


@given(COSINE, COSINE, SCORE, SCORE)
def test_more_on_either_side_never_scores_less(one: float, two: float, kw1: float, kw2: float) -> None:
    low, high = sorted((one, two))
    less, more = sorted((kw1, kw2))
    assert fused(low, less) <= fused(high, more) + 1e-6
    assert fused(None, less) <= fused(None, more)


@given(COSINE, SCORE)
def test_the_score_stays_between_zero_and_one(cosine: float, keyword: float) -> None:
    assert 0 <= fused(cosine, keyword) <= 1


def test_without_meaning_the_keyword_score_stands_alone() -> None:
    assert fused(None, 0.25) == 0.25


def collapse(runs: list[list[float]], limit: int, visible: list[bool] | None = None) -> list[tuple[int, int, float]]:
    scores = floats(*(score for run in runs for score in run))
    articles = np.repeat(np.arange(len(runs), dtype=np.int32), [len(run) for run in runs])
    starts = np.cumsum([0, *(len(run) for run in runs)])[:-1].astype(np.intp)
    seen = np.array(visible if visible is not None else [True] * len(scores), dtype=np.bool_)
    return [(each.article, each.row, each.score) for each in best_articles(scores, seen, articles, starts, limit)]


@given(RUNS, st.integers(min_value=1, max_value=10))
def test_each_article_appears_once_with_its_best_passage(runs: list[list[float]], limit: int) -> None:
    found = collapse(runs, limit)
    expected = sorted((max(run) for run in runs if max(run) > 0), reverse=True)[:limit]
    assert [score for _, _, score in found] == expected
    assert len({article for article, _, _ in found}) == len(found)
    flat = [score for run in runs for score in run]
    assert all(flat[row] == np.float32(score) for _, row, score in found)


@given(RUNS.filter(lambda runs: len({max(run) for run in runs}) == len(runs)), st.randoms(use_true_random=False))
def test_the_order_of_articles_on_disk_does_not_matter(runs: list[list[float]], dice: object) -> None:
    order = list(range(len(runs)))
    dice.shuffle(order)  # type: ignore[attr-defined]
    shuffled = collapse([runs[at] for at in order], 10)
    assert [order[article] for article, _, _ in shuffled] == [article for article, _, _ in collapse(runs, 10)]


def test_what_may_not_be_seen_is_never_a_hit() -> None:
    assert collapse([[0.2, 0.9], [0.5]], 10, [True, False, True]) == [(1, 2, 0.5), (0, 0, pytest.approx(0.2))]
    assert collapse([[0.9]], 10, [False]) == []


def test_nothing_gives_nothing() -> None:
    assert collapse([], 10) == []
    assert collapse([[0.0]], 10) == []
