"""Gathering what the verdict is judged by from the scores of one search."""

from __future__ import annotations

from math import log1p

import numpy as np
from numpy.typing import NDArray

from search_index.keyword.matching import KeywordMatches
from search_index.ranking.reranking import Ranked
from search_index.ranking.verdict import Evidence
from search_index.recipe import FusionRecipe

Scores = NDArray[np.float32]

#: Passages whose cosines tell the spread; of more of them, every nth.
_SAMPLED = 4_096


def gather_evidence(
    best: Ranked | None,
    matches: KeywordMatches,
    cosines: Scores | None,
    visible: NDArray[np.bool_],
    recipe: FusionRecipe,
) -> Evidence:
    """Describe a search for the verdict; all zeros when nothing was found.

    Args:
        best: The best article; None when there is none.
        cosines: None when the semantic side took no part.
    """
    if best is None:
        return Evidence()
    information = informative(matches)
    total = float(information.sum()) or 1.0
    held = matches.by_word(np.array([best.candidate.row]))[:, 0] > 0
    return Evidence(
        score=best.candidate.score - recipe.identifier_bonus * best.parts.identifier,
        spread=_spread(cosines, visible) if cosines is not None else 0.0,
        keyword=min(float(matches.scores[visible].max(initial=0.0)) / matches.maximum, 1.0) * matches.meaningful,
        coverage=float(information[held].sum()) / total,
        identifier=best.parts.identifier,
        length=log1p(np.count_nonzero(information)),
    )


def informative(matches: KeywordMatches) -> Scores:
    """Give what each word of the query says, by idf, 0 for an empty one: float32 of shape (words,)."""
    return np.array([word.maximum * (not word.word.empty) for word in matches.words], dtype=np.float32)


def _spread(cosines: Scores, visible: NDArray[np.bool_]) -> float:
    rows = np.flatnonzero(visible)
    sampled = cosines[rows[:: max(1, len(rows) // _SAMPLED)]]
    return float(sampled.std()) if len(sampled) else 0.0
