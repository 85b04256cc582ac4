"""The sentences of a section, and which answers best."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_index.lines import LineKind
from search_index.prose import Sentence, rate_sentences, read_sentences, terms_by_sentence, without_notes
from search_index.question_types import QuestionType
from search_index.text import Match

TEXT = "Wait. Then:\n\n1. Open it. Look!\n2. Close it.\n\nSign · Means\nRed · Off"


def texts(text: str) -> list[str]:
    return [each.text for each in read_sentences(text)]


def test_sentences_know_where_they_stand() -> None:
    found = [(each.text, each.kind, each.block, each.line, each.number, each.opens) for each in read_sentences(TEXT)]
    assert found == [
        ("Wait.", LineKind.PROSE, 0, 0, 0, True),
        ("Then:", LineKind.PROSE, 0, 0, 0, False),
        ("Open it.", LineKind.STEP, 1, 1, 1, True),
        ("Look!", LineKind.STEP, 1, 1, 1, False),
        ("Close it.", LineKind.STEP, 1, 2, 2, True),
        ("Sign · Means", LineKind.ROW, 2, 3, 0, True),
        ("Red · Off", LineKind.ROW, 2, 4, 0, True),
    ]
    assert [each.names_columns for each in read_sentences(TEXT)][-2:] == [True, False]


@pytest.mark.parametrize(
    "text",
    [
        "Some goods, e.g. Lamps, stay here.",
        "Wait approx. 5 minutes.",
        "It is version 2.1 of the app.",
        "We open at 9 a.m. on Mondays.",
        "Order No. 12 is ready.",
    ],
)
def test_abbreviations_end_no_sentence(text: str) -> None:
    assert texts(text) == [text]


def test_sentences_of_other_scripts_end_too() -> None:
    assert texts("你好。再见！") == ["你好。", "再见！"]


@given(st.text(alphabet=st.sampled_from("aB .!?\n1字。>-"), max_size=200))
def test_no_word_is_lost(text: str) -> None:
    kept = "".join(texts(text))
    assert [each for each in kept if each in "aB字"] == [each for each in text if each in "aB字"]


def test_terms_are_found_where_they_stand() -> None:
    matches = [Match(0, 2, frozenset("a")), Match(5, 6, frozenset("b")), Match(6, 7, frozenset("a"))]
    assert terms_by_sentence([(0, 4), (5, 9)], matches) == [frozenset("a"), frozenset("ab")]
    assert terms_by_sentence([(0, 4)], []) == [frozenset()]


def best(text: str, asked: QuestionType = QuestionType.ANY, **found: set[str]) -> Sentence:
    sentences = read_sentences(text)
    terms = [frozenset(found.get(each.text.split()[0].lower(), set())) for each in sentences]
    ratings = rate_sentences(sentences, terms, {"rare": 3.0, "often": 1.0}, asked)
    return sentences[ratings.index(max(ratings))]


def test_informative_words_decide_and_then_the_place() -> None:
    text = "Aaa is a first thing. Bbb is a second thing. Ccc is a third thing."
    assert best(text, aaa={"often"}, bbb={"rare"}).text.startswith("Bbb")
    assert best(text, bbb={"rare"}, ccc={"rare"}).text.startswith("Bbb")
    assert best(text).text.startswith("Aaa")


def test_notes_column_names_and_questions_stand_back() -> None:
    assert [each.text for each in without_notes(read_sentences("> Aaa.\n\nBbb."))] == ["Bbb."]
    assert [each.text for each in without_notes(read_sentences("> Aaa."))] == ["Aaa."]
    assert best("Aaa · Means\nBbb · Off").text.startswith("Bbb")
    assert best("Aaa is it you want? Bbb is what you get.", aaa={"often", "rare"}, bbb={"rare"}).text.startswith("Bbb")


def test_the_sentence_that_means_what_was_asked_goes_before_one_that_only_shares_a_word() -> None:
    sentences = read_sentences("The lamp is white and made of glass. Hold the button until the light goes out.")
    found = [frozenset({"lamp"}), frozenset[str]()]
    by_words = rate_sentences(sentences, found, {"lamp": 1.0}, QuestionType.ANY)
    near = {sentences[0].text: 0.1, "Hold the button until the light goes out.": 0.95}
    by_both = rate_sentences(sentences, [found[1], found[1]], {"lamp": 1.0}, QuestionType.ANY, near)
    assert by_words[0] > by_words[1]
    assert by_both[1] > by_both[0]


def test_a_sentence_that_was_embedded_in_pieces_is_as_near_as_the_nearest() -> None:
    sentences = read_sentences("It takes approx. 5 days to arrive.")
    near = {"It takes approx.": 0.2, "5 days to arrive.": 0.8}
    plain = rate_sentences(sentences, [frozenset()], {}, QuestionType.ANY)
    rated = rate_sentences(sentences, [frozenset()], {}, QuestionType.ANY, near)
    assert rated[0] - plain[0] == pytest.approx(0.8)
