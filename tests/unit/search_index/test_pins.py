"""Pins: a later decision beats an earlier one, and what cannot be is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_index.pins import Pins

TEXTS = st.sets(st.sampled_from("abcdefgh"), min_size=1, max_size=4)


def test_merging_forgets_what_kept_them_apart() -> None:
    pins = Pins().split("a", "bc").merged("a", "b")
    assert pins.together == (frozenset("ab"),)
    assert pins.apart == frozenset({frozenset("ac")})


def test_splitting_cuts_the_groups_it_goes_through() -> None:
    pins = Pins().merged("ab", "cd").split("bc", "ad")
    assert set(pins.together) == {frozenset("ad"), frozenset("bc")}
    assert frozenset("ab") in pins.apart
    assert frozenset("bc") not in pins.apart


def test_groups_that_share_a_wording_are_one() -> None:
    assert Pins().merged("a", "b").merged("b", "c").together == (frozenset("abc"),)


@pytest.mark.parametrize(
    ("together", "apart"),
    [
        ((frozenset("ab"), frozenset("bc")), frozenset()),
        ((frozenset("ab"),), frozenset({frozenset("ab")})),
        ((), frozenset({frozenset("a")})),
        ((), frozenset({frozenset("abc")})),
    ],
)
def test_what_cannot_be_is_refused(together: tuple[frozenset[str], ...], apart: frozenset[frozenset[str]]) -> None:
    with pytest.raises(ValueError, match="group"):
        Pins(together=together, apart=apart)


@given(st.lists(st.tuples(st.booleans(), TEXTS, TEXTS), max_size=8))
def test_any_row_of_decisions_holds_together_and_the_last_one_holds(
    steps: list[tuple[bool, set[str], set[str]]],
) -> None:
    pins = Pins()
    for merges, one, other in steps:
        pins = pins.merged(one, other) if merges else pins.split(one, other)
        if merges:
            assert len(one | other) == 1 or any(one | other <= group for group in pins.together)
        else:
            assert all(not (group & one and group & (other - one)) for group in pins.together)
            assert all(frozenset((a, b)) in pins.apart for a in one for b in other - one)
