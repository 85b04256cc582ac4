"""From evidence to a probability, and from there to a word."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_index.ranking.verdict import Evidence, answerability, classify_answerability, thresholds, weigh
from search_index.recipe import VerdictRecipe
from search_index.records import Verdict

RECIPE = VerdictRecipe()
SHARE = st.floats(min_value=0, max_value=1)
EVIDENCE = st.builds(Evidence, score=SHARE, spread=SHARE, keyword=SHARE, coverage=SHARE, length=SHARE)


@given(EVIDENCE, st.booleans())
def test_is_a_probability(evidence: Evidence, semantic: bool) -> None:
    assert 0 <= answerability(evidence, RECIPE, semantic=semantic) <= 1


@given(EVIDENCE, st.sampled_from(["score", "keyword", "coverage", "identifier"]), SHARE)
def test_more_evidence_never_means_less_answer(evidence: Evidence, name: str, more: float) -> None:
    stronger = replace(evidence, **{name: getattr(evidence, name) + more})
    for semantic in (True, False):
        before = answerability(evidence, RECIPE, semantic=semantic)
        assert answerability(stronger, RECIPE, semantic=semantic) >= before


def test_nothing_seen_is_no_answer() -> None:
    for semantic in (True, False):
        probability = answerability(Evidence(), RECIPE, semantic=semantic)
        assert classify_answerability(probability, RECIPE, semantic=semantic) is Verdict.NO_ANSWER


def test_huge_weights_do_not_overflow() -> None:
    recipe = VerdictRecipe(hybrid=(("intercept", 1e9),))
    assert answerability(Evidence(), recipe, semantic=True) == pytest.approx(1)


@pytest.mark.parametrize(
    ("probability", "verdict"),
    [(0.0, Verdict.NO_ANSWER), (0.39, Verdict.NO_ANSWER), (0.4, Verdict.UNSURE), (0.8, Verdict.ANSWERED)],
)
def test_thresholds(probability: float, verdict: Verdict) -> None:
    recipe = VerdictRecipe(answered_from=0.8, no_answer_below=0.4)
    assert classify_answerability(probability, recipe, semantic=True) is verdict


def test_keywords_alone_have_thresholds_of_their_own() -> None:
    recipe = VerdictRecipe(answered_from=0.1, keyword_answered_from=0.9)
    assert classify_answerability(0.5, recipe, semantic=True) is Verdict.ANSWERED
    assert classify_answerability(0.5, recipe, semantic=False) is Verdict.UNSURE


def test_the_recipe_weighs_only_evidence_there_is() -> None:
    names = {"intercept", *Evidence.__dataclass_fields__}
    assert {name for name, _ in (*RECIPE.hybrid, *RECIPE.by_keyword)} <= names


@given(EVIDENCE, st.booleans())
def test_every_feature_is_weighed(evidence: Evidence, semantic: bool) -> None:
    weighed = {each.name: each for each in weigh(evidence, RECIPE, semantic=semantic)}
    weights = dict(RECIPE.hybrid if semantic else RECIPE.by_keyword)
    assert list(weighed) == ["intercept", *Evidence.__dataclass_fields__]
    assert weighed["intercept"].points == weights["intercept"]
    assert weighed["score"].points == evidence.score * weights.get("score", 0.0)


@pytest.mark.parametrize(("semantic", "bounds"), [(True, (0.8, 0.4)), (False, (0.9, 0.3))])
def test_the_thresholds_are_those_the_verdict_goes_by(semantic: bool, bounds: tuple[float, float]) -> None:
    recipe = VerdictRecipe(
        answered_from=0.8, no_answer_below=0.4, keyword_answered_from=0.9, keyword_no_answer_below=0.3
    )
    assert thresholds(recipe, semantic=semantic) == bounds
    assert classify_answerability(bounds[0], recipe, semantic=semantic) is Verdict.ANSWERED
    assert classify_answerability(bounds[1], recipe, semantic=semantic) is Verdict.UNSURE
