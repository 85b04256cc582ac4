"""Writers see what failed; searches that nobody clicked are noted once, in time."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest

from portal.container import Container
from portal.domain.clock import FrozenClock
from portal.domain.failed_searches import FailedFilter
from portal.domain.searches import FailedKind, Surface
from portal.services import failed_searches
from portal.services.failed_searches import FailedSearchService
from search_index import DegradedReason, QueryKind, Verdict
from tests.search_builders import NOW, add_search

DAY = timedelta(days=1)


@pytest.fixture
def service(container: Container) -> FailedSearchService:
    """Two groups on each page."""
    return FailedSearchService(
        container.database, container.clock, no_click_after=timedelta(minutes=30), groups_per_page=2
    )


def fail(container: Container, search_id: str, kind: FailedKind = FailedKind.NO_ANSWER, **changes: object) -> None:
    with container.database.work() as work:
        add_search(work, id=search_id, **changes)
        work.failed_searches.add([search_id], kind, NOW)


def test_groups_come_in_pages_within_the_period(container: Container, service: FailedSearchService) -> None:
    for number in range(5):
        fail(container, str(number), wording=f"question {number}", at=NOW - number * 2 * DAY)
    fail(container, "long ago", wording="long ago", at=NOW - 50 * DAY)
    first = service.list_page(FailedFilter(days=30))
    assert (first.number, first.last, first.total) == (1, 3, 5)
    assert [group.wording for group in first.groups] == ["question 0", "question 1"]
    assert [group.wording for group in service.list_page(FailedFilter(days=30), 3).groups] == ["question 4"]
    assert service.list_page(FailedFilter(days=30), 99).number == 3
    assert service.list_page(FailedFilter(days=30), -1).number == 1
    assert service.list_page(FailedFilter(days=365)).total == 6


def test_an_empty_list_has_one_page(service: FailedSearchService) -> None:
    page = service.list_page(FailedFilter())
    assert (page.groups, page.number, page.last, page.total) == ((), 1, 1, 0)


def test_groups_can_be_narrowed_to_a_kind(container: Container, service: FailedSearchService) -> None:
    fail(container, "1", FailedKind.NO_CLICK, wording="a")
    fail(container, "2", FailedKind.HANDED_OFF, wording="b")
    page = service.list_page(FailedFilter(kind=FailedKind.HANDED_OFF))
    assert [group.wording for group in page.groups] == ["b"]


@pytest.mark.parametrize("typed", ["=1+1", "+49", "-2", "@SUM(A1)", "\t=1+1", "  =cmd|' /C calc'!A0", "＝1"])
def test_cells_that_a_spreadsheet_would_calculate_are_made_harmless(
    container: Container, service: FailedSearchService, typed: str
) -> None:
    fail(container, "1", query=typed, wording=typed)
    _, row = service.csv_rows(FailedFilter())
    assert row[0] == f"'{typed}"
    assert row[1] == f"'{typed}"


def test_all_groups_are_downloaded_across_reads(
    container: Container, service: FailedSearchService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(failed_searches, "DOWNLOADED_AT_ONCE", 2)
    for number in range(5):
        fail(container, str(number), wording=f"question {number}", query='says "hm", then\nmore')
    rows = list(service.csv_rows(FailedFilter()))
    assert rows[0] == ("query", "wording", "locale", "count", "askers", "kinds", "last seen")
    assert sorted(row[1] for row in rows[1:]) == [f"question {number}" for number in range(5)]
    assert rows[1][2:] == ("en", "1", "1", "no_answer", NOW.isoformat())
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows(rows)
    assert [tuple(row) for row in csv.reader(io.StringIO(buffer.getvalue(), newline=""))] == rows


def kinds(container: Container, search_id: str) -> frozenset[FailedKind]:
    with container.database.read() as work:
        return work.failed_searches.kinds_of(search_id)


def test_unopened_answers_fail_after_their_time_and_once(
    container: Container, service: FailedSearchService, clock: FrozenClock
) -> None:
    with container.database.work() as work:
        add_search(work, "a", id="in vain")
        add_search(work, "a", id="opened")
        work.searches.mark_clicked("opened", "a", NOW)
        add_search(work, "a", id="no answer", verdict=Verdict.NO_ANSWER)
        add_search(work, "a", id="degraded", degraded=DegradedReason.ENCODER_SLOW)
        add_search(work, "a", id="agent", surface=Surface.AGENTS)
        add_search(work, "a", id="wish", kind=QueryKind.ASKS_FOR_HUMAN)
        add_search(work, id="nothing shown")
    assert service.settle_no_clicks() == 0
    clock.move(timedelta(minutes=31))
    assert service.settle_no_clicks(clock.now()) == 1
    assert service.settle_no_clicks() == 0
    assert kinds(container, "in vain") == {FailedKind.NO_CLICK}
    for search_id in ("opened", "no answer", "degraded", "agent", "wish", "nothing shown"):
        assert kinds(container, search_id) == frozenset()


def test_a_long_backlog_is_settled_in_parts(
    container: Container, service: FailedSearchService, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(failed_searches, "SETTLED_AT_ONCE", 3)
    with container.database.work() as work:
        for number in range(7):
            add_search(work, "a", id=str(number))
    clock.move(DAY)
    assert service.settle_no_clicks() == 7
