"""The last look at a new generation before readers get it: it reads, asks, and never repairs."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from search_index.catalogue import Catalogue
from search_index.errors import GateRefused
from search_index.reader import GenerationReader
from search_index.semantic.ports import Matrix

#: Most articles that are asked for by their own title.
_CANARIES = 8
#: How far a vector's length may be from 1 after rounding to half precision.
_NORM_TOLERANCE = 0.01


def check_generation(
    reader: GenerationReader, catalogue: Catalogue, written: Collection[str], removed: Collection[str]
) -> None:
    """Check a sealed generation.

    Args:
        reader: Of what is new in it; the rest was checked with the generation that it came from.
        catalogue: All its articles.
        written: Ids of articles that were just indexed; of these some are asked for.
        removed: Ids of articles that were just taken out.

    Raises:
        GateRefused: Something is missing, out of step or not found; the message says what.
    """
    _check_counts(reader, catalogue)
    _check_changes(reader, catalogue, written, removed)
    _check_vectors(reader)
    for article_id in dict.fromkeys([*written, *reader.numbers][:_CANARIES]):
        _ask(reader, article_id)


def _check_counts(reader: GenerationReader, catalogue: Catalogue) -> None:
    live = int(np.count_nonzero(catalogue.row_numbers() >= 0))
    if live != reader.manifest.passages:
        raise _refused(reader, f"it holds {live} passages, its manifest says {reader.manifest.passages}")
    if not len(catalogue) == len(catalogue.numbers) == reader.manifest.articles:
        raise _refused(reader, f"it holds {len(catalogue.numbers)} articles, not {reader.manifest.articles}")


def _check_changes(
    reader: GenerationReader, catalogue: Catalogue, written: Collection[str], removed: Collection[str]
) -> None:
    for article_id in written:
        if article_id not in reader.numbers:
            raise _refused(reader, f"article {article_id!r} is not in it")
    for article_id in removed:
        if article_id in catalogue.numbers:
            raise _refused(reader, f"article {article_id!r} is still in it")


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
