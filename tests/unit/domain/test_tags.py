from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.tags import MAX_TAG_LENGTH, MAX_TAGS, parse_tags


@pytest.mark.parametrize(
    ("typed", "tags"),
    [
        ("Refund, VIP", ("refund", "vip")),
        ("#refund,,  refund ,REFUND", ("refund",)),
        ("storm   damage\nhub", ("storm damage", "hub")),
        ("", ()),
        (" , \n, #", ()),
        ("a\x00b, c\u200bd, \u202eevil", ("a b", "c d", "evil")),
        ("<script>alert(1)</script>", ("<script>alert(1)</script>",)),
        ("Überfällig, 返品, 🐙", ("überfällig", "返品", "🐙")),
        ("cafe\u0301, caf\u00e9", ("caf\u00e9",)),
        ("\ud800", ("?",)),
    ],
)
def test_tags_are_read_as_they_look(typed: str, tags: tuple[str, ...]) -> None:
    assert parse_tags(typed) == tags


@given(st.text(alphabet=st.characters(codec=None)))
def test_no_text_breaks_it_and_reading_twice_changes_nothing(text: str) -> None:
    tags = parse_tags(text)
    assert len(tags) <= MAX_TAGS
    assert all(tag == tag.strip() and 0 < len(tag) <= MAX_TAG_LENGTH for tag in tags)
    assert all(tag.encode("utf-8") for tag in tags)


def test_there_are_not_too_many() -> None:
    assert len(parse_tags(",".join(map(str, range(50))))) == MAX_TAGS
