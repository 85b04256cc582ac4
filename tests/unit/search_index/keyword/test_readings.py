"""What the words of a query may stand for."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from search_index import Indexer, parse_rule
from search_index.generations import GenerationStore
from search_index.keyword.matching import KeywordMatches
from search_index.reader import GenerationReader, open_generation
from search_index.synonyms import Synonyms
from tests.unit.search_index.samples import article

ARTICLES = (
    article("one", text="The gadget is blue."),
    article("two", text="Our widget is blue."),
    article("three", text="A gadget and a widget."),
    article("four", text="Bring money and come back."),
    article("five", text="The money is here."),
)


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> GenerationReader:
    root: Path = tmp_path_factory.mktemp("index")
    Indexer(root, None).sync(ARTICLES)
    store = GenerationStore(root)
    return open_generation(store, store.current())


def match(reader: GenerationReader, text: str, *rules: str) -> KeywordMatches:
    synonyms = Synonyms([parse_rule(rule) for rule in rules], reader.analyzer)
    return reader.matcher.match(text, reader.analyzer, reader.row_articles >= 0, synonyms)


def score(reader: GenerationReader, matches: KeywordMatches, article_id: str) -> float:
    return float(matches.scores[reader.rows_of(article_id)].max())


def test_a_passage_with_both_words_gets_the_better_one_only(reader: GenerationReader) -> None:
    alone, both = match(reader, "gadget"), match(reader, "gadget", "gadget, widget")
    assert score(reader, both, "three") == pytest.approx(score(reader, alone, "three"))
    assert score(reader, alone, "two") == 0
    assert 0 < score(reader, both, "two") < score(reader, both, "one")
    assert len(both.words) == 1


def test_a_phrase_needs_all_its_words(reader: GenerationReader) -> None:
    matches = match(reader, "refund", "refund, money back")
    assert score(reader, matches, "four") > 0
    assert score(reader, matches, "five") == 0


def test_what_stands_for_a_phrase_counts_once(reader: GenerationReader) -> None:
    phrase = match(reader, "money back", "money back, widget")
    word = match(reader, "widget")
    weight = reader.recipe.keyword.synonym_weight
    assert 0 < score(reader, phrase, "two") <= weight * score(reader, word, "two") * 1.001
    assert score(reader, phrase, "four") == pytest.approx(score(reader, match(reader, "money back"), "four"))


def test_a_rare_synonym_is_worth_no_more_than_the_word(reader: GenerationReader) -> None:
    matches = match(reader, "blue", "blue, here")
    assert matches.scores.max() == pytest.approx(match(reader, "blue").scores.max())


def test_a_word_with_a_synonym_is_no_mistyped_one(reader: GenerationReader) -> None:
    assert match(reader, "gadgets").words[0].correction is None
    assert match(reader, "gidget").words[0].correction in {"gadget", "widget"}
    assert match(reader, "gidget", "gidget, blue").words[0].correction is None


def test_unknown_synonyms_change_nothing(reader: GenerationReader) -> None:
    matches = match(reader, "gadget", "gadget, doohickey")
    assert matches.words[0].terms == ("gadget",)
    np.testing.assert_array_equal(matches.scores, match(reader, "gadget").scores)


def test_an_unknown_word_is_measured_by_what_it_stands_for(reader: GenerationReader) -> None:
    matches = match(reader, "doohickey", "doohickey, gadget")
    assert matches.maximum == pytest.approx(match(reader, "gadget").maximum)


def test_a_common_word_is_no_mistyped_one(reader: GenerationReader) -> None:
    assert match(reader, "widgey").words[0].correction == "widget"
    assert match(reader, "bring brings").words[0].correction is None
    assert match(reader, "blues", "x, y").words[0].correction is None
    assert [word.correction for word in match(reader, "money honest").words] == [None, None]
