"""Failures are noted once, only where they can count, and grouped by wording."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.domain.searches import FailedKind, Surface
from portal.storage.database import Database
from search_index import DegradedReason, QueryKind
from tests.search_builders import JOURNEY, NOW, add_search

DAY = timedelta(days=1)
LONG_AGO = NOW - 100 * DAY


def test_a_failure_is_noted_once_and_can_be_taken_back(database: Database) -> None:
    with database.work() as work:
        search = add_search(work)
        assert work.failed_searches.add([search.id], FailedKind.NO_CLICK, NOW) == 1
        assert work.failed_searches.add([search.id], FailedKind.NO_CLICK, NOW) == 0
        assert work.failed_searches.add([search.id], FailedKind.VOTED_DOWN, NOW) == 1
        assert work.failed_searches.kinds_of(search.id) == {FailedKind.NO_CLICK, FailedKind.VOTED_DOWN}
        work.failed_searches.remove(search.id, FailedKind.NO_CLICK)
        assert work.failed_searches.kinds_of(search.id) == {FailedKind.VOTED_DOWN}


@pytest.mark.parametrize(
    "uncountable",
    [
        {"degraded": DegradedReason.ENCODER_SLOW},
        {"kind": QueryKind.ASKS_FOR_HUMAN},
        {"surface": Surface.AGENTS},
    ],
)
@pytest.mark.parametrize("kind", list(FailedKind))
def test_what_cannot_count_is_passed_over(database: Database, uncountable: dict[str, object], kind: FailedKind) -> None:
    with database.work() as work:
        search = add_search(work, **uncountable)
        assert work.failed_searches.add([search.id], kind, NOW) == 0
        assert work.failed_searches.add_for_journey(JOURNEY, kind, NOW, LONG_AGO) == 0


def test_a_journey_fails_as_a_whole_since_a_time(database: Database) -> None:
    with database.work() as work:
        add_search(work, id="1", at=NOW - DAY)
        add_search(work, id="2")
        add_search(work, id="3", journey_id="k" * 32)
        assert work.failed_searches.add_for_journey(JOURNEY, FailedKind.HANDED_OFF, NOW, NOW - DAY / 2) == 1
        assert work.failed_searches.kinds_of("2") == {FailedKind.HANDED_OFF}


def test_groups_count_searches_askers_and_kinds(database: Database) -> None:
    with database.work() as work:
        add_search(work, id="1", query="hub offline", at=NOW - DAY)
        add_search(work, id="2", query="HUB offline!!", at=NOW)
        add_search(work, id="3", query="Hub offline", at=NOW - DAY / 2, journey_id="k" * 32)
        add_search(work, id="4", wording="pianos", query="pianos?", at=NOW)
        add_search(work, id="5", wording="fine", query="fine")
        add_search(work, id="6", wording="hub offline", query="Hub offline", locale="de")
        work.failed_searches.add(["1", "2", "3", "4", "6"], FailedKind.NO_CLICK, NOW)
        work.failed_searches.add(["1"], FailedKind.NO_ANSWER, NOW)
    with database.read() as work:
        groups = work.failed_searches.list_groups(LONG_AGO, limit=10)
        assert work.failed_searches.count_groups(LONG_AGO) == 3
    hub, *others = groups
    assert (hub.wording, hub.locale, hub.sample) == ("hub offline", "en", "HUB offline!!")
    assert (hub.count, hub.askers, hub.last_seen) == (3, 2, NOW)
    assert hub.kinds == (FailedKind.NO_ANSWER, FailedKind.NO_CLICK)
    assert {(each.wording, each.locale, each.count) for each in others} == {
        ("pianos", "en", 1),
        ("hub offline", "de", 1),
    }


def test_groups_can_be_narrowed_and_paged(database: Database) -> None:
    with database.work() as work:
        for number in range(5):
            add_search(work, id=str(number), wording=f"question {number}", at=NOW - number * 10 * DAY)
        work.failed_searches.add([str(number) for number in range(5)], FailedKind.NO_CLICK, NOW)
        work.failed_searches.add(["1"], FailedKind.REPHRASED, NOW)
    with database.read() as work:
        store = work.failed_searches
        assert [each.wording for each in store.list_groups(NOW - 15 * DAY, limit=9)] == ["question 0", "question 1"]
        (rephrased,) = store.list_groups(LONG_AGO, FailedKind.REPHRASED, limit=9)
        assert rephrased.kinds == (FailedKind.NO_CLICK, FailedKind.REPHRASED)
        assert store.count_groups(LONG_AGO, FailedKind.REPHRASED) == 1
        assert [each.wording for each in store.list_groups(LONG_AGO, limit=2, offset=2)] == ["question 2", "question 3"]
        assert store.list_groups(LONG_AGO, FailedKind.HANDED_OFF, limit=9) == ()
        assert store.list_groups(NOW + DAY, limit=9) == ()
