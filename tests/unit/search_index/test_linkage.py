"""Average linkage by sums gives what average linkage by pairs gives."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search_index.linkage import link, pull_to_neighbours, unit_rows
from search_index.semantic.ports import Matrix

SEEDS = st.integers(min_value=0, max_value=10_000)


def some_rows(seed: int, count: int = 16, dimensions: int = 5) -> Matrix:
    return unit_rows(np.random.default_rng(seed).normal(size=(count, dimensions)).astype(np.float32))


def one_pair_at_a_time(rows: Matrix, least: float) -> set[frozenset[int]]:
    """The definition: join the two groups whose members are most alike on average."""
    cosines = rows.astype(np.float64) @ rows.T.astype(np.float64)
    groups = [frozenset([row]) for row in range(len(rows))]
    while len(groups) > 1:
        pairs = list(combinations(groups, 2))
        likeness = [cosines[np.ix_(sorted(a), sorted(b))].mean() for a, b in pairs]
        best = int(np.argmax(likeness))
        if likeness[best] < least:
            break
        groups = [group for group in groups if group not in pairs[best]] + [frozenset.union(*pairs[best])]
    return set(groups)


def groups_of(labels: list[int]) -> set[frozenset[int]]:
    return {frozenset(row for row, each in enumerate(labels) if each == label) for label in labels}


@given(SEEDS, st.sampled_from([0.2, 0.5, 0.8]))
@settings(max_examples=20, deadline=None)
def test_joins_what_the_definition_joins(seed: int, least: float) -> None:
    rows = some_rows(seed)
    labels = link(rows, np.ones(len(rows), dtype=np.float32), least)
    assert groups_of(labels.tolist()) == one_pair_at_a_time(rows, least)


@given(SEEDS)
@settings(deadline=None)
def test_a_label_is_the_lowest_number_of_its_group(seed: int) -> None:
    rows = some_rows(seed)
    labels = link(rows, np.ones(len(rows), dtype=np.float32), 0.4).tolist()
    assert all(label == min(row for row, each in enumerate(labels) if each == label) for label in labels)


@given(SEEDS, st.lists(st.tuples(st.integers(0, 15), st.integers(0, 15)).filter(lambda pair: pair[0] != pair[1])))
def test_what_is_apart_stays_apart(seed: int, apart: list[tuple[int, int]]) -> None:
    rows = some_rows(seed, dimensions=2)
    labels = link(rows, np.ones(len(rows), dtype=np.float32), 0.0, apart)
    assert all(labels[one] != labels[other] for one, other in apart)


def test_equal_rows_become_one_group_and_rows_of_zeros_do_not() -> None:
    rows = np.zeros((7, 3), dtype=np.float32)
    rows[:5, 1] = 1
    assert link(rows, np.ones(7, dtype=np.float32), 0.9).tolist() == [0, 0, 0, 0, 0, 5, 6]


def test_a_group_weighs_as_much_as_it_has_members() -> None:
    """Alone, the third is near enough to the second; not to the nine that the second was joined with."""
    east, north_east, north = [1.0, 0.0], [0.8, 0.6], [0.0, 1.0]
    sums = np.asarray([[9 * x for x in east], north_east, north], dtype=np.float32)
    assert link(sums, np.asarray([9, 1, 1], dtype=np.float32), 0.5).tolist() == [0, 0, 2]
    assert link(sums[1:], np.ones(2, dtype=np.float32), 0.5).tolist() == [0, 0]


def test_many_rows_are_compared_block_by_block() -> None:
    noise = np.random.default_rng(0).normal(0, 0.02, size=(1_500, 3))
    rows = unit_rows((np.repeat(np.eye(3), 500, axis=0) + noise).astype(np.float32))
    assert set(link(rows, np.ones(1_500, dtype=np.float32), 0.5).tolist()) == {0, 500, 1_000}


def test_nothing_is_joined_out_of_nothing() -> None:
    assert link(np.zeros((0, 3), dtype=np.float32), np.zeros(0, dtype=np.float32), 0.5).tolist() == []
    assert pull_to_neighbours(np.zeros((0, 3), dtype=np.float32), 5, 0.5).shape == (0, 3)


def test_rows_are_pulled_to_their_nearest_only() -> None:
    rows = unit_rows(np.asarray([[1, 0.1, 0], [1, -0.1, 0], [0, 0, 1]], dtype=np.float32))
    pulled = pull_to_neighbours(rows, 1, 0.5)
    assert pulled[0] @ pulled[1] > rows[0] @ rows[1]
    assert np.linalg.norm(pulled, axis=1) == pytest.approx([1, 1, 1], abs=1e-5)
    assert pulled[2] == pytest.approx([0, 0, 1])
