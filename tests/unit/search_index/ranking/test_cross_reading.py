"""What a cross-encoder says is mixed into the scores without turning anything else upside down."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_index.ranking.cross_reading import blend, blended_weights
from search_index.ranking.fusion import Candidate
from search_index.ranking.reranking import Parts, Ranked

UNIT = st.floats(min_value=0, max_value=1)


def ranked(*scores: float) -> list[Ranked]:
    return [
        Ranked(candidate=Candidate(article=number, row=number, score=score), parts=Parts(passages=score))
        for number, score in enumerate(scores)
    ]


def order(found: list[Ranked]) -> list[int]:
    return [each.candidate.article for each in found]


def test_what_was_read_is_ordered_anew_and_the_rest_stays_below() -> None:
    found = blend(ranked(0.9, 0.8, 0.7, 0.6), [0.1, 0.9, 0.0], 0.5)
    assert order(found) == [1, 0, 2, 3]
    assert [each.candidate.score for each in found] == pytest.approx([0.85, 0.5, 0.35, 0.3])
    assert [each.parts.reranker for each in found] == [0.9, 0.1, 0.0, 0.0]


def test_nobody_ranked_and_nothing_said() -> None:
    assert blend([], [], 0.5) == []
    assert order(blend(ranked(0.9, 0.8), [], 0.0)) == [0, 1]


@given(st.lists(UNIT, min_size=1, max_size=8), st.lists(UNIT, max_size=8), UNIT)
def test_scores_stay_in_range_and_the_unread_stay_in_order_below(
    scores: list[float], said: list[float], share: float
) -> None:
    before = ranked(*sorted(scores, reverse=True))
    said = said[: len(before)]
    found = blend(before, said, share)
    assert sorted(order(found)) == list(range(len(before)))
    assert all(0 <= each.candidate.score <= 1 for each in found)
    values = [each.candidate.score for each in found]
    assert values == sorted(values, reverse=True)
    assert order(found)[len(said) :] == list(range(len(said), len(before)))


@given(UNIT, UNIT, UNIT, UNIT)
def test_more_never_gives_less(score: float, said: float, more: float, share: float) -> None:
    low, high = sorted((said, more))
    assert (
        blend(ranked(score), [low], share)[0].candidate.score <= blend(ranked(score), [high], share)[0].candidate.score
    )


def test_weights_make_the_score() -> None:
    parts, weights = Parts(passages=0.8, sentences=0.4), Parts(passages=0.75, sentences=0.25)
    kept = blended_weights(weights, 0.4)
    assert (kept.passages, kept.sentences, kept.reranker) == pytest.approx((0.45, 0.15, 0.4))
    before = [Ranked(candidate=Candidate(article=0, row=0, score=0.7), parts=parts)]
    assert blend(before, [0.5], 0.4)[0].candidate.score == pytest.approx(0.45 * 0.8 + 0.15 * 0.4 + 0.4 * 0.5)
