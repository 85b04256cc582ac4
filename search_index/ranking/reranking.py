"""The second look: the best articles are scored again, each by all that it says of the question.

A first look finds the articles with one good passage. What tells the right one among them is how much of the
article is about the question, whether one sentence of it says just that, and whether the words of the question
meet their like in context. Measured on all development sets, each of the three makes the order better
(docs/evaluation.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from search_index.ranking.fusion import Candidate
from search_index.recipe import FusionRecipe, Recipe
from search_index.semantic.passage_details import PassageDetails
from search_index.semantic.ports import Matrix, Vector

Scores = NDArray[np.float32]
Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseQuestion:
    """A question as the second look needs it.

    Attributes:
        vector: float32 of shape (dimensions,).
        pieces: float32 of shape (n, piece dimensions), L2-normalised.
        weights: float32 of shape (n,), 0 or more: what each piece says, by the idf of its word.
        words: How many informative words it has.
    """

    vector: Vector
    pieces: Matrix
    weights: Vector
    words: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What the score of an article is made of; each in [0, 1].

    Attributes:
        passages: Mean fused score of its best passages.
        sentences: Mean cosine of the nearest sentences of its best passages.
        pieces: Mean late interaction of its best passages.
        history: What past questions say for it.
        identifier: 1.0 when it holds an identifier of the question that few passages hold.
        title: 1.0 when its title is the question, word by word.
        reranker: What a cross-encoder says of its best passage; 0.0 for one that it did not read.
    """

    passages: float
    sentences: float = 0.0
    pieces: float = 0.0
    history: float = 0.0
    identifier: float = 0.0
    title: float = 0.0
    reranker: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """An article in its place, with what put it there."""

    candidate: Candidate
    parts: Parts


def sentence_share(words: int, recipe: FusionRecipe) -> float:
    """Say how much sentences count: a short question is answered by one of them, a long one by a whole passage."""
    least, most = recipe.sentence_share_bounds
    return min(max(recipe.sentence_share - recipe.sentence_share_per_word * words, least), most)


def look_closely(
    runs: Sequence[Numbers],
    fused: Scores,
    details: PassageDetails,
    question: CloseQuestion,
    recipe: FusionRecipe,
) -> list[tuple[Parts, int]]:
    """Score articles by all their passages.

    Args:
        runs: The rows of each article, its lead first; at least one article.
        fused: float32 of shape (rows,): what the first look gave each row, without what identifiers add.

    Returns:
        Of each article its parts and its best row.
    """
    rows = np.concatenate(runs)
    owners = np.repeat(np.arange(len(runs)), [len(run) for run in runs])
    body = _body(runs)
    first = fused[rows]
    sentences = details.nearest_sentences(rows, question.vector)
    chosen = body & (_places_within(owners, np.where(body, first, np.float32(-1))) < recipe.passages)
    pieces = np.zeros(len(rows), dtype=np.float32)
    pieces[chosen] = details.late_interaction(rows[chosen], question.pieces, question.weights)
    share = np.float32(sentence_share(question.words, recipe))
    whole = (1 - share) * ((1 - recipe.piece_share) * first + recipe.piece_share * pieces) + share * sentences
    firsts = np.cumsum([0, *(len(run) for run in runs)])
    best = [int(rows[start + whole[start:end].argmax()]) for start, end in pairwise(firsts.tolist())]
    passage_means = mean_of_best(first, owners, body, recipe.passages, recipe.fade)
    sentence_means = mean_of_best(sentences, owners, body, recipe.sentences, recipe.fade)
    piece_means = mean_of_best(pieces, owners, chosen, recipe.passages, recipe.fade)
    return [
        (Parts(passages=float(passage), sentences=float(sentence), pieces=float(piece)), row)
        for passage, sentence, piece, row in zip(passage_means, sentence_means, piece_means, best, strict=True)
    ]


def combine(parts: Parts, recipe: Recipe, words: int | None) -> float:
    """Make one score in [0, 1] of the parts of an article.

    Args:
        words: Informative words of the question; None where there was no second look.
    """
    weights = part_weights(recipe, words)
    score = (
        weights.passages * parts.passages
        + weights.sentences * parts.sentences
        + weights.pieces * parts.pieces
        + weights.history * parts.history
        + weights.identifier * parts.identifier
        + weights.title * parts.title
    )
    return min(max(score, 0.0), 1.0)


def part_weights(recipe: Recipe, words: int | None) -> Parts:
    """Say what each part counts: a score is the sum of parts times weights, kept within [0, 1].

    Args:
        words: Informative words of the question; None where there was no second look.
    """
    fusion = recipe.fusion
    share = sentence_share(words, fusion) if words is not None else 0.0
    pieces = fusion.piece_share if words is not None else 0.0
    return Parts(
        passages=(1 - share) * (1 - pieces),
        sentences=share,
        pieces=(1 - share) * pieces,
        history=recipe.history.share,
        identifier=fusion.identifier_bonus,
        title=fusion.title_bonus,
    )


def mean_of_best(
    values: Scores, owners: NDArray[np.intp], counted: NDArray[np.bool_], limit: int, fade: float
) -> Scores:
    """Average the largest values of each owner: float32 of shape (owners,); 0 for an owner without any.

    Args:
        owners: Whose each value is, counted from 0, in ascending order and without gaps.
        counted: Which values count.
        limit: Most values of one owner.
        fade: Weight of each value beside the next larger one, in (0, 1]; 1 for the plain mean.
    """
    size = int(owners[-1]) + 1 if len(owners) else 0
    places = _places_within(owners, np.where(counted, values, np.float32(-np.inf)))
    taken = counted & (places < limit)
    weights = fade ** places[taken]
    sums = np.bincount(owners[taken], weights=values[taken] * weights, minlength=size)
    total = np.bincount(owners[taken], weights=weights, minlength=size)
    means: Scores = np.divide(sums, total, out=np.zeros(size), where=total > 0).astype(np.float32)
    return means


def _places_within(owners: NDArray[np.intp], values: Scores) -> NDArray[np.intp]:
    """Give the place of each value among those of its owner, the largest first, from 0."""
    order = np.lexsort((-values, owners))
    places = np.empty(len(values), dtype=np.intp)
    places[order] = np.arange(len(values)) - np.searchsorted(owners, owners)[order]
    return places


def _body(runs: Sequence[Numbers]) -> NDArray[np.bool_]:
    """Leave out the lead of each article, title and summary alone, where it has anything else."""
    body = np.ones(sum(len(run) for run in runs), dtype=np.bool_)
    firsts = np.cumsum([0, *(len(run) for run in runs)])[:-1]
    body[firsts] = [len(run) == 1 for run in runs]
    return body
