"""What the keyword index gets to see of a passage."""

from __future__ import annotations

from search_index.documents import documents_of
from search_index.keyword.whoosh_index import english_analyzer
from search_index.passages import Budget, count_words, cut_article
from search_index.recipe import FIELDS
from tests.unit.search_index.samples import DELIVERY


def test_title_summary_and_tags_go_with_every_passage() -> None:
    passages = cut_article(DELIVERY, Budget(tokens=100, prefix_tokens=40, count=count_words))
    lead, opening, section = documents_of(DELIVERY, passages, english_analyzer())
    fields = [dict(zip(FIELDS, document.terms, strict=True)) for document in (lead, opening, section)]
    assert {field["title"] for field in fields} == {("your", "deliveri", "has", "not", "arriv")}
    assert {field["tags"] for field in fields} == {("packag", "carrier")}
    assert fields[0]["body"] == ()
    assert "three" in fields[1]["body"]
    assert fields[2]["headings"] == ("let", "us", "search", "for", "it")
    assert section.row.anchor == "search-for-it"


def test_each_word_is_known_for_spelling_once_per_article() -> None:
    passages = cut_article(DELIVERY, Budget(tokens=100, prefix_tokens=40, count=count_words))
    lead, *others = documents_of(DELIVERY, passages, english_analyzer())
    assert {"delivery", "arrived", "carrier", "late", "packages", "package", "search"} <= lead.words
    assert not any(document.words for document in others)
