"""Every figure against examples reckoned by hand, and against what must hold for any input."""

from __future__ import annotations

from math import isnan, log2

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_index.evaluation.metrics import (
    auroc,
    brier,
    calibration_error,
    grades_of,
    ndcg,
    precision,
    recall,
    reciprocal_rank,
)

JUDGED = st.dictionaries(st.sampled_from("abcdefghijkl"), st.integers(0, 3), max_size=8)
RANKED = st.lists(st.sampled_from("abcdefghijklmnop"), max_size=12, unique=True)
CASES = st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=1, max_size=30)


def arrays(cases: list[tuple[int, bool]]) -> tuple[np.ndarray, np.ndarray]:
    return np.array([score / 5 for score, _ in cases]), np.array([truth for _, truth in cases], dtype=np.bool_)


def test_grades_are_looked_up_and_a_twin_counts_once() -> None:
    assert grades_of(["b", "x", "a", "b"], {"a": 2, "b": 1}) == (1, 0, 2, 0)


def test_ndcg_of_graded_labels() -> None:
    judged = {"a": 2, "b": 1, "c": 0}
    # Found: b (grade 1), nothing, a (grade 2). Ideal: a, b.
    found = 1 / log2(2) + 3 / log2(4)
    ideal = 3 / log2(2) + 1 / log2(3)
    assert ndcg((1, 0, 2), judged, 10) == pytest.approx(found / ideal)
    assert ndcg((1, 0, 2), judged, 2) == pytest.approx(1 / ideal)


def test_the_ideal_order_is_as_deep_as_the_cut() -> None:
    assert ndcg((1,), {"a": 1, "b": 1, "c": 1}, 1) == 1.0


def test_nothing_relevant_is_zero() -> None:
    assert (ndcg((0,), {"a": 0}, 10), recall((0,), {"a": 0}, 10)) == (0.0, 0.0)
    assert (ndcg((), {"a": 1}, 10), reciprocal_rank((), 10), precision((), 1)) == (0.0, 0.0, 0.0)


def test_reciprocal_rank_precision_and_recall() -> None:
    grades, judged = (0, 2, 1, 0), {"a": 2, "b": 1, "c": 1, "d": 0}
    assert reciprocal_rank(grades, 10) == 0.5
    assert reciprocal_rank(grades, 1) == 0.0
    assert (precision(grades, 1), precision(grades, 2), precision((1,), 4)) == (0.0, 0.5, 0.25)
    assert recall(grades, judged, 2) == pytest.approx(1 / 3)
    assert recall(grades, judged, 10) == pytest.approx(2 / 3)


def test_auroc_counts_ties_half() -> None:
    scores, truths = np.array([0.9, 0.5, 0.5, 0.1]), np.array([True, True, False, False])
    # Of four pairs three are in order and one is a tie.
    assert auroc(scores, truths) == pytest.approx([3.5 / 4])


def test_auroc_needs_both_kinds() -> None:
    assert np.isnan(auroc(np.array([0.2, 0.4]), np.array([True, True]))).all()
    assert np.isnan(auroc(np.array([]), np.array([], dtype=np.bool_))).all()


def test_auroc_of_samples_equals_auroc_of_the_cases_drawn() -> None:
    scores, truths = np.array([0.9, 0.5, 0.5, 0.1]), np.array([True, True, False, False])
    drawn = np.array([[2.0, 0.0, 1.0, 1.0], [1.0, 1.0, 2.0, 0.0]])
    expected = [
        float(auroc(np.repeat(scores, counts.astype(int)), np.repeat(truths, counts.astype(int)))[0])
        for counts in drawn
    ]
    assert auroc(scores, truths, drawn) == pytest.approx(expected)


def test_brier() -> None:
    assert brier(np.array([1.0, 0.5]), np.array([True, False])) == pytest.approx(0.125)
    assert isnan(brier(np.array([]), np.array([], dtype=np.bool_)))


def test_calibration_error_of_two_bins() -> None:
    scores, truths = np.array([0.1, 0.3, 0.8, 0.8]), np.array([False, True, True, True])
    # Below: mean .2 against .5; above: .8 against 1; each bin holds half of the cases.
    assert calibration_error(scores, truths, bins=2) == pytest.approx(0.5 * 0.3 + 0.5 * 0.2)
    assert isnan(calibration_error(np.array([]), np.array([], dtype=np.bool_)))


@given(ranked=RANKED, judged=JUDGED, depth=st.integers(1, 12))
def test_figures_of_an_order_lie_between_zero_and_one(ranked: list[str], judged: dict[str, int], depth: int) -> None:
    grades = grades_of(ranked, judged)
    values = (
        ndcg(grades, judged, depth),
        reciprocal_rank(grades, depth),
        precision(grades, depth),
        recall(grades, judged, depth),
    )
    assert all(0.0 <= value <= 1.0 + 1e-12 for value in values)
    assert recall(grades, judged, depth) <= recall(grades, judged, depth + 1)


@given(judged=JUDGED)
def test_the_ideal_order_is_perfect(judged: dict[str, int]) -> None:
    ideal = sorted(judged, key=lambda each: -judged[each])
    expected = 1.0 if any(judged.values()) else 0.0
    assert ndcg(grades_of(ideal, judged), judged, 10) == pytest.approx(expected)


@given(ranked=RANKED, judged=JUDGED, at=st.integers(0, 10))
def test_moving_a_better_article_up_never_hurts(ranked: list[str], judged: dict[str, int], at: int) -> None:
    grades = grades_of(ranked, judged)
    if at + 1 < len(grades) and grades[at + 1] > grades[at]:
        better = [*grades[:at], grades[at + 1], grades[at], *grades[at + 2 :]]
        assert ndcg(better, judged, 10) >= ndcg(grades, judged, 10) - 1e-12


@given(cases=CASES, seed=st.randoms(use_true_random=False))
def test_the_order_of_questions_does_not_matter(cases: list[tuple[int, bool]], seed: object) -> None:
    shuffled = list(cases)
    seed.shuffle(shuffled)  # type: ignore[attr-defined]
    for figure in (brier, calibration_error):
        assert figure(*arrays(cases)) == pytest.approx(figure(*arrays(shuffled)))
    assert auroc(*arrays(cases)) == pytest.approx(auroc(*arrays(shuffled)), nan_ok=True)


@given(cases=CASES)
def test_figures_of_a_probability_lie_between_zero_and_one(cases: list[tuple[int, bool]]) -> None:
    scores, truths = arrays(cases)
    assert 0.0 <= brier(scores, truths) <= 1.0
    assert 0.0 <= calibration_error(scores, truths) <= 1.0 + 1e-12
    area = float(auroc(scores, truths)[0])
    assert isnan(area) if truths.all() or not truths.any() else 0.0 <= area <= 1.0


@given(cases=CASES)
def test_auroc_is_turned_round_by_turning_scores_round_and_deaf_to_their_scale(cases: list[tuple[int, bool]]) -> None:
    scores, truths = arrays(cases)
    area = auroc(scores, truths)
    assert auroc(-scores, truths) == pytest.approx(1 - area, nan_ok=True)
    assert auroc(np.exp(scores), truths) == pytest.approx(area, nan_ok=True)
