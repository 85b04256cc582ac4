"""Old visits are forgotten whole, young ones and requests are kept."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal.container import Container
from portal.domain.searches import FailedKind
from portal.domain.votes import Vote
from portal.storage import retention
from portal.storage.rows import ArticleViewRow, FailedSearchRow, JourneyRow, SearchHitRow, SearchRow, VoteRow
from tests.search_builders import add_search

VISIT_ROWS = (SearchRow, SearchHitRow, FailedSearchRow, ArticleViewRow, VoteRow, JourneyRow)


def visit(container: Container, name: str, days_ago: float) -> None:
    at = container.clock.now() - timedelta(days=days_ago)
    with container.database.work() as work:
        work.journeys.touch(name, at)
        add_search(work, "hub-offline", id=name, journey_id=name, at=at)
        work.failed_searches.add([name], FailedKind.NO_ANSWER, at)
        work.journeys.add_view(name, "hub-offline", at)
        vote = Vote(
            journey_id=name, article_id="hub-offline", helpful=False, reason=None, comment="", search_id=name, at=at
        )
        work.votes.put(vote)


def counts(container: Container) -> list[int]:
    with container.database.read() as work:
        return [work.session.scalar(select(func.count()).select_from(row)) or 0 for row in VISIT_ROWS]


def test_what_is_older_than_the_setting_goes_and_the_rest_stays(container: Container) -> None:
    visit(container, "old", days_ago=365.1)
    visit(container, "young", days_ago=364.9)
    assert counts(container) == [2] * 6
    assert container.retention.forget_visits() == 4
    assert counts(container) == [1] * 6
    assert container.retention.forget_visits() == 0


def test_a_backlog_goes_in_small_transactions(container: Container, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        visit(container, f"old {number}", days_ago=400)
    monkeypatch.setattr(retention.RetentionStore.forget_visits, "__defaults__", (2,))
    assert container.retention.forget_visits() == 20
    assert counts(container) == [0] * 6
