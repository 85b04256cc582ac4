"""Agents keep canned replies for each other."""

from __future__ import annotations

import pytest

from portal.container import Container
from portal.domain.errors import Conflict, InvalidInput, NotFound
from portal.domain.shipped_replies import SHIPPED_REPLIES
from portal.domain.users import Viewer

BEN = Viewer(user_id=2, name="Ben Okafor")


def add(container: Container, title: str, body: str = "Thank you.") -> int:
    container.canned_replies.add(BEN, title=title, situation="other", body=body)
    return next(each.id for each in container.canned_replies.list_all() if each.title == title)


def test_a_new_instance_gets_the_shipped_ones_once(container: Container) -> None:
    assert container.canned_replies.seed() == len(SHIPPED_REPLIES)
    assert container.canned_replies.seed() == 0
    assert {each.title for each in container.canned_replies.list_all()} == {each.title for each in SHIPPED_REPLIES}


def test_what_agents_deleted_does_not_come_back_while_others_are_there(container: Container) -> None:
    container.canned_replies.seed()
    container.canned_replies.remove(container.canned_replies.list_all()[0].id)
    assert container.canned_replies.seed() == 0


def test_one_is_changed_and_says_by_whom(container: Container) -> None:
    number = add(container, "Thanks")
    amber = Viewer(user_id=3, name="Amber Vale")
    container.canned_replies.change(number, amber, title="Thanks a lot", situation="closing", body="Bye.")
    changed = container.canned_replies.get(number)
    assert (changed.title, changed.situation, changed.body, changed.changed_by) == (
        "Thanks a lot",
        "closing",
        "Bye.",
        "Amber Vale",
    )


def test_two_of_one_title_are_a_conflict_and_both_stay(container: Container) -> None:
    add(container, "One")
    other = add(container, "Two")
    with pytest.raises(Conflict):
        add(container, "One")
    with pytest.raises(Conflict):
        container.canned_replies.change(other, BEN, title="One", situation="other", body="x")
    assert {each.title for each in container.canned_replies.list_all()} == {"One", "Two"}


def test_unknown_variables_are_not_stored(container: Container) -> None:
    with pytest.raises(InvalidInput):
        add(container, "Bad", "Hello {{customer.shoe_size}}")
    assert container.canned_replies.list_all() == ()


def test_one_that_is_not_there_is_not_found(container: Container) -> None:
    for act in (
        lambda: container.canned_replies.get(7),
        lambda: container.canned_replies.remove(7),
        lambda: container.canned_replies.change(7, BEN, title="x", situation="other", body="x"),
    ):
        with pytest.raises(NotFound):
            act()
