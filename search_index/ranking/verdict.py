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
    """

    score: float = 0.0
    spread: float = 0.0
    keyword: float = 0.0
    coverage: float = 0.0
    identifier: float = 0.0
    length: float = 0.0


def answerability(evidence: Evidence, recipe: VerdictRecipe, *, semantic: bool) -> float:
    """Estimate the probability in [0, 1] that the top hits answer the question.

    Args:
        semantic: Whether the semantic side took part; without it another model is used.
    """
    weights = dict(recipe.hybrid if semantic else recipe.by_keyword)
    total = weights.get("intercept", 0.0)
    total += sum(weights.get(each.name, 0.0) * getattr(evidence, each.name) for each in fields(Evidence))
    return 1.0 / (1.0 + exp(-max(min(total, 50.0), -50.0)))


def classify_answerability(probability: float, recipe: VerdictRecipe, *, semantic: bool) -> Verdict:
    """Turn a probability into the verdict shown."""
    answered = recipe.answered_from if semantic else recipe.keyword_answered_from
    no_answer = recipe.no_answer_below if semantic else recipe.keyword_no_answer_below
    if probability >= answered:
        return Verdict.ANSWERED
    return Verdict.NO_ANSWER if probability < no_answer else Verdict.UNSURE
