"""The last look at a new generation before readers get it: it reads, asks, and never repairs."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from search_index.errors import GateRefused
from search_index.reader import GenerationReader
from search_index.semantic.ports import Matrix

#: Most articles that are asked for by their own title.
_CANARIES = 8
#: How far a vector's length may be from 1 after rounding to half precision.
_NORM_TOLERANCE = 0.01


def check_generation(reader: GenerationReader, article_ids: Iterable[str]) -> None:
    """Check a sealed generation.

    Args:
        article_ids: Articles to ask for first, such as those that just changed; unknown ones are ignored.

    Raises:
        GateRefused: Something is missing, out of step or not found; the message says what.
    """
    _check_counts(reader)
    _check_vectors(reader)
    wanted = [article_id for article_id in article_ids if article_id in reader.numbers]
    canaries = dict.fromkeys([*wanted[:_CANARIES], *(entry.id for entry in reader.articles[:_CANARIES])])
    for article_id in list(canaries)[:_CANARIES]:
        _ask(reader, article_id)


def _check_counts(reader: GenerationReader) -> None:
    live = int(np.count_nonzero(reader.row_articles >= 0))
    if live != reader.manifest.passages or len(reader.articles) != reader.manifest.articles:
        raise _refused(reader, f"it holds {live} passages, its manifest says {reader.manifest.passages}")
    without = set(range(len(reader.articles))) - set(np.unique(reader.row_articles).tolist())
    if without:
        raise _refused(reader, f"article {reader.articles[min(without)].id!r} has no passage")


def _check_vectors(reader: GenerationReader) -> None:
    if reader.vectors_problem:
        raise _refused(reader, reader.vectors_problem)
    if reader.vectors is None:
        return
    odd = sum(_count_odd(block) for part in reader.vectors.parts for _, block in part.blocks())
    if odd:
        raise _refused(reader, f"{odd} vectors are not of length 1")


def _count_odd(vectors: Matrix) -> int:
    norms = np.linalg.norm(vectors, axis=1)
    return int(np.count_nonzero(~((norms == 0) | (np.abs(norms - 1) < _NORM_TOLERANCE))))


def _ask(reader: GenerationReader, article_id: str) -> None:
    rows = reader.rows_of(article_id)
    title = reader.articles[reader.numbers[article_id]].title
    if next(iter(reader.analyzer.terms(title)), None) is None:
        return
    visible = reader.row_articles >= 0
    matches = reader.matcher.match(title, reader.analyzer, visible)
    if not (matches.scores[rows] > 0).any():
        raise _refused(reader, f"article {article_id!r} is not found by its own title {title!r}")


def _refused(reader: GenerationReader, what: str) -> GateRefused:
    return GateRefused(f"Generation {reader.name} was not promoted: {what}. The live index stays as it was.")
