"""Intervals hold their figure, shrink with more questions, and are the same every time."""

from __future__ import annotations

import numpy as np
import pytest

from search_index.evaluation.bootstrap import estimate_auroc, estimate_means


def test_the_interval_holds_the_mean_and_is_as_wide_as_theory_says() -> None:
    values = np.array([[0.0, 1.0] * 200])
    (estimate,) = estimate_means(values)
    assert (estimate.value, estimate.count) == (0.5, 400)
    assert estimate.low < 0.5 < estimate.high
    # 1.96 standard errors to each side.
    assert estimate.high - estimate.low == pytest.approx(2 * 1.96 * 0.5 / 20, rel=0.1)


def test_equal_values_have_no_width_and_no_questions_no_estimate() -> None:
    (estimate,) = estimate_means(np.full((1, 5), 0.25))
    assert (estimate.low, estimate.high) == pytest.approx((0.25, 0.25))
    assert estimate_means(np.zeros((3, 0))) == []


def test_the_same_answers_give_the_same_figures() -> None:
    values = np.random.default_rng(1).random((2, 50))
    assert estimate_means(values) == estimate_means(values)
    assert estimate_means(values)[1].low == pytest.approx(estimate_means(values[1:])[0].low)


def test_many_questions_are_drawn_in_parts() -> None:
    (estimate,) = estimate_means(np.random.default_rng(2).random((1, 30_000)), resamples=200)
    assert 0 < estimate.high - estimate.low < 0.02


def test_auroc_has_an_interval_where_there_are_both_kinds() -> None:
    scores = np.linspace(0, 1, 40)
    truths = scores + np.tile([0.3, -0.3], 20) > 0.5
    estimate = estimate_auroc(scores, truths)
    assert estimate is not None
    assert 0.5 < estimate.low < estimate.value < estimate.high <= 1.0
    assert estimate_auroc(scores, np.ones(40, dtype=np.bool_)) is None
    assert estimate_auroc(np.array([]), np.array([], dtype=np.bool_)) is None


def test_samples_without_one_kind_are_left_out() -> None:
    estimate = estimate_auroc(np.array([0.1, 0.9]), np.array([False, True]))
    assert estimate is not None
    assert (estimate.low, estimate.value, estimate.high) == (1.0, 1.0, 1.0)
