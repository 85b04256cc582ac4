"""The third look, where a cross-encoder is set up: what it said of the best articles is mixed into their scores.

It reads no more than a handful of articles. Those it did not read get nothing of its share, so they keep their order
and stay below: before, none of them had a better score than one that was read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace

from search_index.ranking.reranking import Parts, Ranked


def blend(ranked: Sequence[Ranked], said: Sequence[float], share: float) -> list[Ranked]:
    """Mix what the cross-encoder said into the scores; the result is best first, equal scores in the order given.

    Args:
        ranked: Best first.
        said: Of the first of them, each in [0, 1]; may be of fewer articles, never of more.
        share: Of the cross-encoder in the score, in [0, 1].

    Returns:
        Scores in [0, 1]: (1 - share) * score + share * said. More of either never gives less.
    """
    spoken = [*said, *[0.0] * (len(ranked) - len(said))]
    blended = [_with(each, value, share) for each, value in zip(ranked, spoken, strict=True)]
    return sorted(blended, key=lambda each: -each.candidate.score)


def blended_weights(weights: Parts, share: float) -> Parts:
    """Say what each part counts once a cross-encoder has its share."""
    kept = {each.name: (1 - share) * getattr(weights, each.name) for each in fields(weights)}
    return Parts(**{**kept, "reranker": share})


def _with(ranked: Ranked, said: float, share: float) -> Ranked:
    score = (1 - share) * ranked.candidate.score + share * said
    candidate = replace(ranked.candidate, score=min(max(score, 0.0), 1.0))
    return Ranked(candidate=candidate, parts=replace(ranked.parts, reranker=said))
