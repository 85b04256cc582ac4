"""Normalising, tokenising and the words of a query."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_index.keyword.whoosh_index import english_analyzer
from search_index.text import (
    MAX_QUERY_CHARACTERS,
    MAX_TERM_CHARACTERS,
    Analyzer,
    fold,
    is_exact,
    normalise,
    words_of,
)

PLAIN = Analyzer(lambda word: word)
ENGLISH = english_analyzer()


def asked(text: str, analyzer: Analyzer = PLAIN) -> list[str]:
    return [word.term for word in analyzer.query_words(text)]


@pytest.mark.parametrize(
    ("typed", "clean"),
    [
        ("  I never \n got\tmy parcel ", "I never got my parcel"),
        ("par\x00cel\x07", "parcel"),
        ("ﬁnd my ｐａｒｃｅｌ", "find my parcel"),
        ("zero\u200bwidth \u202eright to left\u202c", "zerowidth right to left"),
        ("lone \ud800 surrogate", "lone surrogate"),
        ("👩🏽‍💻", "👩🏽💻"),
        ("\x00\u200b \n", ""),
    ],
)
def test_normalise(typed: str, clean: str) -> None:
    assert normalise(typed) == clean


def test_a_long_query_is_cut_at_a_word() -> None:
    cut = normalise("parcel " * 2_000)
    assert len(cut) <= MAX_QUERY_CHARACTERS
    assert set(cut.split()) == {"parcel"}


def test_a_long_word_is_cut_anyway() -> None:
    assert normalise("x" * 10_000) == "x" * MAX_QUERY_CHARACTERS


@given(st.text(max_size=300), st.integers(min_value=1, max_value=120))
def test_normalised_text_is_clean_short_and_stays_as_it_is(text: str, limit: int) -> None:
    clean = normalise(text, limit)
    assert len(clean) <= limit
    assert not any(unicodedata.category(character) in {"Cc", "Cs"} for character in clean)
    assert clean == " ".join(clean.split())
    clean.encode("utf-8")


@given(st.text(max_size=200))
def test_words_stand_where_they_say(text: str) -> None:
    for word in words_of(text):
        assert 0 <= word.start < word.end <= len(text)
        assert word.text[0] in text[word.start : word.end]


@given(st.text(max_size=200))
def test_any_text_has_terms_and_query_words(text: str) -> None:
    assert all(0 < len(term) <= MAX_TERM_CHARACTERS and not term.isspace() for term in ENGLISH.terms(text))
    words = ENGLISH.query_words(text)
    assert len({word.term for word in words}) == len(words)
    assert bool(words) == bool(list(words_of(text)))


@given(st.text(alphabet=st.one_of(st.characters(max_codepoint=0x482), st.sampled_from("-‑.'’_/@: 😀€–")), max_size=60))
def test_a_character_that_needs_care_does_not_change_the_words_beside_it(text: str) -> None:
    alone = [(word.text, word.parts) for word in words_of(text)]
    assert [(word.text, word.parts) for word in words_of(f"{text} 字")][:-1] == alone


def test_stemming_meets_inflected_words() -> None:
    assert ENGLISH.terms("deliveries delivered delivering") == ["deliveri", "deliv", "deliv"]
    assert ENGLISH.terms("Packages") == ENGLISH.terms("package")


@pytest.mark.parametrize("spelled", ["Café", "cafe", "CAFÉ", "cafe\u0301"])
def test_case_and_latin_accents_do_not_matter(spelled: str) -> None:
    assert fold(spelled) == "cafe"


def test_marks_of_other_scripts_are_kept() -> None:
    assert [word.text for word in words_of("नमस्ते दुनिया")] == ["नमस्ते", "दुनिया"]


def test_unspaced_scripts_are_read_in_pairs() -> None:
    assert [word.text for word in words_of("我的包裹 ok 在")] == ["我的", "的包", "包裹", "ok", "在"]


@pytest.mark.parametrize("written", ["E-101", "e-101", "E‑101"])
def test_an_identifier_is_kept_whole_joined_and_in_parts(written: str) -> None:
    assert PLAIN.terms(written) == ["e-101", "e101", "e", "101"]


def test_a_typed_identifier_stands_before_its_pieces() -> None:
    words = PLAIN.query_words("E-101")
    assert [(word.term, word.optional, word.within) for word in words] == [
        ("e-101", True, ()),
        ("e101", True, ("e-101",)),
        ("101", False, ("e-101", "e101")),
    ]
    assert words[0].is_identifier
    assert not words[2].is_identifier


def test_a_compound_is_found_joined_and_by_its_long_parts() -> None:
    assert PLAIN.terms("sign-in") == ["signin", "sign", "in"]
    assert asked("sign-in") == ["signin", "sign"]
    assert asked("wi-fi") == ["wifi", "wi", "fi"]


def test_apostrophes_join_and_possessives_fall_away() -> None:
    assert PLAIN.terms("don’t") == ["dont"]
    assert PLAIN.terms("customer's") == ["customer"]


def test_stop_words_are_left_out_of_a_question() -> None:
    assert asked("do I find the parcel") == ["find", "parcel"]


def test_empty_words_are_asked_for_and_known_as_such() -> None:
    words = PLAIN.query_words("turn it off")
    assert [(word.term, word.empty) for word in words] == [("turn", False), ("off", True)]


def test_stop_words_alone_are_still_asked_for() -> None:
    words = PLAIN.query_words("is to")
    assert [word.term for word in words] == ["is", "to"]
    assert all(word.stop and word.empty for word in words)


def test_a_word_typed_twice_is_asked_once() -> None:
    assert asked("parcel late parcel") == ["parcel", "late"]


def test_find_gives_the_words_that_stand_for_a_term() -> None:
    found = ENGLISH.find("Packages and a package.", frozenset({"packag"}))
    assert [(match.start, match.end) for match in found] == [(0, 8), (15, 22)]


@given(st.text(alphabet=st.sampled_from("ab -.'’e1字é"), max_size=60))
def test_find_agrees_with_the_words(text: str) -> None:
    terms = frozenset(PLAIN.terms("a b ab a-b e-1 字字 é"))
    expected = [(word.start, word.end) for word in words_of(text) if terms.intersection(PLAIN.forms(word))]
    assert [(match.start, match.end) for match in PLAIN.find(text, terms)] == expected


def test_surfaces_are_plain_words() -> None:
    words = words_of("Sign-in with code 123 or E-101")
    assert PLAIN.surfaces_of(words) == {"sign", "in", "with", "code", "or", "e"}


@pytest.mark.parametrize(("word", "exact"), [("e-101", True), ("42", True), ("a.b", True), ("parcel", False)])
def test_is_exact(word: str, exact: bool) -> None:
    assert is_exact(word) is exact


@given(
    st.text(alphabet=st.sampled_from("aAbéÉ st-'/_.1E 字"), max_size=60),
    st.frozensets(st.sampled_from(["a", "as", "é", "e1", "1", "字字"])),
)
def test_finding_words_rules_none_out_too_early(text: str, terms: frozenset[str]) -> None:
    stemless = Analyzer(lambda word: word)
    expected = [(word.start, word.end) for word in words_of(text) if terms.intersection(stemless.forms(word))]
    assert [(match.start, match.end) for match in stemless.find(text, terms)] == expected
