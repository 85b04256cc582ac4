"""Clusters: each wording in one, whatever the order; what is alike together; ids and hand-made decisions last."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search_index.clustering import Cluster, ClusteringRecipe, cluster_queries
from search_index.pins import Pins
from search_index.semantic.hashing import HashingEncoder

SIZES = st.integers(min_value=0, max_value=40)
SEEDS = st.integers(min_value=0, max_value=10_000)
TOPICS = ("parcel arrived damaged", "change billing address", "cancel my subscription", "reset forgotten password")
DRESSES = ("{}", "how: {}", "{} please", "{}?!", "help, {}", "{} now", "the {}", "{} again", "hi {}", "{} asap")


def wordings(seed: int, count: int) -> list[str]:
    """Distinct wordings about a few things."""
    chance = random.Random(seed)
    every = [dress.format(topic) for topic in TOPICS for dress in DRESSES]
    return chance.sample(every, count)


def clusters_of(
    texts: Sequence[str],
    *,
    searches: Sequence[int] | None = None,
    previous: dict[str, str] | None = None,
    pins: Pins | None = None,
    recipe: ClusteringRecipe | None = None,
) -> tuple[Cluster, ...]:
    vectors = HashingEncoder().encode_passages(texts)
    counts = searches or [1] * len(texts)
    return cluster_queries(texts, vectors, counts, previous=previous, pins=pins, recipe=recipe)


def ids_of(clusters: Iterable[Cluster]) -> dict[str, str]:
    return {text: cluster.id for cluster in clusters for text in cluster.members}


@given(SEEDS, SIZES)
@settings(max_examples=25, deadline=None)
def test_every_wording_is_in_one_cluster(seed: int, count: int) -> None:
    texts = wordings(seed, count)
    clusters = clusters_of(texts)
    assert sorted(text for cluster in clusters for text in cluster.members) == sorted(texts)
    assert all(cluster.name in cluster.members for cluster in clusters)
    assert len({cluster.id for cluster in clusters}) == len(clusters)
    assert sum(cluster.searches for cluster in clusters) == count


@given(SEEDS, SIZES, st.randoms(use_true_random=False))
@settings(max_examples=25, deadline=None)
def test_the_order_does_not_matter(seed: int, count: int, chance: random.Random) -> None:
    texts = wordings(seed, count)
    shuffled = chance.sample(texts, count)
    assert clusters_of(shuffled) == clusters_of(texts)


def test_wordings_of_one_thing_are_together_and_of_two_apart() -> None:
    clusters = clusters_of([dress.format(topic) for topic in TOPICS for dress in DRESSES])
    assert {cluster.name for cluster in clusters} == set(TOPICS)
    for cluster in clusters:
        assert all(cluster.name in text for text in cluster.members)
        assert len(cluster.members) == len(DRESSES)


def test_a_log_about_one_thing_is_one_cluster() -> None:
    assert len(clusters_of([dress.format(TOPICS[0]) for dress in DRESSES])) == 1


def test_a_handful_is_clustered_too() -> None:
    clusters = clusters_of(["parcel is late", "parcel late", "vegan shoes"])
    assert [cluster.members for cluster in clusters] == [("parcel is late", "parcel late"), ("vegan shoes",)]
    assert clusters_of([]) == ()
    (alone,) = clusters_of(["parcel is late"])
    assert (alone.name, alone.members, alone.searches) == ("parcel is late", ("parcel is late",), 1)


def test_what_has_no_meaning_is_alone() -> None:
    clusters = clusters_of(["???", "!!!", "parcel late", "parcel is late"])
    assert [cluster.members for cluster in clusters][1:] == [("!!!",), ("???",)]


def test_wordings_with_equal_vectors_are_together_unless_pinned_apart() -> None:
    texts = [f"{topic}{'!' * marks}" for topic in TOPICS for marks in range(50)]
    assert [len(cluster.members) for cluster in clusters_of(texts)] == [50] * len(TOPICS)
    pins = Pins().split(texts[:1], texts[1:2])
    ids = ids_of(clusters_of(texts, pins=pins))
    assert ids[texts[0]] != ids[texts[1]]


def test_the_most_searched_come_first_and_name_their_cluster() -> None:
    texts = ["parcel late", "parcel is late", "vegan shoes", "vegan shoe"]
    clusters = clusters_of(texts, searches=[1, 9, 30, 1])
    assert [cluster.name for cluster in clusters] == ["vegan shoes", "parcel is late"]
    assert [cluster.searches for cluster in clusters] == [31, 10]
    assert clusters[1].members == ("parcel is late", "parcel late")


def test_ids_are_the_same_when_nothing_changed_or_all_starts_anew() -> None:
    texts = wordings(1, 30)
    first = clusters_of(texts)
    assert clusters_of(texts) == first
    assert clusters_of(texts, previous=ids_of(first)) == first


@given(SEEDS, st.integers(min_value=10, max_value=30))
@settings(max_examples=25, deadline=None)
def test_ids_stay_with_what_they_named(seed: int, count: int) -> None:
    texts = wordings(seed, 40)
    before = {text: f"old {id_}" for text, id_ in ids_of(clusters_of(texts[:count])).items()}
    after = ids_of(clusters_of(texts, previous=before))
    for id_ in set(before.values()) & set(after.values()):
        assert any(before[text] == after[text] == id_ for text in before)
    largest = max(sorted(set(before.values())), key=lambda id_: sum(each == id_ for each in before.values()))
    assert largest in after.values()


def test_an_id_goes_with_the_greater_part() -> None:
    texts = ["parcel late", "parcel is late", "parcel too late", "vegan shoes"]
    after = ids_of(clusters_of(texts, previous=dict.fromkeys(texts, "mixed")))
    assert after["parcel late"] == after["parcel too late"] == "mixed"
    assert after["vegan shoes"] not in ("", "mixed")


def test_a_cluster_of_the_day_before_is_taken_apart_only_when_clearly_loose() -> None:
    vectors = np.zeros((2, 4), dtype=np.float32)
    vectors[:, 0], vectors[0, 1], vectors[1, 2] = 0.7, 0.714, 0.714  # cosine 0.49
    recipe = ClusteringRecipe(centring=0, pull=0)
    anew = cluster_queries(["a", "b"], vectors, [1, 1], recipe=recipe)
    lasting = cluster_queries(["a", "b"], vectors, [1, 1], recipe=recipe, previous={"a": "x", "b": "x"})
    vectors[:, 0], vectors[0, 1], vectors[1, 2] = 0.6, 0.8, 0.8  # cosine 0.36
    loose = cluster_queries(["a", "b"], vectors, [1, 1], recipe=recipe, previous={"a": "x", "b": "x"})
    assert [len(clusters) for clusters in (anew, lasting, loose)] == [2, 1, 2]


def test_what_was_merged_by_hand_stays_together() -> None:
    texts = wordings(2, 40)
    first = clusters_of(texts[:30])
    pins = Pins().merged(first[0].members, first[1].members)
    later = ids_of(clusters_of(texts, previous=ids_of(first), pins=pins))
    assert len({later[text] for text in (*first[0].members, *first[1].members)}) == 1
    assert later[first[2].members[0]] != later[first[0].members[0]]


@given(SEEDS, SEEDS)
@settings(max_examples=25, deadline=None)
def test_what_was_split_by_hand_stays_apart(seed: int, other_seed: int) -> None:
    texts = wordings(seed, 40)
    first = clusters_of(texts[:30])
    members = list(first[0].members)
    random.Random(other_seed).shuffle(members)
    moved, rest = members[: len(members) // 2], members[len(members) // 2 :]
    pins = Pins().split(moved, rest)
    later = ids_of(clusters_of(texts, previous=ids_of(first), pins=pins))
    assert not {later[text] for text in moved} & {later[text] for text in rest}
    assert len({later[text] for text in moved}) <= 1


def test_pins_of_wordings_that_are_gone_do_no_harm() -> None:
    texts = ["parcel late", "parcel is late"]
    pins = Pins().merged(["gone", "parcel late"]).split(["lost"], ["parcel is late"])
    assert len(clusters_of(texts, pins=pins, previous={"gone": "x"})) == 1


@pytest.mark.parametrize(
    ("texts", "vectors", "searches", "words"),
    [
        (["a"], np.zeros((2, 3)), [1], "needs a vector"),
        (["a"], np.zeros(3), [1], "needs a vector"),
        (["a", "a"], np.zeros((2, 3)), [1, 1], "comes twice"),
        (["a"], np.zeros((1, 3)), [0], "at least once"),
        (["a"], np.full((1, 3), np.nan), [1], "not finite"),
    ],
)
def test_what_cannot_be_is_refused(
    texts: list[str], vectors: np.ndarray[tuple[int, ...], np.dtype[np.float64]], searches: list[int], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        cluster_queries(texts, vectors.astype(np.float32), searches)
