"""Whatever ten thousand strange queries hold, the engine answers each, and answers in good form."""

from __future__ import annotations

import logging
import random
from collections.abc import Iterator

import pytest

from search_index import (
    GuardLimits,
    HashingEncoder,
    Indexer,
    QueryKind,
    SearchEngine,
    SearchQuery,
    SearchResult,
    Verdict,
)
from search_index.quoting import MAX_QUOTED_WORDS
from search_index.records import Snippet
from search_index.snippets import MAX_SNIPPET_CHARACTERS
from search_index.text import MAX_QUERY_CHARACTERS
from tests.fuzzing import LONGEST_QUERY, make_articles, make_queries
from tests.unit.search_index.samples import PUBLIC

ARTICLES = 200
QUERIES = 10_000
#: In parts, so that a failure names its part and several cores can share the work.
PARTS = 10
LIMIT = 3
#: Ellipses before and after a snippet, with their spaces.
MARKS_OF_CUTS = 4
#: A sentence or step may be longer than the limit of a quotation by itself.
LONGEST_SENTENCE_WORDS = 60


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchEngine]:
    folder = tmp_path_factory.mktemp("index")
    Indexer(folder, HashingEncoder()).sync(make_articles(random.Random(1), ARTICLES))
    # Patient: how long the encoder takes is a fact about the machine and what else it does.
    yield SearchEngine(folder, HashingEncoder(), GuardLimits(encode_ms=60_000.0))


@pytest.mark.parametrize("part", range(PARTS))
def test_any_query_is_answered_in_good_form(shop: SearchEngine, caplog: pytest.LogCaptureFixture, part: int) -> None:
    caplog.set_level(logging.WARNING)
    for text in make_queries(random.Random(part), QUERIES // PARTS):
        result = shop.search(SearchQuery(text=text, audiences=PUBLIC, locale="en", limit=LIMIT))
        assert not caplog.records, f"{text!r}: {caplog.text}"
        check(result, text)


def test_anything_may_be_completed(shop: SearchEngine, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    for text in make_queries(random.Random(99), QUERIES // PARTS):
        assert len(shop.suggest(text, PUBLIC, limit=LIMIT)) <= LIMIT
        assert not caplog.records, f"{text!r}: {caplog.text}"


def test_the_same_dice_make_the_same_queries() -> None:
    made = list(make_queries(random.Random(3), 500))
    assert made == list(make_queries(random.Random(3), 500))
    assert max(map(len, made)) == LONGEST_QUERY
    assert any("\ud800" <= letter <= "\udfff" for text in made for letter in text), "lone surrogates are among them"


def check(result: SearchResult, text: str) -> None:
    """Hold one result to everything that is promised of any."""
    assert len(result.query) <= MAX_QUERY_CHARACTERS, repr(text)
    result.query.encode()
    assert result.degraded is None, repr(text)
    assert result.verdict in set(Verdict)
    assert 0.0 <= result.answerability <= 1.0, repr(text)
    assert len(result.hits) <= LIMIT
    scores = [hit.score for hit in result.hits]
    assert all(0.0 <= score <= 1.0 for score in scores), repr(text)
    assert scores == sorted(scores, reverse=True), repr(text)
    assert len({hit.article_id for hit in result.hits}) == len(result.hits), "one hit an article"
    for hit in result.hits:
        assert 0.0 <= hit.keyword_score <= 1.0, repr(text)
        assert -1.001 <= hit.semantic_score <= 1.001, repr(text)
        check_snippet(hit.snippet, text)
    if result.kind is QueryKind.BLANK or not result.hits:
        assert result.verdict is Verdict.NO_ANSWER, repr(text)
    check_answer(result, text)


def check_snippet(snippet: Snippet, text: str) -> None:
    """A snippet has words, and not too many."""
    assert snippet and all(fragment.text for fragment in snippet), repr(text)
    assert len(written(snippet)) <= MAX_SNIPPET_CHARACTERS + MARKS_OF_CUTS, repr(text)


def check_answer(result: SearchResult, text: str) -> None:
    """Only an answered question is quoted an answer, from its best hit."""
    if result.answer is None:
        return
    assert result.verdict is Verdict.ANSWERED, repr(text)
    assert result.answer.article_id == result.hits[0].article_id, repr(text)
    lines = [line for part in result.answer.parts for line in part.lines]
    words = sum(len(written(line).split()) for line in lines)
    assert 0 < words <= MAX_QUOTED_WORDS + LONGEST_SENTENCE_WORDS, repr(text)


def written(snippet: Snippet) -> str:
    """The text of a snippet."""
    return "".join(fragment.text for fragment in snippet)
