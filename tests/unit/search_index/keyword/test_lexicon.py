"""Words in arrays."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from search_index.keyword.lexicon import Lexicon

WORD = st.text(st.characters(codec="utf-8"), min_size=1, max_size=6)


@given(st.lists(WORD, max_size=20), WORD)
def test_finds_exactly_the_words_it_was_made_of(words: list[str], other: str) -> None:
    lexicon = Lexicon.of(words)
    known = sorted(set(words))
    assert list(lexicon) == known
    assert [lexicon.find(word) for word in known] == list(range(len(known)))
    assert (lexicon.find(other) >= 0) == (other in known)


def test_finds_words_of_a_long_list() -> None:
    words = [f"w{number:04}" for number in range(0, 1_000, 2)]
    lexicon = Lexicon.of(words)
    assert [lexicon.find(word) for word in words] == list(range(len(words)))
    assert {lexicon.find(f"w{number:04}") for number in range(1, 1_000, 2)} == {-1}
    assert (lexicon.find("a"), lexicon.find("z")) == (-1, -1)


def test_a_lone_surrogate_is_unknown() -> None:
    assert Lexicon.of(["a"]).find("\ud800") == -1


def test_no_words() -> None:
    assert len(Lexicon.of([])) == 0
    assert Lexicon.of([]).find("a") == -1
