"""How good an order of articles is, and how far a probability can be trusted: plain functions over arrays.

Orders are judged by grades: 0 is not relevant, 1 and more are better and better. Probabilities are judged
by truths: whether the question could be answered at all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
Truths = NDArray[np.bool_]


def grades_of(ranked: Sequence[str], judged: Mapping[str, int]) -> tuple[int, ...]:
    """Look up the grades of articles in the order they were found; an article without a judgement has 0.

    An article named twice counts at its first place only.
    """
    seen: set[str] = set()
    grades: list[int] = []
    for article_id in ranked:
        grades.append(0 if article_id in seen else judged.get(article_id, 0))
        seen.add(article_id)
    return tuple(grades)


def ndcg(grades: Sequence[int], judged: Mapping[str, int], depth: int) -> float:
    """Normalised discounted cumulative gain in [0, 1]: gain 2^grade - 1, discount log2(rank + 1).

    Args:
        grades: Of the articles found, best first.
        judged: All judgements of the question; the ideal order is made from them.
        depth: Ranks that count, at least 1.

    Returns:
        0.0 when no article is relevant.
    """
    ideal = _discounted(sorted(judged.values(), reverse=True)[:depth])
    return _discounted(grades[:depth]) / ideal if ideal > 0 else 0.0


def _discounted(grades: Sequence[int]) -> float:
    gains = np.exp2(np.maximum(np.asarray(grades, dtype=np.float64), 0.0)) - 1.0
    return float(gains @ (1.0 / np.log2(np.arange(2, len(gains) + 2)))) if len(gains) else 0.0


def reciprocal_rank(grades: Sequence[int], depth: int) -> float:
    """Give 1 / rank of the first relevant article, 0.0 when none is among the first `depth`."""
    return next((1.0 / rank for rank, grade in enumerate(grades[:depth], start=1) if grade > 0), 0.0)


def precision(grades: Sequence[int], depth: int) -> float:
    """Share of the first `depth` ranks that hold a relevant article, in [0, 1]; missing ranks hold none."""
    return sum(grade > 0 for grade in grades[:depth]) / depth


def recall(grades: Sequence[int], judged: Mapping[str, int], depth: int) -> float:
    """Share of the relevant articles that are among the first `depth`, in [0, 1]; 0.0 when none is relevant."""
    relevant = sum(grade > 0 for grade in judged.values())
    return sum(grade > 0 for grade in grades[:depth]) / relevant if relevant else 0.0


def auroc(scores: Values, truths: Truths, counts: Values | None = None) -> Values:
    """Area under the ROC curve: how often a true case scores higher than a false one, ties counting half.

    Args:
        scores: Shape (cases,).
        truths: Shape (cases,).
        counts: How often each case counts, shape (samples, cases); once each when None.

    Returns:
        Shape (samples,), in [0, 1]; NaN where a sample lacks true or false cases.
    """
    weights = np.ones((1, len(scores))) if counts is None else counts
    if not len(scores):
        return np.full(len(weights), np.nan)
    order = np.argsort(scores, kind="stable")
    ranked, right = scores[order], truths[order].astype(np.float64)
    starts = np.flatnonzero(np.concatenate(([True], ranked[1:] != ranked[:-1])))
    true = np.add.reduceat(weights[:, order] * right, starts, axis=1)
    false = np.add.reduceat(weights[:, order] * (1.0 - right), starts, axis=1)
    below = np.cumsum(false, axis=1) - false / 2
    pairs = true.sum(axis=1) * false.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        area: Values = np.where(pairs > 0, (true * below).sum(axis=1) / pairs, np.nan)
    return area


def brier(probabilities: Values, truths: Truths) -> float:
    """Mean squared distance of probabilities from what was true, in [0, 1]; NaN for no cases."""
    return float(np.mean((probabilities - truths) ** 2)) if len(probabilities) else float("nan")


def calibration_error(probabilities: Values, truths: Truths, bins: int = 10) -> float:
    """Expected calibration error over bins that hold equally many cases, in [0, 1]; NaN for no cases.

    Cases of equal probability share their truth, so that their order does not matter.

    Args:
        bins: At least 1; with fewer cases each is a bin of its own.
    """
    cases = len(probabilities)
    if not cases:
        return float("nan")
    order = np.argsort(probabilities, kind="stable")
    ranked = probabilities[order]
    _, group, sizes = np.unique(ranked, return_inverse=True, return_counts=True)
    shared = (np.bincount(group, weights=truths[order]) / sizes)[group]
    parts = np.array_split(np.arange(cases), min(bins, cases))
    return float(sum(abs(float((ranked[part] - shared[part]).sum())) for part in parts) / cases)
