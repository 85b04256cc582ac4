"""The agents' queue: filters with counts, the most pressing first, and finding somebody."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import event

from portal.container import Container
from portal.domain.clock import FrozenClock
from portal.domain.conversations import Channel, Conversation
from portal.domain.queue import QueuePage, QueueWish, RequestFilter, RequestOrder
from portal.domain.users import Viewer
from portal.services.queue import REQUESTS_PER_PAGE
from portal.storage.request_rows import ConversationRow
from tests.cast import Person
from tests.conversation_builders import store

BEN = Viewer(user_id=999, name="Somebody Else")


def change(container: Container, conversation: Conversation, **values: object) -> None:
    with container.database.work() as work:
        row = work.session.get_one(ConversationRow, conversation.id)
        for name, value in values.items():
            setattr(row, name, value)


def references(page: QueuePage) -> list[str]:
    return [row.request.reference[-1] for row in page.rows]


def test_filters_count_what_they_show(container: Container, ben: Person) -> None:
    for number in (2, 3, 4, 6, 7):
        store(container, number)
    desk = container.desk
    container.desk.answer("R-222224", ben.viewer, text="Done.", form_key="k")
    desk.solve("R-222226")
    with container.database.read() as work:
        third, last = (work.conversations.get_by_reference(f"R-22222{number}") for number in (3, 7))
    change(container, third, assignee_id=ben.user.id)
    change(container, last, urgent=True)
    shown = {}
    for chosen in RequestFilter:
        page = container.queue.page(QueueWish(chosen=chosen), ben.viewer)
        assert page.counts[chosen] == len(page.rows) == page.total
        shown[chosen] = set(references(page))
    assert shown[RequestFilter.NEEDS_REPLY] == {"2", "3", "7"}
    assert shown[RequestFilter.MINE] >= {"3"}
    assert shown[RequestFilter.UNASSIGNED] == {"2", "7"}
    assert shown[RequestFilter.URGENT] == {"7"}
    assert shown[RequestFilter.WAITING] == {"4"}
    assert shown[RequestFilter.SOLVED] == {"6"}
    assert shown[RequestFilter.ALL] == {"2", "3", "4", "6", "7"}


def test_urgent_ones_come_first_then_what_was_promised_earliest(container: Container, clock: FrozenClock) -> None:
    early = store(container, 2)
    clock.move(timedelta(minutes=5))
    store(container, 3)
    clock.move(timedelta(minutes=5))
    urgent = store(container, 4)
    change(container, urgent, urgent=True)
    change(container, early, reply_expected_at=clock.now() + timedelta(days=3))

    def listed(order: RequestOrder) -> list[str]:
        return references(container.queue.page(QueueWish(order=order), BEN))

    assert listed(RequestOrder.PRESSING) == ["4", "3", "2"]
    assert listed(RequestOrder.WAITING_LONGEST) == ["2", "3", "4"]
    assert listed(RequestOrder.NEWEST) == ["4", "3", "2"]


def test_channels_are_counted_and_chosen(container: Container, ben: Person) -> None:
    store(container, 2)
    store(container, 3, channel=Channel.CHAT)
    page = container.queue.page(QueueWish(channel=Channel.CHAT), ben.viewer)
    assert references(page) == ["3"]
    assert page.channels == {Channel.MESSAGE: 1, Channel.CHAT: 1, Channel.CALL_BACK: 0}
    assert page.total == 1


@pytest.mark.parametrize(
    "text", ["R-222222", "r 222222", "222222", "zoë", "ZOË", "quill", "zoe@", "OSTREL.example", "  Zoë   Quill "]
)
def test_somebody_is_found_by_reference_name_or_address(container: Container, ben: Person, text: str) -> None:
    store(container, 2, name="Zoë Quill", email="zoe@ostrel.example")
    store(container, 3, name="Ada Berg", email="ada@elsewhere.example")
    page = container.queue.page(QueueWish(chosen=RequestFilter.ALL, text=text), ben.viewer)
    assert references(page) == ["2"]


@pytest.mark.parametrize("text", ["%", "_", "x' OR 1=1 --", "\x00%", "x" * 10_000])
def test_what_is_sought_is_only_text(container: Container, ben: Person, text: str) -> None:
    store(container, 2)
    assert container.queue.page(QueueWish(chosen=RequestFilter.ALL, text=text), ben.viewer).rows == ()


def test_a_page_takes_a_handful_of_statements_however_long(container: Container, ben: Person) -> None:
    for number in range(12):
        store(container, 1, reference=f"R-2222{number:02}", form_key=str(number))
    statements: list[str] = []

    def count(*arguments: object) -> None:
        statements.append(str(arguments[2]))

    event.listen(container.database.engine, "before_cursor_execute", count)
    container.queue.page(QueueWish(text="ada"), ben.viewer)
    event.remove(container.database.engine, "before_cursor_execute", count)
    assert len([each for each in statements if each.startswith("SELECT")]) == 4


def test_each_row_says_what_is_due_and_who_took_it(container: Container, clock: FrozenClock, ben: Person) -> None:
    taken = store(container, 2)
    change(container, taken, assignee_id=ben.user.id)
    clock.move(timedelta(hours=5))
    (row,) = container.queue.page(QueueWish(), ben.viewer).rows
    assert (row.assignee, row.mine) == ("Ben Okafor", True)
    assert [each.late for each in row.targets] == [True, False]
    assert not container.queue.page(QueueWish(), BEN).rows[0].mine


def test_the_list_has_pages_and_none_beyond_the_last(container: Container, ben: Person) -> None:
    for number in range(REQUESTS_PER_PAGE + 1):
        store(container, 1, reference=f"R-2222{number:02}", form_key=str(number))

    def rows(page: int) -> tuple[int, int, int]:
        found = container.queue.page(QueueWish(), ben.viewer, page)
        return len(found.rows), found.current, found.last

    assert rows(1) == (REQUESTS_PER_PAGE, 1, 2)
    assert rows(2) == (1, 2, 2)
    assert rows(99) == (1, 2, 2)
    assert rows(-1) == (REQUESTS_PER_PAGE, 1, 2)


def test_an_empty_list_is_one_page(container: Container) -> None:
    page = container.queue.page(QueueWish(), BEN)
    assert (page.rows, page.current, page.last, page.total) == ((), 1, 1, 0)
