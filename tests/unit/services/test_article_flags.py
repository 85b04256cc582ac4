"""Agents say what is wrong with articles; writers deal with it."""

from __future__ import annotations

import pytest

from portal.container import Container
from portal.domain.article_flags import FlagKind, FlagState
from portal.domain.errors import InvalidInput, NotFound
from portal.domain.users import Role, Viewer
from portal.services.article_flags import FLAGS_PER_PAGE
from tests.conversation_builders import store
from tests.help_centre import open_help_centre

BEN = Viewer(user_id=2, name="Ben Okafor", role=Role.AGENT)


def test_a_flag_carries_the_question_without_personal_data(container: Container) -> None:
    open_help_centre(container)
    asked = store(container, message="Hello!\nI am Ada Berg and my hub is offline. Mail ada@ostrel.example please.")
    assert container.article_flags.flag(
        BEN, "missing_step", article_id="hub-offline", reference=asked.reference, note="Ask +49 30 901820 first"
    )
    (flag,) = container.article_flags.page().flags
    assert (flag.kind, flag.article_title, flag.article_slug) == (FlagKind.MISSING_STEP, "Hub offline", "hub-offline")
    assert (flag.reference, flag.agent_name, flag.note) == (asked.reference, "Ben Okafor", "Ask [phone] first")
    assert "[name] [name] and my hub is offline" in flag.question
    assert "ada@" not in flag.question.lower()


def test_a_missing_article_needs_no_article_and_the_same_said_twice_is_one(container: Container) -> None:
    asked = store(container)
    assert container.article_flags.flag(BEN, "missing", article_id="forged", reference=asked.reference)
    assert not container.article_flags.flag(BEN, "missing", reference=asked.reference)
    (flag,) = container.article_flags.page().flags
    assert (flag.kind, flag.article_id, flag.article_slug) == (FlagKind.MISSING, "", "")


def test_what_is_dealt_with_leaves_the_list_and_can_come_back(container: Container) -> None:
    container.article_flags.flag(BEN, "missing", note="pianos")
    (flag,) = container.article_flags.page().flags
    container.article_flags.set_state(flag.id, FlagState.DONE)
    assert container.article_flags.page().flags == ()
    done = container.article_flags.page(FlagState.DONE)
    assert [each.note for each in done.flags] == ["pianos"]
    assert done.counts == {FlagState.OPEN: 0, FlagState.DONE: 1}
    container.article_flags.set_state(flag.id, FlagState.OPEN)
    assert len(container.article_flags.page().flags) == 1


@pytest.mark.parametrize(
    ("kind", "article_id", "reference", "note", "error"),
    [
        ("nonsense", "hub-offline", "", "", InvalidInput),
        ("", "hub-offline", "", "", InvalidInput),
        ("outdated", "", "", "", InvalidInput),
        ("outdated", "forged", "", "", NotFound),
        ("missing", "", "R-777777", "", NotFound),
        ("missing", "", "", "x" * 1_001, InvalidInput),
    ],
)
def test_what_cannot_be_is_refused(
    container: Container, kind: str, article_id: str, reference: str, note: str, error: type[Exception]
) -> None:
    open_help_centre(container)
    with pytest.raises(error):
        container.article_flags.flag(BEN, kind, article_id=article_id, reference=reference, note=note)
    assert container.article_flags.page().flags == ()


def test_an_article_that_an_agent_may_not_see_cannot_be_named(container: Container) -> None:
    open_help_centre(container)
    with pytest.raises(NotFound):
        container.article_flags.flag(Viewer(role=Role.CUSTOMER), "wrong", article_id="agents-refund-orders")


def test_the_list_has_pages(container: Container) -> None:
    for number in range(FLAGS_PER_PAGE + 1):
        container.article_flags.flag(BEN, "missing", note=str(number))
    assert len(container.article_flags.page(page=2).flags) == 1
    assert container.article_flags.page(page=99).current == 2


def test_one_that_is_not_there_is_not_found(container: Container) -> None:
    with pytest.raises(NotFound):
        container.article_flags.set_state(7, FlagState.DONE)
