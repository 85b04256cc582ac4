"""Words turned into parts of addresses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.content.slugs import MAX_LENGTH, first_free, slugify, title_from_slug


@pytest.mark.parametrize(
    ("words", "slug"),
    [
        ("Track your parcel", "track-your-parcel"),
        ("You can't sign in?", "you-cant-sign-in"),
        ("You can’t sign in?", "you-cant-sign-in"),
        ("Plan & billing_cycle", "plan-billing-cycle"),
        ("Rücksendung", "rücksendung"),
        ("我的包裹", "我的包裹"),
        ("ﬁnd", "find"),
        ("!?", ""),
        ("", ""),
    ],
)
def test_slugs_of_words(words: str, slug: str) -> None:
    assert slugify(words) == slug


def test_long_words_are_cut_between_words() -> None:
    slug = slugify("word " * 40)
    assert len(slug) <= MAX_LENGTH
    assert set(slug.split("-")) == {"word"}


def test_one_endless_word_is_cut() -> None:
    assert slugify("a" * 200) == "a" * MAX_LENGTH


@given(st.text())
def test_any_text_gives_a_short_stable_slug(text: str) -> None:
    slug = slugify(text)
    assert len(slug) <= MAX_LENGTH
    assert not slug.startswith("-")
    assert not slug.endswith("-")
    assert " " not in slug


def test_titles_from_slugs() -> None:
    assert title_from_slug("reset-your_password") == "Reset your password"
    assert title_from_slug("") == ""


def test_first_free_counts_from_two() -> None:
    assert first_free("a", set().__contains__) == "a"
    assert first_free("a", {"a", "a-2"}.__contains__) == "a-3"
