"""Words that say little."""

from __future__ import annotations

from search_index.stop_words import EMPTY_WORDS, STOP_WORDS, word_set


def test_stop_words_are_empty_too() -> None:
    assert STOP_WORDS < EMPTY_WORDS


def test_words_of_support_are_neither() -> None:
    assert not EMPTY_WORDS & {"refund", "parcel", "late", "sign", "log", "turn", "cancel", "never"}


def test_word_set() -> None:
    assert word_set(" a  b\na ") == {"a", "b"}
