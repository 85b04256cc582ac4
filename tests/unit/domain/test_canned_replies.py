"""Canned replies and their variables."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.canned_replies import (
    MAX_BODY_LENGTH,
    Situation,
    Variable,
    checked_canned_reply,
    fill,
    unknown_variables,
    variables_in,
)
from portal.domain.errors import InvalidInput
from portal.domain.shipped_replies import SHIPPED_REPLIES

VALUES = {
    Variable.CUSTOMER_FIRST_NAME: "Ada",
    Variable.CUSTOMER_NAME: "Ada Berg",
    Variable.REQUEST_REFERENCE: "R-222222",
}


def test_what_is_known_is_filled_in_and_the_rest_stays_to_be_seen() -> None:
    text = "Hello {{customer.first_name}}, {{ request.reference }} is at {{article.url}} or {{nonsense}}."
    assert fill(text, VALUES) == "Hello Ada, R-222222 is at {{article.url}} or {{nonsense}}."


def test_whoever_gave_no_name_is_not_spoken_to_by_it() -> None:
    nobody = VALUES | {Variable.CUSTOMER_FIRST_NAME: "", Variable.CUSTOMER_NAME: ""}
    assert fill("Thank you, {{customer.first_name}}. Hello {{ customer.name }}!", nobody) == "Thank you. Hello!"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("{{customer.frist_name}} {{customer.name}}", ("customer.frist_name",)),
        ("{{}} {{a}} {{a}}", ("", "a")),
        ("{{Customer.Name}}", ("Customer.Name",)),
        ("{customer} {{not\nclosed}} {{ {x} }}", ()),
        ("{{__class__.__mro__}}", ("__class__.__mro__",)),
    ],
)
def test_unknown_variables_are_named(text: str, names: tuple[str, ...]) -> None:
    assert unknown_variables(text) == names


@pytest.mark.parametrize(
    ("title", "situation", "body", "field"),
    [
        ("", "other", "x", "title"),
        ("x" * 101, "other", "x", "title"),
        ("x", "nonsense", "x", "situation"),
        ("x", "other", " \x00 ", "body"),
        ("x", "other", "x" * (MAX_BODY_LENGTH + 1), "body"),
        ("x", "other", "Hello {{customer.shoe_size}}", "body"),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_field(title: str, situation: str, body: str, field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        checked_canned_reply(title, situation, body)
    assert caught.value.field == field


def test_an_unknown_variable_is_named_in_the_refusal() -> None:
    with pytest.raises(InvalidInput, match=r"\{\{customer.shoe_size\}\}"):
        checked_canned_reply("x", "other", "Hello {{customer.shoe_size}}")


def test_a_title_is_one_line() -> None:
    assert checked_canned_reply(" a\n b ", "link", "x").title == "a b"


@pytest.mark.parametrize("reply", SHIPPED_REPLIES, ids=lambda reply: reply.title)
def test_the_shipped_ones_can_be_stored(reply: object) -> None:
    assert checked_canned_reply(reply.title, reply.situation, reply.body).title  # type: ignore[attr-defined]


def test_there_is_one_for_each_situation() -> None:
    assert {reply.situation for reply in SHIPPED_REPLIES} == set(Situation) - {Situation.OTHER}


@given(st.text(alphabet="{} .acemnorstu\n"))
def test_no_text_breaks_the_filling(text: str) -> None:
    assert set(variables_in(fill(text, VALUES))) <= set(variables_in(text)) | {""}
