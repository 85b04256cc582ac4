"""What a text is about, as far as two texts can be compared by it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.content_words import content_words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("parcel", "Parcels"),
        ("deliver", "delivered"),
        ("returning", "returns"),
        ("cancelled", "cancel"),
        ("batteries", "battery"),
        ("cancellation", "cancellations"),
        ("invoice", "invoices"),
        ("shipped", "shipping"),
        ("glass", "glasses"),
        ("delivery", "deliveries"),
        ("delivery", "delivered"),
    ],
)
def test_inflections_are_one_word(one: str, other: str) -> None:
    assert content_words(one) == content_words(other) != frozenset()


@pytest.mark.parametrize("text", ["", "how do I get it", "[email] and [number]", "…?!", "\x00"])
def test_empty_words_say_nothing(text: str) -> None:
    assert content_words(text) == frozenset()


def test_numbers_and_other_languages_stay_as_they_are() -> None:
    assert content_words("E-101 Überweisung") == {"e", "101", "überweisung"}
    assert content_words("返品方法") & content_words("返品したい") == {"返品"}


@given(st.text())
def test_no_text_breaks_it(text: str) -> None:
    assert all(word.strip() for word in content_words(text))
