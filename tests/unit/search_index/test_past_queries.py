"""Queries that many asked, suggested to others."""

from __future__ import annotations

from pathlib import Path

import pytest

from search_index import HashingEncoder, Indexer, PastQuery, SearchEngine, SuggestionKind, save_past_queries
from search_index.past_queries import MAX_PAST_QUERIES
from tests.unit.search_index.samples import SHOP

PUBLIC = frozenset({"public"})


def query(text: str, article_id: str = "refunds", askers: int = 3, locale: str = "en") -> PastQuery:
    return PastQuery(text=text, article_id=article_id, locale=locale, askers=askers)


@pytest.fixture
def engine(tmp_path: Path) -> SearchEngine:
    Indexer(tmp_path, HashingEncoder()).sync(SHOP)
    return SearchEngine(tmp_path, None)


def asked(engine: SearchEngine, prefix: str, audiences: frozenset[str] = PUBLIC, limit: int = 6) -> list[str]:
    found = engine.suggest(prefix, audiences, None, limit)
    return [each.text for each in found if each.kind is SuggestionKind.QUERY]


def test_they_come_first_as_soon_as_they_are_saved(engine: SearchEngine, tmp_path: Path) -> None:
    assert asked(engine, "refund") == []
    assert save_past_queries(tmp_path, [query("refund how long")]) == 1
    assert engine.suggest("refund", PUBLIC)[0].text == "refund how long"
    assert asked(engine, "long refund") == ["refund how long"]
    save_past_queries(tmp_path, [])
    assert asked(engine, "refund") == []


def test_they_need_an_article_that_may_be_seen(engine: SearchEngine, tmp_path: Path) -> None:
    hidden = next(article for article in SHOP if article.audience != "public")
    save_past_queries(tmp_path, [query("refund one", hidden.id), query("refund two", "gone"), query("refund three")])
    assert asked(engine, "refund") == ["refund three"]
    assert asked(engine, "refund one", frozenset({hidden.audience})) == ["refund one"]


def test_the_most_asked_come_first_and_leave_room(engine: SearchEngine, tmp_path: Path) -> None:
    counts = {"refund a": 3, "refund of which many ask": 9, "refund c": 5}
    save_past_queries(tmp_path, [query(text, askers=askers) for text, askers in counts.items()])
    assert asked(engine, "refund", limit=4) == ["refund of which many ask", "refund c"]
    assert len(engine.suggest("refund", PUBLIC, None, 4)) > 2


def test_a_title_is_not_said_twice(engine: SearchEngine, tmp_path: Path) -> None:
    save_past_queries(tmp_path, [query("get a refund")])
    assert asked(engine, "get a") == []


def test_a_damaged_file_suggests_nothing(engine: SearchEngine, tmp_path: Path) -> None:
    save_past_queries(tmp_path, [query("refund how long")])
    (tmp_path / "past_queries.json").write_text("[{", encoding="utf-8")
    assert asked(engine, "refund") == []
    assert engine.suggest("refund", PUBLIC)


def test_only_so_many_are_kept(tmp_path: Path) -> None:
    many = (query(f"q{number}", askers=number) for number in range(MAX_PAST_QUERIES + 10))
    assert save_past_queries(tmp_path, many) == MAX_PAST_QUERIES
