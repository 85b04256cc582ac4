"""What gaps cost, which gap a cluster belongs to, and what people may decide."""

from __future__ import annotations

import pytest

from portal.domain.errors import InvalidInput
from portal.domain.gaps import (
    GapFigures,
    GapState,
    KnownGap,
    choices_of,
    choose_state,
    clean_name,
    minutes_lost,
    plan_gaps,
)
from search_index import Cluster


def cluster(cluster_id: str, *members: str) -> Cluster:
    return Cluster(id=cluster_id, name=members[0], members=members, searches=len(members))


def known(gap_id: int, cluster_id: str, *wordings: str, touched: bool = False) -> KnownGap:
    return KnownGap(id=gap_id, cluster_id=cluster_id, touched=touched, wordings=frozenset(wordings))


def homes(clusters: list[Cluster], gaps: list[KnownGap]) -> list[tuple[str, int | None]]:
    return [(home.cluster.id, home.gap_id) for home in plan_gaps(clusters, gaps).homes]


def test_minutes_are_those_of_people_and_of_agents() -> None:
    assert minutes_lost(GapFigures(askers=14, handoffs=6), 10) == 88
    assert minutes_lost(GapFigures(), 10) == 0


def test_a_cluster_keeps_its_gap_and_a_new_one_gets_none() -> None:
    assert homes([cluster("a", "x"), cluster("b", "y")], [known(1, "a", "x")]) == [("a", 1), ("b", None)]


def test_a_gap_that_nobody_works_on_goes_with_its_wordings() -> None:
    plan = plan_gaps([cluster("a", "x", "y")], [known(1, "a", "x"), known(2, "b", "y")])
    assert (plan.gone, plan.emptied) == ((2,), ())


def test_a_gap_that_somebody_works_on_takes_the_cluster_over() -> None:
    plan = plan_gaps([cluster("a", "x", "y")], [known(1, "a", "x"), known(2, "b", "y", touched=True)])
    assert [home.gap_id for home in plan.homes] == [2]
    assert (plan.gone, plan.emptied) == ((1,), ())


def test_of_two_that_are_worked_on_both_stay() -> None:
    plan = plan_gaps([cluster("a", "x", "y")], [known(1, "a", "x", touched=True), known(2, "b", "y", touched=True)])
    assert [home.gap_id for home in plan.homes] == [1]
    assert (plan.gone, plan.emptied) == ((), (2,))


def test_gaps_without_a_cluster_are_no_ones_home() -> None:
    assert homes([cluster("a", "x")], [known(1, "", touched=True)]) == [("a", None)]


@pytest.mark.parametrize("state", list(GapState))
def test_nobody_makes_a_gap_published_or_verified(state: GapState) -> None:
    assert not {GapState.PUBLISHED, GapState.VERIFIED} & set(choices_of(state))
    for wanted in ("verified", "published", "", "forged"):
        with pytest.raises(InvalidInput):
            choose_state(state, wanted)


def test_every_state_has_a_way_on() -> None:
    assert all(choices_of(state) for state in GapState)


def test_dismissing_needs_a_reason_of_some_length() -> None:
    with pytest.raises(InvalidInput, match="say why"):
        choose_state(GapState.NEW, "dismissed", reason="  ")
    with pytest.raises(InvalidInput, match="500"):
        choose_state(GapState.NEW, "dismissed", reason="x" * 501)
    assert choose_state(GapState.NEW, "dismissed", reason="Not sold here.") is GapState.DISMISSED


def test_names_are_one_line() -> None:
    assert clean_name(" a\n b\x00c ") == "a b c"
    with pytest.raises(InvalidInput):
        clean_name("\n")
