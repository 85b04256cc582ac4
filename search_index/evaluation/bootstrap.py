"""Intervals by resampling: how far a figure would move if other questions of the same kind had been asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from search_index.evaluation.metrics import Truths, Values, auroc

#: Samples drawn; the ends of a 95 % interval move by less than a tenth of its width beyond these.
RESAMPLES = 1_000
#: So that two runs over the same answers print the same figures.
SEED = 20_250_516
#: Ends of the interval, in percent.
_ENDS = (2.5, 97.5)
#: Random numbers held at once, so that many questions do not fill the memory.
_AT_ONCE = 2_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A figure with its 95 % interval.

    Attributes:
        value: Over all questions.
        low, high: Ends of the bootstrap interval.
        count: Questions it stands on.
    """

    value: float
    low: float
    high: float
    count: int


def estimate_means(values: Values, resamples: int = RESAMPLES) -> list[Estimate]:
    """Give the mean of each figure over the questions, all from the same samples.

    Args:
        values: Shape (figures, questions).

    Returns:
        One for each figure; none when there are no questions.
    """
    if not values.size:
        return []
    questions = values.shape[1]
    sampled = np.concatenate([counts @ values.T / questions for counts in _samples(questions, resamples)])
    means = values.mean(axis=1)
    return [_estimate(float(mean), sampled[:, each], questions) for each, mean in enumerate(means)]


def estimate_auroc(scores: Values, truths: Truths, resamples: int = RESAMPLES) -> Estimate | None:
    """Give the area under the ROC curve with its interval; None unless there are true and false cases."""
    if truths.all() or not truths.any():
        return None
    areas = np.concatenate([auroc(scores, truths, counts) for counts in _samples(len(scores), resamples)])
    return _estimate(float(auroc(scores, truths)[0]), areas[~np.isnan(areas)], len(scores))


def _estimate(value: float, sampled: Values, count: int) -> Estimate:
    low, high = np.percentile(sampled, _ENDS) if len(sampled) else (value, value)
    return Estimate(value=value, low=float(low), high=float(high), count=count)


def _samples(cases: int, resamples: int) -> Iterator[Values]:
    """Say how often each case is drawn in each sample: arrays of shape (some samples, cases)."""
    generator = np.random.default_rng(SEED)
    step = max(1, _AT_ONCE // cases)
    chances = np.full(cases, 1.0 / cases)
    for first in range(0, resamples, step):
        yield generator.multinomial(cases, chances, size=min(step, resamples - first)).astype(np.float64)
