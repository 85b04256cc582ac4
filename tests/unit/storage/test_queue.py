"""The queue's store: what agents arrange is told to open pages."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from portal.domain.live import DESK, conversation_topic
from portal.domain.queue import QueueWish, RequestFilter
from portal.storage.database import Database
from portal.storage.queue import QueueStore
from tests.conversation_builders import NOW, new_conversation

Change = Callable[[QueueStore, int], None]


def assign(queue: QueueStore, number: int) -> None:
    queue.assign(number, 7, NOW)


def hurry(queue: QueueStore, number: int) -> None:
    queue.set_urgent(number, True, NOW)


def tag(queue: QueueStore, number: int) -> None:
    queue.set_tags(number, ("refund",), NOW)


@pytest.mark.parametrize("change", [assign, hurry, tag])
def test_open_pages_hear_of_every_change(database: Database, change: Change) -> None:
    with database.work() as work:
        added = work.conversations.add(new_conversation())
        before = work.live.newest()
    with database.work() as work:
        change(work.queue, added.id)
    with database.read() as work:
        assert {topic for _, topic in work.live.list_since(before)} == {DESK, conversation_topic(added.id)}


def test_the_names_of_those_who_took_requests_come_along(database: Database) -> None:
    with database.work() as work:
        added = work.conversations.add(new_conversation())
        work.queue.assign(added.id, 7, NOW)
    with database.read() as work:
        (row,) = work.queue.list_page(QueueWish(), 7, limit=9)
        assert (row.request.assignee_id, row.assignee) == (7, "")
        assert work.queue.count_filters(7)[RequestFilter.MINE] == 1
        assert work.queue.count_filters(8)[RequestFilter.MINE] == 0


def test_others_requests_are_no_earlier_ones(database: Database) -> None:
    with database.work() as work:
        one = work.conversations.add(new_conversation(2, email="ADA@ostrel.example"))
        work.conversations.add(new_conversation(3))
        work.conversations.add(new_conversation(4, email="bada@ostrel.example"))
    with database.read() as work:
        assert [each.reference for each in work.queue.list_earlier(one, limit=9)] == ["R-222223"]
