from __future__ import annotations

from dataclasses import replace

import pytest

from portal.domain.article_drafts import best_reply, plan_draft, without_people
from portal.domain.conversations import AuthorKind, Message, MessageKind
from tests.conversation_builders import NOW, conversation

NAMES = ("Ada Berg", "Ben Okafor")
ASKED = """Hello,
My Sense shows 40 degrees in a cold room. My order is OS-20264711 and I am at ada.berg@example.org or 0171 2345678.

Thanks
Ada"""
ANSWERED = """Hi Ada,

that is a sense in the sun. Your request R-7KQ2M4 helped us see it.

1. Move it out of the sun.
2. Wait an hour.
   It needs the time.
3. Look again, Ada.

Kind regards
Ben"""


def message(number: int, body: str, kind: AuthorKind = AuthorKind.AGENT, **values: object) -> Message:
    name = "Ada Berg" if kind is AuthorKind.CUSTOMER else "Ben Okafor"
    return Message(id=number, author_kind=kind, author_name=name, body=body, at=NOW, **values)  # type: ignore[arg-type]


def test_a_draft_has_problem_answer_and_steps_and_nobody_in_it() -> None:
    asked = message(1, ASKED, AuthorKind.CUSTOMER)
    draft = plan_draft(replace(conversation(), messages=(asked, message(2, "One moment."), message(3, ANSWERED))))
    assert draft is not None
    assert draft.title == "My Sense shows 40 degrees in a cold room"
    assert draft.summary == "that is a sense in the sun."
    assert draft.body == (
        "## Problem\n\n"
        "My Sense shows 40 degrees in a cold room. My order is [order number] and I am at [email] or [phone].\n\n"
        "## Answer\n\n"
        "that is a sense in the sun. Your request [reference] helped us see it.\n\n"
        "## Steps\n\n"
        "1. Move it out of the sun.\n2. Wait an hour.\n   It needs the time.\n3. Look again, [name].\n"
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ask ADA berg or Ada", "ask [name] or [name]"),
        ("Adam and Bergen stay", "Adam and Bergen stay"),
        (
            "order 12345, invoice no. 98765, #4711 and ABC-1234",
            "[order number], [order number], [order number] and [order number]",
        ),
        ("r-7kq2m4", "[reference]"),
        ("write to ada@example.org", "write to [email]"),
        ("IBAN DE89 3704 0044 0532 0130 00", "IBAN [iban]"),
        ("version 2.4.1 and E-101 in 2026 stay", "version 2.4.1 and E-101 in 2026 stay"),
        ("", ""),
    ],
)
def test_what_tells_of_people_goes_and_the_rest_stays(text: str, said: str) -> None:
    assert without_people(text, NAMES) == said


def test_short_names_go_only_where_they_are_written_like_names() -> None:
    assert without_people("Al said: al dente", ("Al Ng",)) == "[name] said: al dente"


def test_the_best_reply_has_most_steps_else_most_words() -> None:
    notes = message(9, "1. a\n2. b\n3. c")
    long, steps = message(1, "x" * 500), message(2, "- one\n- two")
    assert best_reply((long, steps)) is steps
    assert best_reply((message(3, "short"), long)) is long
    assert best_reply((replace(notes, kind=MessageKind.NOTE), long)) is long
    assert best_reply((message(4, "me", AuthorKind.CUSTOMER), message(5, "it", AuthorKind.SYSTEM))) is None


def test_notes_never_get_into_a_draft() -> None:
    asked = message(1, "How do I reset it?", AuthorKind.CUSTOMER)
    note = replace(message(2, "1. She is difficult.\n2. Be careful."), kind=MessageKind.NOTE)
    draft = plan_draft(replace(conversation(), messages=(asked, note, message(3, "Hold the button."))))
    assert draft is not None
    assert "difficult" not in draft.body
    assert "## Steps" not in draft.body


def test_without_an_answer_there_is_nothing_to_begin_from() -> None:
    assert plan_draft(replace(conversation(), messages=(message(1, "Help", AuthorKind.CUSTOMER),))) is None


def test_long_questions_make_short_titles() -> None:
    asked = message(1, "Why does " + "the lamp " * 40 + "blink?", AuthorKind.CUSTOMER)
    draft = plan_draft(replace(conversation(), messages=(asked, message(2, "# Because\nIt does."))))
    assert draft is not None
    assert len(draft.title) <= 90
    assert draft.title.endswith("…")
    assert "## Answer\n\nBecause" in draft.body
