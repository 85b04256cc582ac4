"""Looking a query up by its words."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from search_index.generations import GenerationStore
from search_index.keyword.matching import KeywordMatches
from search_index.reader import GenerationReader, open_generation
from tests.unit.search_index.samples import PUBLIC, index


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> GenerationReader:
    root: Path = index(tmp_path_factory.mktemp("index"))
    store = GenerationStore(root)
    return open_generation(store, store.current())


def match(reader: GenerationReader, text: str, *audiences: str) -> KeywordMatches:
    return reader.matcher.match(text, reader.analyzer, reader.visible(frozenset(audiences) or PUBLIC, None))


def best(reader: GenerationReader, matches: KeywordMatches) -> str:
    return reader.row(int(matches.scores.argmax())).article_id


def test_the_passage_with_the_words_scores_best(reader: GenerationReader) -> None:
    assert best(reader, match(reader, "how long does a refund take")) == "refunds"


def test_scores_are_the_sum_of_the_words_and_below_the_maximum(reader: GenerationReader) -> None:
    matches = match(reader, "package late carrier")
    np.testing.assert_allclose(matches.scores, matches.by_word(np.arange(reader.size)).sum(axis=0), rtol=1e-6)
    assert 0 < matches.scores.max() <= matches.maximum * 2


@pytest.mark.parametrize("typed", ["refnud", "refumd", "refundd", "efund", "delievry"])
def test_a_mistyped_word_is_taken_for_a_known_one(reader: GenerationReader, typed: str) -> None:
    matches = match(reader, typed)
    assert matches.words[0].correction in {"refund", "delivery"}
    assert matches.scores.max() > 0
    assert matches.scores.max() < match(reader, matches.words[0].correction or "").scores.max()


@pytest.mark.parametrize("typed", ["car", "E-102", "e102", "102", "lat", "9999999999"])
def test_short_words_digits_and_identifiers_are_taken_literally(reader: GenerationReader, typed: str) -> None:
    matches = match(reader, typed)
    assert all(word.correction is None for word in matches.words)


def test_a_correction_known_only_to_others_is_not_made(reader: GenerationReader) -> None:
    assert match(reader, "zanzibarr").words[0].correction is None
    assert match(reader, "zanzibarr", "public", "agents").words[0].correction == "zanzibar"


def test_an_identifier_is_asked_for_whole(reader: GenerationReader) -> None:
    matches = match(reader, "E-101")
    assert [word.word.term for word in matches.words] == ["e-101"]
    marked = np.flatnonzero(matches.holds_identifier())
    assert {reader.row(int(row)).anchor for row in marked} == {"e-101"}


def test_the_same_identifier_spelled_together_is_found(reader: GenerationReader) -> None:
    assert best(reader, match(reader, "e101")) == "error-codes"


def test_an_unknown_identifier_falls_back_to_its_pieces(reader: GenerationReader) -> None:
    assert [word.word.term for word in match(reader, "E-999").words] == ["999"]


def test_stop_words_alone_are_searched_but_mean_nothing(reader: GenerationReader) -> None:
    matches = match(reader, "to your")
    assert matches.scores.max() > 0
    assert not matches.meaningful
    assert match(reader, "to your card").meaningful


def test_no_words_no_scores(reader: GenerationReader) -> None:
    matches = match(reader, "?!")
    assert (len(matches.words), matches.scores.max(), matches.by_word(np.arange(3)).shape) == (0, 0.0, (0, 3))
    assert matches.maximum > 0


def test_a_flood_of_words_is_cut_to_the_rarest(reader: GenerationReader) -> None:
    matches = match(reader, "package " + " ".join(f"word{number}x" for number in range(300)))
    assert len(matches.words) == reader.recipe.keyword.max_words
    assert matches.words[0].word.term == "packag", "known words are kept"


def test_only_so_many_words_are_corrected(reader: GenerationReader) -> None:
    matches = match(reader, " ".join(f"refun{letter}" for letter in "abcefghijklm"))
    assert sum(word.correction == "refund" for word in matches.words) == reader.recipe.keyword.typo_words
