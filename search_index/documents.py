"""Passages made ready for the keyword index: the terms of each field, and words for spelling."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from search_index.keyword.postings import PassageRow
from search_index.keyword.whoosh_index import KeywordDocument
from search_index.passages import Passage
from search_index.records import IndexedArticle
from search_index.text import Analyzer

#: Keeps words of different tags or headings apart without adding a term.
_BETWEEN = " . "


def documents_of(article: IndexedArticle, passages: Sequence[Passage], analyzer: Analyzer) -> Iterator[KeywordDocument]:
    """Give the keyword documents of an article, one for each passage.

    Title, summary and tags are searched with every passage, so that a section is found by what its article is
    about; the lead passage has no body, as its text is the summary.
    """
    tags = _BETWEEN.join(article.tags)
    title, summary, tag_terms = (tuple(analyzer.terms(text)) for text in (article.title, article.summary, tags))
    for passage in passages:
        headings = _BETWEEN.join(passage.headings)
        body = () if passage.number == 0 else tuple(analyzer.terms(passage.text))
        spoken = (article.title, tags) if passage.number == 0 else ()
        yield KeywordDocument(
            row=_row(passage),
            terms=(title, tuple(analyzer.terms(headings)), summary, tag_terms, body),
            words=frozenset(analyzer.surfaces(_BETWEEN.join((*spoken, headings, passage.text)))),
        )


def _row(passage: Passage) -> PassageRow:
    return PassageRow(
        article_id=passage.article_id,
        number=passage.number,
        anchor=passage.anchor,
        heading=passage.heading,
        headings=passage.headings,
        text=passage.text,
        embed_hash=passage.embed_hash,
    )
