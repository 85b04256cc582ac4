"""One score for each passage from both sides, and one row for each article.

Reciprocal ranks throw away how much better one passage is than the next; a weighted sum of the cosine and
of the keyword score over its theoretical maximum keeps it, and is better on every set it was measured on.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from search_index.recipe import FusionRecipe

Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An article with its best passage.

    Attributes:
        article: Number of the article in its generation.
        row: Its best visible passage.
        score: Fused score in [0, 1].
    """

    article: int
    row: int
    score: float


def fuse(cosines: Scores | None, keyword: Scores, recipe: FusionRecipe) -> Scores:
    """Give each passage its fused score in [0, 1].

    Args:
        cosines: float32 of shape (rows,) in [-1, 1]; None when the semantic side takes no part.
        keyword: float32 of shape (rows,): BM25F over the query's theoretical maximum, in [0, 1].
    """
    share = np.float32(recipe.semantic_share if cosines is not None else 0.0)
    meaning = np.maximum(cosines, 0) if cosines is not None else np.float32(0)
    fused = share * meaning + (1 - share) * keyword
    return np.minimum(fused, np.float32(1)).astype(np.float32, copy=False)


def best_articles(
    scores: Scores,
    visible: NDArray[np.bool_],
    row_articles: NDArray[np.int32],
    run_starts: NDArray[np.intp],
    limit: int,
) -> list[Candidate]:
    """Collapse passages to articles: the best passage stands for its article.

    Args:
        scores: float32 of shape (rows,).
        visible: bool of shape (rows,); other rows never count.
        row_articles: Number of each row's article.
        run_starts: Rows at which another article's passages begin.
        limit: Most articles.

    Returns:
        Articles with a score above zero, best first; equal scores in the order of their rows.
    """
    if not len(scores):
        return []
    masked = np.where(visible, scores, np.float32(-1))
    best = np.maximum.reduceat(masked, run_starts)
    order = _largest(best, limit)
    ends = np.append(run_starts[1:], len(masked))
    return [
        Candidate(
            article=int(row_articles[run_starts[run]]),
            row=int(run_starts[run] + masked[run_starts[run] : ends[run]].argmax()),
            score=float(best[run]),
        )
        for run in order
        if best[run] > 0
    ]


def _largest(values: Scores, limit: int) -> NDArray[np.intp]:
    if limit < len(values):
        threshold = np.partition(values, len(values) - limit)[len(values) - limit]
        kept = np.flatnonzero(values >= threshold)
    else:
        kept = np.arange(len(values))
    return kept[np.argsort(-values[kept], kind="stable")][:limit]
