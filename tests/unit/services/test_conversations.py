"""The customers' half of conversations."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.container import Container
from portal.domain.clock import FrozenClock
from portal.domain.conversations import AuthorKind, Conversation, ConversationState
from portal.domain.errors import NotFound
from portal.domain.users import Viewer
from tests.cast import Person
from tests.conversation_builders import again, store

STRANGER = Viewer()
BEN = Viewer(user_id=2, name="Ben Okafor")


@pytest.fixture
def conversation(container: Container) -> Conversation:
    """A request of somebody who is not signed in."""
    return store(container)


def answer(container: Container, conversation: Conversation) -> None:
    container.desk.answer(conversation.reference, BEN, text="Please **reset** it.", form_key="k")


def test_a_private_link_opens_its_request(container: Container, conversation: Conversation) -> None:
    token = container.private_links.token(conversation)
    page = container.conversations.customer_page(token, STRANGER)
    assert page.reference == conversation.reference
    assert [step.text for step in page.steps] == ["hub offline"]
    assert page.expectation == "We usually reply by 16:00 today (Berlin time)."
    assert container.conversations.customer_page(page.private_token, STRANGER).reference == conversation.reference


def test_a_link_that_is_forged_expired_or_revoked_opens_nothing(
    container: Container, clock: FrozenClock, conversation: Conversation
) -> None:
    token = container.private_links.token(conversation)
    other = store(container, 3)
    forged = container.private_links.token(other).split(".", 1)[0] + "." + token.split(".", 1)[1]
    with pytest.raises(NotFound):
        container.conversations.customer_page(forged, STRANGER)
    container.desk.revoke_links(conversation.reference)
    for look in (container.conversations.customer_page, _follow_up(container)):
        with pytest.raises(NotFound):
            look(token, STRANGER)
    fresh = container.private_links.token(again(container, conversation))
    assert container.conversations.customer_page(fresh, STRANGER)
    clock.move(timedelta(days=91))
    with pytest.raises(NotFound):
        container.conversations.customer_page(fresh, STRANGER)


def _follow_up(container: Container):  # type: ignore[no-untyped-def]
    return lambda key, viewer: container.conversations.follow_up(key, viewer, text="x", form_key="k")


def test_a_reference_opens_only_ones_own_requests(container: Container, ada: Person, ben: Person) -> None:
    mine = store(container, 2, user_id=ada.user.id)
    nobodys = store(container, 3)
    assert container.conversations.customer_page(mine.reference, ada.viewer).reference == mine.reference
    for reference, viewer in (
        (mine.reference, STRANGER),
        (mine.reference, ben.viewer),
        (nobodys.reference, ada.viewer),
    ):
        with pytest.raises(NotFound):
            container.conversations.customer_page(reference, viewer)
        with pytest.raises(NotFound):
            container.conversations.follow_up(reference, viewer, text="x", form_key="k")
    with pytest.raises(NotFound):
        container.conversations.customer_page(nobodys.reference, STRANGER)


def test_my_requests_are_mine(container: Container, ada: Person, ben: Person) -> None:
    mine = store(container, 2, user_id=ada.user.id)
    assert [one.reference for one in container.conversations.my_requests(ada.viewer).requests] == [mine.reference]
    assert container.conversations.my_requests(ben.viewer).requests == ()
    assert container.conversations.my_requests(STRANGER).requests == ()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (ConversationState.NEW, ConversationState.NEW),
        (ConversationState.WAITING_FOR_CUSTOMER, ConversationState.OPEN),
        (ConversationState.SOLVED, ConversationState.REOPENED),
    ],
)
def test_a_follow_up_opens_the_request_again(
    container: Container,
    clock: FrozenClock,
    conversation: Conversation,
    before: ConversationState,
    after: ConversationState,
) -> None:
    if before is ConversationState.WAITING_FOR_CUSTOMER:
        answer(container, conversation)
    elif before is ConversationState.SOLVED:
        container.desk.solve(conversation.reference)
    promised = again(container, conversation).reply_expected_at
    clock.move(timedelta(days=1))
    token = container.private_links.token(conversation)
    for _ in range(2):
        container.conversations.follow_up(token, STRANGER, text="Still\r\noffline", form_key="once")
    now = again(container, conversation)
    assert now.state is after
    assert [one.body for one in now.messages if one.author_kind is AuthorKind.CUSTOMER][1:] == ["Still\noffline"]
    expected = promised if before is ConversationState.NEW else clock.now() + timedelta(hours=4)
    assert now.reply_expected_at == expected


def test_the_customer_is_told_to_expect_nothing_when_it_is_their_turn(
    container: Container, conversation: Conversation
) -> None:
    answer(container, conversation)
    token = container.private_links.token(conversation)
    assert container.conversations.customer_page(token, STRANGER).expectation == ""
