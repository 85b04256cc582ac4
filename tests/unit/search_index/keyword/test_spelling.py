"""Typo rules."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_index.keyword.spelling import Correction, Vocabulary, allowed_edits

WORD = st.text(alphabet="abcdeé", min_size=1, max_size=9)
WORDS = Vocabulary(["password", "package", "payment", "delivery", "refund", "e-101", "42", "order", "border"])


def everything(word: str) -> int:
    return 1


def distance(one: str, other: str) -> int:
    """Optimal string alignment by the book, for comparison."""
    table = [[max(i, j) if not i or not j else 0 for j in range(len(other) + 1)] for i in range(len(one) + 1)]
    for i in range(1, len(one) + 1):
        for j in range(1, len(other) + 1):
            same = one[i - 1] == other[j - 1]
            table[i][j] = min(table[i - 1][j] + 1, table[i][j - 1] + 1, table[i - 1][j - 1] + (not same))
            if i > 1 and j > 1 and one[i - 1] == other[j - 2] and one[i - 2] == other[j - 1]:
                table[i][j] = min(table[i][j], table[i - 2][j - 2] + 1)
    return table[-1][-1]


@given(WORD, st.lists(WORD, max_size=12), st.integers(min_value=1, max_value=2))
def test_finds_exactly_the_words_within_reach(word: str, others: list[str], edits: int) -> None:
    found = Vocabulary(others).corrections(word, edits, everything, limit=99)
    expected = {
        Correction(word=other, edits=distance(word, other)) for other in others if distance(word, other) <= edits
    }
    assert set(found) == expected
    assert [each.edits for each in found] == sorted(each.edits for each in found)


@pytest.mark.parametrize(
    ("word", "edits"),
    [("late", 0), ("order", 1), ("delivery", 1), ("passwords", 2), ("e-101", 0), ("12345678", 0), ("x" * 30, 0)],
)
def test_allowed_edits(word: str, edits: int) -> None:
    assert allowed_edits(word, (5, 9)) == edits


@given(st.text(alphabet=string.ascii_letters + string.digits, min_size=1), st.integers(min_value=0, max_value=9))
def test_digits_are_never_forgiven(word: str, digit: int) -> None:
    assert allowed_edits(f"{word}{digit}", (1, 2)) == 0


def test_the_same_first_letter_wins_then_the_weightier_word() -> None:
    assert [each.word for each in WORDS.corrections("orders", 1, everything, 3)] == ["order"]
    assert [each.word for each in WORDS.corrections("oborder", 1, everything, 3)] == ["border"]
    weights = {"refund": 1, "refunk": 5}
    nearest = Vocabulary(weights).corrections("refune", 1, weights.__getitem__, 1)
    assert [each.word for each in nearest] == ["refunk"]


def test_refused_words_are_not_offered() -> None:
    assert WORDS.corrections("pasword", 1, lambda word: 0, 3) == []


def test_identifiers_are_not_vocabulary() -> None:
    assert "password" in WORDS
    assert "e-101" not in WORDS
    assert len(WORDS) == 7


def test_an_empty_vocabulary_corrects_nothing() -> None:
    assert Vocabulary([]).corrections("pasword", 2, everything, 3) == []
    assert WORDS.corrections("pasword", 0, everything, 3) == []
