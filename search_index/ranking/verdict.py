"""Do the hits answer the question? A calibrated probability from what both sides saw, and three words for it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from math import exp

from search_index.recipe import VerdictRecipe
from search_index.records import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What the verdict is judged by; every value is 0.0 when there is nothing to see.

    Attributes:
        score: Score of the best article, identifiers apart.
        spread: Standard deviation of the cosines of all visible passages: whether the question is closer to
            some of this help centre than to the rest of it.
        keyword: Best keyword score over its theoretical maximum.
        coverage: Share of the query's information, by idf, that the best passage holds.
        identifier: 1.0 when the best article holds an identifier of the query that few passages hold.
        length: Natural logarithm of 1 + the number of informative words.
        site: What the outcomes of this site's own searches add to the log-odds.
    """

    score: float = 0.0
    spread: float = 0.0
    keyword: float = 0.0
    coverage: float = 0.0
    identifier: float = 0.0
    length: float = 0.0
    site: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class WeighedFeature:
    """A feature of the evidence and what it counts; the intercept is one whose value is always 1."""

    name: str
    value: float
    weight: float

    @property
    def points(self) -> float:
        """What it adds to the sum that the probability is made of."""
        return self.value * self.weight


def weigh(evidence: Evidence, recipe: VerdictRecipe, *, semantic: bool) -> tuple[WeighedFeature, ...]:
    """Give each feature its weight, the intercept first.

    Args:
        semantic: Whether the semantic side took part; without it another model is used.
    """
    weights = {"site": 1.0} | dict(recipe.hybrid if semantic else recipe.by_keyword)
    values = {"intercept": 1.0} | {each.name: float(getattr(evidence, each.name)) for each in fields(Evidence)}
    return tuple(
        WeighedFeature(name=name, value=value, weight=weights.get(name, 0.0)) for name, value in values.items()
    )


def answerability(evidence: Evidence, recipe: VerdictRecipe, *, semantic: bool) -> float:
    """Estimate the probability in [0, 1] that the top hits answer the question.

    Args:
        semantic: Whether the semantic side took part; without it another model is used.
    """
    total = sum(each.points for each in weigh(evidence, recipe, semantic=semantic))
    return 1.0 / (1.0 + exp(-max(min(total, 50.0), -50.0)))


def thresholds(recipe: VerdictRecipe, *, semantic: bool) -> tuple[float, float]:
    """Give the probability from which hits are an answer, and the one below which they are none."""
    if semantic:
        return recipe.answered_from, recipe.no_answer_below
    return recipe.keyword_answered_from, recipe.keyword_no_answer_below


def classify_answerability(probability: float, recipe: VerdictRecipe, *, semantic: bool) -> Verdict:
    """Turn a probability into the verdict shown."""
    answered, no_answer = thresholds(recipe, semantic=semantic)
    if probability >= answered:
        return Verdict.ANSWERED
    return Verdict.NO_ANSWER if probability < no_answer else Verdict.UNSURE
