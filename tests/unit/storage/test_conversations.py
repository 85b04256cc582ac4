from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from portal.domain.conversations import Conversation, ConversationChange, ConversationState, NewConversation
from portal.domain.errors import Conflict, NotFound
from portal.domain.journeys import Journey
from portal.domain.queue import QueueWish, RequestFilter, RequestOrder
from portal.storage.conversations import EXCERPT_LENGTH
from portal.storage.database import Database
from tests.conversation_builders import NOW, STEP, new_conversation, new_message

EVERYTHING = QueueWish(chosen=RequestFilter.ALL, order=RequestOrder.NEWEST)
NOBODY = 0


def stored(database: Database, *requests: NewConversation) -> tuple[Conversation, ...]:
    with database.work() as work:
        return tuple(work.conversations.add(request) for request in requests)


def test_a_request_comes_back_as_it_was_stored(database: Database) -> None:
    (added,) = stored(database, new_conversation())
    with database.read() as work:
        found = work.conversations.get_by_reference("R-222221")
        assert found == work.conversations.get(added.id) == work.conversations.find_by_form_key("key 1")
    assert found.state is ConversationState.NEW
    assert found.journey == Journey(id="j" * 32, steps=(STEP,))
    assert [(one.body, one.author_kind) for one in found.messages] == [("My hub is offline.\nIt blinks.", "customer")]
    assert found == added


def test_what_is_not_there_is_not_found(database: Database) -> None:
    with database.read() as work:
        assert work.conversations.find_by_form_key("nothing") is None
        with pytest.raises(NotFound):
            work.conversations.get(7)
        with pytest.raises(NotFound):
            work.conversations.get_by_reference("R-222222")


@pytest.mark.parametrize("clash", [{"form_key": "key 1"}, {"reference": "R-222221"}])
def test_a_second_request_of_one_form_or_reference_is_a_conflict(database: Database, clash: dict[str, object]) -> None:
    stored(database, new_conversation())
    with database.work() as work:
        with pytest.raises(Conflict):
            work.conversations.add(new_conversation(2, **clash))
        assert work.conversations.has_reference("R-222221")
        assert not work.conversations.has_reference("R-222223")
        assert len(work.queue.list_page(EVERYTHING, NOBODY, limit=9)) == 1


def test_lists_come_newest_first_in_pages(database: Database) -> None:
    stored(
        database,
        new_conversation(2, created_at=NOW, reply_expected_at=NOW + timedelta(hours=9)),
        new_conversation(3, created_at=NOW + timedelta(hours=1), reply_expected_at=NOW + timedelta(hours=5)),
        new_conversation(4, created_at=NOW + timedelta(hours=2), reply_expected_at=NOW + timedelta(hours=7)),
    )
    with database.read() as work:
        newest = work.queue.list_page(EVERYTHING, NOBODY, limit=2)
        rest = work.queue.list_page(EVERYTHING, NOBODY, limit=2, offset=2)
        none = work.queue.list_page(replace(EVERYTHING, chosen=RequestFilter.SOLVED), NOBODY, limit=9)
    assert [one.request.reference[-1] for one in (*newest, *rest)] == ["4", "3", "2"]
    assert none == ()


def test_a_list_shows_how_the_first_message_begins_on_one_line(database: Database) -> None:
    (added,) = stored(database, new_conversation(message="One\n\ntwo " + "x" * 500))
    with database.work() as work:
        work.conversations.add_message(added.id, new_message())
    with database.read() as work:
        (row,) = work.queue.list_page(EVERYTHING, NOBODY, limit=9)
    summary = row.request
    assert summary.excerpt.startswith("One two xxx")
    assert len(summary.excerpt) <= EXCERPT_LENGTH


def test_a_customer_sees_only_their_own(database: Database) -> None:
    stored(database, new_conversation(2, user_id=7), new_conversation(3, user_id=8), new_conversation(4, user_id=None))
    with database.read() as work:
        assert [one.reference for one in work.conversations.list_for_user(7, limit=9)] == ["R-222222"]


def test_a_message_of_one_form_is_stored_once(database: Database) -> None:
    (added,) = stored(database, new_conversation())
    with database.work() as work:
        assert work.conversations.add_message(added.id, new_message())
        assert not work.conversations.add_message(added.id, new_message(body="And now? Again"))
        assert work.conversations.add_message(added.id, new_message(form_key="other"))
        assert [one.body for one in work.conversations.get(added.id).messages[1:]] == ["And now?", "And now?"]


def test_a_change_leaves_alone_what_it_does_not_name(database: Database) -> None:
    (added,) = stored(database, new_conversation())
    change = ConversationChange(
        state=ConversationState.WAITING_FOR_CUSTOMER, updated_at=NOW + timedelta(hours=1), first_reply_at=NOW
    )
    with database.work() as work:
        work.conversations.change(added.id, change)
        work.conversations.revoke_links(added.id)
    with database.read() as work:
        changed = work.conversations.get(added.id)
    assert (changed.state, changed.first_reply_at) == (ConversationState.WAITING_FOR_CUSTOMER, NOW)
    assert changed.reply_expected_at == added.reply_expected_at
    assert changed.token_version == added.token_version + 1
