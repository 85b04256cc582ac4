"""What the nearest past questions say about the one that is asked: they vote for their articles.

A neighbour's vote falls with its distance and with its age. All votes of one voter for one article are one
ballot, in which the strongest counts fully and all others together for a part of it: whoever links an
article a hundred times is heard once and a half, and two people who agree outvote them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from search_index.recipe import HistoryRecipe
from search_index.semantic.ports import Matrix, Vector

_DAY_SECONDS = 86_400.0
#: Below every cosine: a question that does not count.
_LEFT_OUT = np.float32(-2)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleSupport:
    """What past questions say for one article.

    Attributes:
        votes: Sum of the votes, 0 or more; one vote is a fresh, identical question of one voter.
        support: The votes in [0, 1): one fresh vote says much, a hundred hardly more than ten.
        nearest: Cosine of the nearest past question, in [-1, 1].
    """

    votes: float
    support: float
    nearest: float


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryEvidence:
    """What past questions say for the articles they lead to; empty when none is near."""

    articles: Mapping[str, ArticleSupport] = field(default_factory=dict)

    @property
    def votes(self) -> float:
        """Votes for the strongest article; 0.0 when there is none."""
        return max((each.votes for each in self.articles.values()), default=0.0)

    @property
    def nearest(self) -> float:
        """Cosine of the nearest past question; 0.0 when there is none."""
        return max((each.nearest for each in self.articles.values()), default=0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class PastRows:
    """The past questions as columns, those of one article and voter one after another.

    Attributes:
        vectors: float32 of shape (rows, dimensions), L2-normalised.
        articles: int32 of shape (rows,): place of each row's article in `article_ids`.
        voters: int32 of shape (rows,): number of who voted.
        asked: float64 of shape (rows,): seconds since 1970, UTC.
        weights: float32 of shape (rows,), 0 or more.
        ids: uint64 of shape (rows,): `id_hash` of each row.
    """

    vectors: Matrix
    articles: NDArray[np.int32]
    article_ids: tuple[str, ...]
    voters: NDArray[np.int32]
    asked: NDArray[np.float64]
    weights: NDArray[np.float32]
    ids: NDArray[np.uint64]


class History:
    """The past questions of one index. Immutable, so safe for threads."""

    def __init__(self, rows: PastRows, recipe: HistoryRecipe) -> None:
        self._rows = rows
        self._recipe = recipe
        changes = (np.diff(rows.articles) != 0) | (np.diff(rows.voters) != 0)
        self._starts = np.concatenate(([0], np.flatnonzero(changes) + 1)) if len(self) else np.zeros(0, dtype=np.intp)
        self._ends = np.append(self._starts[1:], len(self))

    def __len__(self) -> int:
        """Count the past questions."""
        return len(self._rows.articles)

    def evidence(
        self, vector: Vector, asked_at: datetime | None = None, exclude_ids: Collection[str] = ()
    ) -> HistoryEvidence:
        """Let the nearest past questions vote.

        Args:
            vector: float32 of shape (dimensions,), L2-normalised; zeros find nothing.
            asked_at: Only earlier questions count, and their age is told from here; None counts all of them
                and tells their age from the newest.
            exclude_ids: Questions that do not count, by `PastQuestion.id`.
        """
        if not len(self) or not vector.any():
            return HistoryEvidence()
        cosines = np.clip(self._rows.vectors @ vector, np.float32(-1), np.float32(1))
        counted = self._counted(asked_at, exclude_ids)
        cosines = np.where(counted, cosines, _LEFT_OUT)
        now = asked_at.timestamp() if asked_at is not None else float(self._rows.asked.max())
        said: dict[str, tuple[float, float]] = {}
        for ballot, nearest in self._nearest_ballots(cosines):
            article_id = self._rows.article_ids[self._rows.articles[self._starts[ballot]]]
            votes, before = said.get(article_id, (0.0, -1.0))
            said[article_id] = (votes + self._count(ballot, cosines, now), max(before, nearest))
        return evidence_of(said, self._recipe.half_votes)

    def _counted(self, asked_at: datetime | None, exclude_ids: Collection[str]) -> NDArray[np.bool_]:
        counted = np.ones(len(self), dtype=np.bool_)
        if asked_at is not None:
            counted &= self._rows.asked < asked_at.timestamp()
        if exclude_ids:
            counted &= ~np.isin(self._rows.ids, np.array([id_hash(each) for each in exclude_ids], dtype=np.uint64))
        return counted

    def _nearest_ballots(self, cosines: NDArray[np.float32]) -> list[tuple[int, float]]:
        """Choose the ballots with the nearest questions: a flood of one voter takes no one else's place."""
        best = np.maximum.reduceat(cosines, self._starts)
        limit = min(self._recipe.neighbours, len(best))
        order = np.argpartition(-best, limit - 1)[:limit] if limit else np.zeros(0, dtype=np.intp)
        return [(int(each), float(best[each])) for each in sorted(order) if best[each] > 0]

    def _count(self, ballot: int, cosines: NDArray[np.float32], now: float) -> float:
        rows = slice(self._starts[ballot], self._ends[ballot])
        days = np.maximum(now - self._rows.asked[rows], 0.0) / _DAY_SECONDS
        near = np.exp((cosines[rows].astype(np.float64) - 1) / self._recipe.temperature)
        near[cosines[rows] <= 0] = 0
        votes = near * 0.5 ** (days / self._recipe.half_life_days) * self._rows.weights[rows]
        strongest = float(votes.max())
        others = float(votes.sum()) - strongest
        repeated = others / (others + strongest) if others > 0 else 0.0
        return strongest * (1 + self._recipe.repeat_share * repeated)


def evidence_of(said: Mapping[str, tuple[float, float]], half_votes: float) -> HistoryEvidence:
    """Turn votes into support, votes / (votes + half_votes): it is told apart from how many others have.

    So an unlike question is hardly moved by votes from afar, however few there are.

    Args:
        said: Votes and nearest cosine by article id.
        half_votes: Votes that bring a support of one half.
    """
    articles = {
        article_id: ArticleSupport(votes=votes, support=votes / (votes + half_votes), nearest=nearest)
        for article_id, (votes, nearest) in said.items()
        if votes > 0
    }
    return HistoryEvidence(articles=articles)


def id_hash(question_id: str) -> int:
    """Give the number a question's id is compared by."""
    return int.from_bytes(hashlib.blake2b(question_id.encode("utf-8", "replace"), digest_size=8).digest())
