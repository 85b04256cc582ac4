"""Suggestions by the beginnings of words."""

from __future__ import annotations

import numpy as np
import pytest

from search_index.catalogue import entry_of
from search_index.records import Suggestion
from search_index.suggest import Suggester
from tests.unit.search_index.samples import BAD_QUERIES, SHOP

SUGGESTER = Suggester([entry_of(article, "") for article in SHOP])
ALL = np.ones(len(SHOP), dtype=np.bool_)


def suggest(prefix: str, limit: int = 6) -> list[str]:
    return [each.text for each in SUGGESTER.suggest(prefix, ALL, limit)]


def test_every_typed_word_begins_a_word() -> None:
    assert suggest("del arr") == ["Your delivery has not arrived"]
    assert suggest("arr del") == ["Your delivery has not arrived"]
    assert suggest("del refund") == []


def test_titles_come_before_headings_and_beginnings_first() -> None:
    assert suggest("e") == ["Error codes", "Expired cards", "E-204: wrong time", "E-101: no internet"]
    assert suggest("refu") == ["Refund by hand", "Get a refund"]


def test_a_heading_leads_to_its_section() -> None:
    assert SUGGESTER.suggest("expired", ALL, 6) == (
        Suggestion(text="Expired cards", article_id="refunds", section_anchor="cards"),
    )


def test_identifiers_are_completed() -> None:
    assert suggest("E-10") == ["E-101: no internet"]


def test_what_may_not_be_seen_is_not_suggested() -> None:
    allowed = np.array([article.audience == "public" for article in SHOP])
    assert [each.article_id for each in SUGGESTER.suggest("refund", allowed, 6)] == ["refunds"]


def test_equal_texts_are_suggested_once() -> None:
    twice = Suggester([entry_of(SHOP[0], ""), entry_of(SHOP[0], "")])
    assert len(twice.suggest("let us", np.ones(2, dtype=np.bool_), 6)) == 1


@pytest.mark.parametrize("typed", ["delivrey", "yuor delivvery", "delivvery arr"])
def test_mistyped_words_are_forgiven(typed: str) -> None:
    expected = [] if typed.startswith("yuor") else ["Your delivery has not arrived"]
    assert suggest(typed) == expected, "four letters are too few to guess at"


def test_the_limit_is_kept() -> None:
    assert len(suggest("e", limit=2)) == 2
    assert suggest("e", limit=0) == []


@pytest.mark.parametrize("typed", BAD_QUERIES)
def test_anything_may_be_typed(typed: str) -> None:
    suggest(typed)


def test_no_articles_no_suggestions() -> None:
    assert Suggester([]).suggest("a", np.zeros(0, dtype=np.bool_), 6) == ()
