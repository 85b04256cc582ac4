"""The second look at the best articles."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_index.ranking.reranking import (
    CloseQuestion,
    Parts,
    combine,
    look_closely,
    mean_of_best,
    part_weights,
    sentence_share,
)
from search_index.recipe import FusionRecipe, Recipe
from search_index.semantic.passage_details import PassageDetails, SegmentDetails, make_runs
from search_index.semantic.passage_embedding import to_codes

RECIPE = FusionRecipe(fade=1.0)
PART = st.floats(min_value=0, max_value=1)
PARTS = st.builds(Parts, passages=PART, sentences=PART, pieces=PART, history=PART, identifier=PART)
WORDS = st.integers(min_value=0, max_value=30)
GROUPS = st.lists(
    st.lists(st.tuples(st.floats(min_value=0, max_value=1, width=32), st.booleans()), min_size=1, max_size=8),
    min_size=1,
    max_size=6,
)


@given(GROUPS, st.integers(min_value=1, max_value=5), st.sampled_from([1.0, 0.7]))
def test_the_mean_of_the_best_is_what_sorting_gives(
    groups: list[list[tuple[float, bool]]], limit: int, fade: float
) -> None:
    values = np.array([value for group in groups for value, _ in group], dtype=np.float32)
    counted = np.array([count for group in groups for _, count in group])
    owners = np.repeat(np.arange(len(groups)), [len(group) for group in groups])
    expected = []
    for group in groups:
        best = sorted((value for value, count in group if count), reverse=True)[:limit]
        weights = [fade**place for place in range(len(best))]
        expected.append(float(np.average(best, weights=weights)) if best else 0.0)
    np.testing.assert_allclose(mean_of_best(values, owners, counted, limit, fade), expected, atol=1e-6)


@given(PARTS, WORDS, st.sampled_from(["passages", "sentences", "pieces", "history", "identifier"]), PART)
def test_more_of_any_part_never_scores_less(parts: Parts, words: int, name: str, more: float) -> None:
    values = {each: getattr(parts, each) for each in parts.__slots__}
    better = Parts(**{**values, name: max(values[name], more)})
    assert 0 <= combine(parts, Recipe(), words) <= combine(better, Recipe(), words) + 1e-9 <= 1 + 1e-9
    assert combine(parts, Recipe(), None) <= combine(better, Recipe(), None) + 1e-9


@given(WORDS)
def test_what_the_article_says_counts_one_in_all(words: int) -> None:
    for weights in (part_weights(Recipe(), words), part_weights(Recipe(), None)):
        assert weights.passages + weights.sentences + weights.pieces == pytest.approx(1)


@given(WORDS, WORDS)
def test_a_longer_question_never_hangs_more_on_one_sentence(one: int, two: int) -> None:
    short, long = sorted((one, two))
    assert sentence_share(long, RECIPE) <= sentence_share(short, RECIPE)
    assert RECIPE.sentence_share_bounds[0] <= sentence_share(long, RECIPE) <= RECIPE.sentence_share_bounds[1]


def details(sentences: list[list[list[float]]], pieces: list[list[list[float]]]) -> PassageDetails:
    def runs(rows: list[list[list[float]]]):  # type: ignore[no-untyped-def]
        codes = to_codes(np.array([each for row in rows for each in row], dtype=np.float32).reshape(-1, 2))
        return make_runs(codes, np.cumsum([len(row) for row in rows], dtype=np.int64))

    return PassageDetails([SegmentDetails(sentences=runs(sentences), pieces=runs(pieces))])


def test_an_article_is_judged_by_its_body_and_shown_by_its_best_passage() -> None:
    there, away = [1.0, 0.0], [0.0, 1.0]
    seen = details([[], [away], [there, away], [], [away]], [[away], [away], [there], [away], [there]])
    question = CloseQuestion(
        vector=np.array(there, dtype=np.float32),
        pieces=np.array([there], dtype=np.float32),
        weights=np.ones(1, dtype=np.float32),
        words=3,
    )
    fused = np.array([0.9, 0.2, 0.4, 0.5, 0.3], dtype=np.float32)
    (first, row), (second, other) = look_closely([np.arange(3), np.arange(3, 5)], fused, seen, question, RECIPE)
    assert first.passages == pytest.approx(0.3), "the lead does not count"
    assert first.sentences == pytest.approx(0.5, abs=0.01)
    assert first.pieces == pytest.approx(0.5, abs=0.01)
    assert second.passages == pytest.approx(0.3)
    assert second.sentences == 0
    assert second.pieces == pytest.approx(1, abs=0.01)
    assert row in (0, 2)
    assert other in (3, 4)


def test_an_article_of_a_title_alone_is_judged_by_it() -> None:
    seen = details([[]], [[[1.0, 0.0]]])
    question = CloseQuestion(
        vector=np.array([1, 0], dtype=np.float32),
        pieces=np.array([[1, 0]], dtype=np.float32),
        weights=np.ones(1, dtype=np.float32),
        words=1,
    )
    ((parts, row),) = look_closely([np.arange(1)], np.array([0.7], dtype=np.float32), seen, question, RECIPE)
    assert parts.passages == pytest.approx(0.7)
    assert row == 0
