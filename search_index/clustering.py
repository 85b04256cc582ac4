"""Clusters of failed searches: which wordings ask for the same thing, without being told how many things there are.

Each wording is moved towards its nearest ones, and groups are joined while their members are alike enough on
average. How alike is enough was measured on several sets and holds for help centres large and small, because
half of what all wordings share is taken away first: in a mattress shop every query is about mattresses.

Clusters last from day to day. Those of the day before are taken apart only where they have become clearly
loose, keep their id by best overlap, and what writers merged or split by hand stays so.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from search_index.linkage import Labels, link, pull_to_neighbours, unit_rows
from search_index.pins import Pins
from search_index.semantic.ports import Matrix

_ID_BYTES = 6
#: Cosines that differ by less are equal, so that rounding decides no name.
_NAME_DECIMALS = 4
#: Coordinates that differ by less are equal: the same text in another batch of the encoder.
_EQUAL_DECIMALS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusteringRecipe:
    """What clusters depend on; the table behind the numbers is in docs/evaluation.md."""

    #: Mean cosine at which two groups become one. From 0.50 to 0.60 the outcome differs little on every set.
    least_likeness: float = 0.55
    #: A cluster of the day before is kept while its parts are no less alike than `least_likeness` minus this.
    patience: float = 0.1
    #: Nearest wordings that each one is moved towards. With fewer, large clusters fall apart.
    neighbours: int = 6
    #: Share of these neighbours in the moved vector, in [0, 1].
    pull: float = 0.5
    #: Share of the mean vector that is taken away, in [0, 1]. All of it would tear up a log about one thing.
    centring: float = 0.5
    #: The mean counts as if it came from so many more wordings without meaning: a handful has no mean to speak of.
    centring_ballast: int = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """Wordings that ask for the same thing; one alone if no other does.

    Attributes:
        id: The same from day to day while most of it stays.
        name: The most central wording: the one nearest to all searches of the cluster.
        members: Every wording, the most frequent first.
        searches: How often they were asked together.
    """

    id: str
    name: str
    members: tuple[str, ...]
    searches: int


def cluster_queries(
    texts: Sequence[str],
    vectors: Matrix,
    searches: Sequence[int],
    *,
    previous: Mapping[str, str] | None = None,
    pins: Pins | None = None,
    recipe: ClusteringRecipe | None = None,
) -> tuple[Cluster, ...]:
    """Sort wordings into clusters, the most searched first. The order of the input does not matter.

    20,000 wordings take under a minute and less than 1 GB.

    Args:
        texts: Distinct wordings; may be empty.
        vectors: float32 of shape (len(texts), d), L2-normalised, all of one encoder; a row of zeros, a
            wording without meaning, is a cluster of its own.
        searches: How often each was asked, at least 1.
        previous: Cluster id of each wording the last time; wordings that are gone do no harm.
        pins: What was decided by hand; wordings that are not among `texts` are passed over.
        recipe: None for the usual one.

    Raises:
        ValueError: Lengths differ, a wording comes twice or was never asked, or a vector is not finite.
    """
    _check(texts, vectors, searches)
    if not texts:
        return ()
    order = sorted(range(len(texts)), key=texts.__getitem__)
    wordings = _Wordings(
        texts=[texts[row] for row in order],
        vectors=unit_rows(np.asarray(vectors, dtype=np.float32)[order]),
        searches=np.asarray(searches, dtype=np.int64)[order],
    )
    labels = _label(wordings, previous or {}, pins or Pins(), recipe or ClusteringRecipe())
    return _clusters(wordings, labels, previous or {})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wordings:
    """The input in the order of its texts."""

    texts: list[str]
    vectors: Matrix
    searches: NDArray[np.int64]


def _check(texts: Sequence[str], vectors: Matrix, searches: Sequence[int]) -> None:
    if vectors.ndim != 2 or not len(texts) == len(vectors) == len(searches):  # noqa: PLR2004
        shape = f"{len(texts)} texts, vectors of shape {vectors.shape}, {len(searches)} counts"
        raise ValueError(f"Each wording needs a vector and a count: {shape}.")
    twice = [text for text, times in Counter(texts).items() if times > 1]
    if twice:
        raise ValueError(f"“{twice[0]}” comes twice; add up its searches.")
    if min(searches, default=1) < 1:
        raise ValueError("Every wording was asked at least once.")
    if not np.isfinite(vectors).all():
        raise ValueError("A vector holds a number that is not finite.")


def _label(wordings: _Wordings, previous: Mapping[str, str], pins: Pins, recipe: ClusteringRecipe) -> Labels:
    moved = _moved(wordings.vectors, recipe)
    row_of = {text: row for row, text in enumerate(wordings.texts)}
    labels = _equals(wordings, {text for group in (*pins.together, *pins.apart) for text in group})
    for group in pins.together:
        present = [row_of[text] for text in group if text in row_of]
        labels[present] = min(present, default=0)
    apart = [sorted(pair) for pair in pins.apart if pair <= row_of.keys()]
    forbidden = [(row_of[one], row_of[other]) for one, other in apart]
    for rows in _rows_of_previous(wordings, labels, previous):
        labels[rows] = _joined(moved, labels[rows], rows, recipe.least_likeness - recipe.patience, forbidden)
    everything = np.arange(len(moved))
    return _joined(moved, labels, everything, recipe.least_likeness, forbidden)


def _equals(wordings: _Wordings, pinned: Collection[str]) -> Labels:
    """Give wordings with equal vectors, such as those that differ in capitals only, the lowest row among them."""
    first: dict[bytes, int] = {}
    labels = np.arange(len(wordings.texts))
    for row, (text, vector) in enumerate(zip(wordings.texts, wordings.vectors, strict=True)):
        if text not in pinned and vector.any():
            labels[row] = first.setdefault((np.round(vector, _EQUAL_DECIMALS) + 0.0).tobytes(), row)
    return labels


def _moved(vectors: Matrix, recipe: ClusteringRecipe) -> Matrix:
    """Take the common share away and average out what is accidental; rows without meaning stay zeros."""
    meant: NDArray[np.bool_] = np.linalg.norm(vectors, axis=1) > 0
    mean = vectors.sum(axis=0) / (meant.sum() + recipe.centring_ballast)
    centred = unit_rows(np.where(meant[:, None], vectors - recipe.centring * mean, 0))
    moved = np.zeros_like(vectors)
    moved[meant] = pull_to_neighbours(centred[meant], recipe.neighbours, recipe.pull)
    return moved


def _rows_of_previous(wordings: _Wordings, labels: Labels, previous: Mapping[str, str]) -> list[NDArray[np.int64]]:
    """Give the rows of each cluster of the last time. A pinned group goes where most of its searches were."""
    votes: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for label, text, searches in zip(labels.tolist(), wordings.texts, wordings.searches.tolist(), strict=True):
        if text in previous:
            votes[label][previous[text]] += searches
    home = {label: min(counts, key=lambda id_: (-counts[id_], id_)) for label, counts in votes.items()}
    rows: defaultdict[str, list[int]] = defaultdict(list)
    for row, label in enumerate(labels.tolist()):
        if label in home:
            rows[home[label]].append(row)
    return [np.asarray(rows[id_], dtype=np.int64) for id_ in sorted(rows) if len(rows[id_]) > 1]


def _joined(
    moved: Matrix, labels: Labels, rows: NDArray[np.int64], least: float, forbidden: Collection[tuple[int, int]]
) -> Labels:
    """Join the groups of some rows; a group's label is the lowest row in it.

    Args:
        labels: Of these rows.
        forbidden: Pairs of rows; those that lie outside do not matter.
    """
    names, groups, counts = np.unique(labels, return_inverse=True, return_counts=True)
    sums = np.zeros((len(names), moved.shape[1]), dtype=np.float32)
    np.add.at(sums, groups, moved[rows])
    group_of = dict(zip(rows.tolist(), groups.tolist(), strict=True)) if forbidden else {}
    apart = [(group_of[a], group_of[b]) for a, b in forbidden if a in group_of and b in group_of]
    joined: Labels = names[link(sums, counts.astype(np.float32), least, apart)][groups]
    return joined


def _clusters(wordings: _Wordings, labels: Labels, previous: Mapping[str, str]) -> tuple[Cluster, ...]:
    by_label: defaultdict[int, list[int]] = defaultdict(list)
    for row, label in enumerate(labels.tolist()):
        by_label[label].append(row)
    groups = [np.asarray(rows, dtype=np.int64) for rows in by_label.values()]
    names = [wordings.texts[_central(wordings, rows)] for rows in groups]
    ids = _ids(wordings, groups, names, previous)
    clusters = [_cluster(wordings, rows, name, id_) for rows, name, id_ in zip(groups, names, ids, strict=True)]
    return tuple(sorted(clusters, key=lambda cluster: (-cluster.searches, cluster.name)))


def _cluster(wordings: _Wordings, rows: NDArray[np.int64], name: str, id_: str) -> Cluster:
    searches = wordings.searches[rows]
    order = np.argsort(-searches, kind="stable")
    members = tuple(wordings.texts[row] for row in rows[order].tolist())
    return Cluster(id=id_, name=name, members=members, searches=int(searches.sum()))


def _central(wordings: _Wordings, rows: NDArray[np.int64]) -> int:
    """Find the wording nearest to all searches; of equals the more frequent, then the shorter one."""
    searches = wordings.searches[rows]
    vectors = wordings.vectors[rows]
    nearness = np.round(vectors @ (searches @ vectors) / searches.sum(), _NAME_DECIMALS)
    texts = [wordings.texts[row] for row in rows.tolist()]
    best = min(range(len(rows)), key=lambda at: (-nearness[at], -searches[at], len(texts[at]), texts[at]))
    return int(rows[best])


def _ids(
    wordings: _Wordings, groups: Sequence[NDArray[np.int64]], names: Sequence[str], previous: Mapping[str, str]
) -> list[str]:
    """Hand the ids of the last time to the clusters that share most searches with them, and make new ones."""
    shared: Counter[tuple[int, str]] = Counter()
    for number, rows in enumerate(groups):
        for row in rows.tolist():
            if (id_ := previous.get(wordings.texts[row])) is not None:
                shared[number, id_] += int(wordings.searches[row])
    ids: dict[int, str] = {}
    taken = set(previous.values())
    given: set[str] = set()
    for number, id_ in sorted(shared, key=lambda pair: (-shared[pair], pair[1], names[pair[0]])):
        if number not in ids and id_ not in given:
            ids[number] = id_
            given.add(id_)
    for number, name in enumerate(names):
        if number not in ids:
            ids[number] = _new_id(name, taken)
            taken.add(ids[number])
    return [ids[number] for number in range(len(groups))]


def _new_id(name: str, taken: Collection[str]) -> str:
    """Make an id of a name; the same log clustered twice from nothing gets the same ids."""
    attempt = 0
    while True:
        text = f"{attempt}:{name}".encode("utf-8", "replace")
        id_ = hashlib.blake2s(text, digest_size=_ID_BYTES).hexdigest()
        if id_ not in taken:
            return id_
        attempt += 1
