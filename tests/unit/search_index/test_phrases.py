"""Words in quotation marks."""

from __future__ import annotations

from pathlib import Path

import pytest

from search_index import Indexer, SearchEngine, SearchNote
from search_index.keyword.whoosh_index import english_analyzer
from search_index.phrases import find_phrases
from tests.unit.search_index.samples import article, ask, engine

ARTICLES = (
    article("as-typed", text="We give a money back guarantee on every lamp."),
    article("scattered", text="Money is money. Back at home, a guarantee of money, back and money again."),
    article("titled", title="The money back guarantee", text="All about it."),
    article("other", text="Nothing of the kind."),
)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> SearchEngine:
    root: Path = tmp_path_factory.mktemp("index")
    Indexer(root, None).sync(ARTICLES)
    return engine(root)


@pytest.mark.parametrize(
    "typed",
    ['"money back guarantee"', "“money back guarantee”", "„Money back guarantees“", "«money-back guarantee» lamp"],
)
def test_a_phrase_must_stand_as_it_was_typed(shop: SearchEngine, typed: str) -> None:
    result = ask(shop, typed)
    assert {hit.article_id for hit in result.hits} == {"as-typed", "titled"}
    assert result.notes == ()


def test_stop_words_count_within_a_phrase(shop: SearchEngine) -> None:
    assert [hit.article_id for hit in ask(shop, '"guarantee on every"').hits] == ["as-typed"]
    assert [hit.article_id for hit in ask(shop, '"a guarantee of"').hits] == ["scattered"]


def test_a_phrase_must_stand_in_one_field(shop: SearchEngine) -> None:
    assert ask(shop, '"guarantee all"').notes == (SearchNote.QUOTES_IGNORED,)


def test_where_no_article_has_it_the_marks_are_ignored_and_the_result_says_so(shop: SearchEngine) -> None:
    result = ask(shop, '"guarantee back lamp"')
    assert {hit.article_id for hit in result.hits} == {"as-typed", "scattered", "titled"}
    assert result.notes == (SearchNote.QUOTES_IGNORED,)


@pytest.mark.parametrize("typed", ['money back "guarantee', 'a 5" lamp', '""', '" "', '"?!"', "it's"])
def test_marks_that_hold_nothing_are_harmless(shop: SearchEngine, typed: str) -> None:
    assert find_phrases(typed, english_analyzer()) == ()
    assert ask(shop, typed).notes == ()


def test_two_phrases_must_both_stand_there(shop: SearchEngine) -> None:
    assert [hit.article_id for hit in ask(shop, '"money back" "every lamp"').hits] == ["as-typed"]
