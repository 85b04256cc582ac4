"""Gathering what the verdict is judged by from the scores of one search."""

from __future__ import annotations

from collections.abc import Sequence
from math import log1p

import numpy as np
from numpy.typing import NDArray

from search_index.keyword.matching import KeywordMatches
from search_index.ranking.fusion import Candidate
from search_index.ranking.verdict import Evidence

Scores = NDArray[np.float32]

#: The article whose score the best one is compared with, counted from 0; the last one where there are fewer.
_RIVAL = 4


def gather_evidence(
    candidates: Sequence[Candidate],
    matches: KeywordMatches,
    cosines: Scores | None,
    visible: NDArray[np.bool_],
    row_articles: NDArray[np.int32],
) -> Evidence:
    """Describe a search for the verdict; all zeros when nothing was found.

    Args:
        candidates: Articles, best first; at least `_RIVAL` + 1 of them where there are so many.
        cosines: None when the semantic side took no part.
    """
    if not candidates:
        return Evidence()
    best = candidates[0]
    rival = candidates[min(_RIVAL, len(candidates) - 1)].score
    information = np.array([word.maximum * (not word.word.empty) for word in matches.words], dtype=np.float32)
    total = float(information.sum()) or 1.0
    rows = np.flatnonzero((row_articles == best.article) & visible)
    known = np.array([word.places > 0 for word in matches.words], dtype=np.bool_)
    return Evidence(
        fused=best.score,
        cosine=float(cosines[visible].max(initial=0.0)) if cosines is not None else 0.0,
        keyword=min(float(matches.scores[visible].max(initial=0.0)) / matches.maximum, 1.0) * matches.meaningful,
        margin=best.score - rival,
        coverage=float(information[matches.by_word[:, best.row] > 0].sum()) / total,
        article_coverage=float(information[(matches.by_word[:, rows] > 0).any(axis=1)].sum()) / total,
        unknown=float(information[~known].sum()) / total,
        identifier=float(matches.holds_identifier()[best.row]),
        length=log1p(np.count_nonzero(information)),
    )
