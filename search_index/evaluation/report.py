"""From what the engine answered to the figures that are printed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np

from search_index.evaluation.bootstrap import Estimate, estimate_auroc, estimate_means
from search_index.evaluation.datasets import Judgements, Question, is_judged
from search_index.evaluation.metrics import (
    Values,
    brier,
    calibration_error,
    grades_of,
    ndcg,
    precision,
    recall,
    reciprocal_rank,
)
from search_index.records import SearchResult, SearchSides, Timings, Verdict

#: Ranks that are judged, and most hits of a question.
DEPTH = 10
_UPPER_DEPTH = 5
#: The figures of an order, in the order of `_figures_of`.
RANKING_FIGURES = ("ndcg@10", "mrr@10", "p@1", "recall@5", "recall@10")
MAIN_FIGURE = RANKING_FIGURES[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question and the engine's answer."""

    question: Question
    result: SearchResult


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictFigures:
    """How far the verdict can be trusted; None where the set lacks the questions for it.

    Attributes:
        auroc: How often an answerable question has a higher answerability than an unanswerable one.
        wrongly_answered: Share of unanswerable questions shown as answered.
        wrongly_sent_away: Share of answerable questions shown as no_answer.
        unsure: Share of all questions shown as unsure.
        calibration_error: Expected distance of answerability from the share answerable, ten bins of equal mass.
        brier: Mean squared distance of answerability from the truth.
    """

    auroc: Estimate | None
    wrongly_answered: Estimate | None
    wrongly_sent_away: Estimate | None
    unsure: Estimate | None
    calibration_error: float | None
    brier: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PartTimes:
    """Milliseconds of one part of a search: the median, and what 19 of 20 searches stay below."""

    part: str
    p50_ms: float
    p95_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """All figures of one run.

    Attributes:
        ranking: Figures of `RANKING_FIGURES` by name, for each system; empty when no question is judged.
        gain: nDCG@10 of the full engine less that of its better side, by question; None without two sides.
        latency: Of the full engine, the parts that took any time, the total last.
        degraded: Questions that the full engine answered with less than everything; their figures are not its own.
    """

    ranking: Mapping[SearchSides, Mapping[str, Estimate]]
    gain: Estimate | None
    verdict: VerdictFigures
    latency: tuple[PartTimes, ...]
    degraded: int = 0


def summarise(answers: Mapping[SearchSides, Sequence[Asked]], judgements: Judgements) -> Figures:
    """Make figures of the answers of each system; those of the full engine must be among them."""
    values = {sides: _ranking_values(asked, judgements) for sides, asked in answers.items()}
    means = {sides: estimate_means(each) for sides, each in values.items()}
    full = answers[SearchSides.FULL]
    return Figures(
        ranking={sides: dict(zip(RANKING_FIGURES, each, strict=True)) for sides, each in means.items() if each},
        gain=_gain(values),
        verdict=_verdict_figures(full),
        latency=_latency([each.result.timings for each in full]),
        degraded=sum(each.result.degraded is not None for each in full),
    )


def _ranking_values(asked: Sequence[Asked], judgements: Judgements) -> Values:
    """Judge each answerable question that has a relevant article: shape (figures, questions)."""
    counted = [each for each in asked if each.question.answerable and is_judged(judgements, each.question.id)]
    rows = [_figures_of(each.result, judgements[each.question.id]) for each in counted]
    return np.array(rows, dtype=np.float64).reshape(-1, len(RANKING_FIGURES)).T


def _figures_of(result: SearchResult, judged: Mapping[str, int]) -> tuple[float, ...]:
    grades = grades_of([hit.article_id for hit in result.hits], judged)
    return (
        ndcg(grades, judged, DEPTH),
        reciprocal_rank(grades, DEPTH),
        precision(grades, 1),
        recall(grades, judged, _UPPER_DEPTH),
        recall(grades, judged, DEPTH),
    )


def _gain(values: Mapping[SearchSides, Values]) -> Estimate | None:
    sides = [each[0] for name, each in values.items() if name is not SearchSides.FULL]
    if len(sides) < len(SearchSides) - 1 or not len(sides[0]):
        return None
    better = max(sides, key=lambda each: float(each.mean()))
    return estimate_means((values[SearchSides.FULL][0] - better)[np.newaxis])[0]


def _verdict_figures(asked: Sequence[Asked]) -> VerdictFigures:
    truths = np.array([each.question.answerable for each in asked], dtype=np.bool_)
    scores = np.array([each.result.answerability for each in asked], dtype=np.float64)
    return VerdictFigures(
        auroc=estimate_auroc(scores, truths),
        wrongly_answered=_share([each for each in asked if not each.question.answerable], Verdict.ANSWERED),
        wrongly_sent_away=_share([each for each in asked if each.question.answerable], Verdict.NO_ANSWER),
        unsure=_share(asked, Verdict.UNSURE),
        calibration_error=calibration_error(scores, truths) if asked else None,
        brier=brier(scores, truths) if asked else None,
    )


def _share(asked: Sequence[Asked], verdict: Verdict) -> Estimate | None:
    shown = np.array([[each.result.verdict is verdict for each in asked]], dtype=np.float64)
    estimates = estimate_means(shown)
    return estimates[0] if estimates else None


def _latency(timings: Sequence[Timings]) -> tuple[PartTimes, ...]:
    parts = []
    for part in (each.name for each in fields(Timings)):
        spent = np.array([getattr(each, part) for each in timings], dtype=np.float64)
        if spent.any():
            p50, p95 = np.percentile(spent, (50, 95))
            parts.append(PartTimes(part=part.removesuffix("_ms"), p50_ms=float(p50), p95_ms=float(p95)))
    return tuple(parts)
