"""What holds a reply back."""

from __future__ import annotations

from portal.domain.conversations import AuthorKind, Message, MessageKind
from portal.domain.replies import ReplyCheck, answers_since
from tests.conversation_builders import NOW

BEN, AMBER = 2, 3


def said(number: int, author: AuthorKind, author_id: int | None, kind: MessageKind = MessageKind.MESSAGE) -> Message:
    return Message(
        id=number, author_kind=author, author_name=str(author_id), body="x", at=NOW, author_id=author_id, kind=kind
    )


MESSAGES = (
    said(1, AuthorKind.CUSTOMER, None),
    said(2, AuthorKind.AGENT, AMBER),
    said(3, AuthorKind.AGENT, AMBER, MessageKind.NOTE),
    said(4, AuthorKind.CUSTOMER, None),
    said(5, AuthorKind.AGENT, BEN),
)


def test_only_answers_of_others_that_were_not_seen_count() -> None:
    assert [each.id for each in answers_since(MESSAGES, ReplyCheck(seen=1), BEN)] == [2]
    assert [each.id for each in answers_since(MESSAGES, ReplyCheck(seen=1), AMBER)] == [5]
    assert answers_since(MESSAGES, ReplyCheck(seen=2), BEN) == ()
    assert answers_since(MESSAGES, ReplyCheck(seen=5), AMBER) == ()


def test_without_knowing_what_was_seen_nothing_is_compared() -> None:
    assert answers_since(MESSAGES, ReplyCheck(), BEN) == ()
