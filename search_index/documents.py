"""Passages made ready for the keyword index: the terms of each field, and words for spelling."""

from __future__ import annotations

from collections.abc import Sequence

from search_index.keyword.postings import PassageRow
from search_index.keyword.whoosh_index import KeywordDocument
from search_index.lines import without_marks
from search_index.passages import Passage
from search_index.records import IndexedArticle
from search_index.text import Analyzer, words_of

#: Keeps words of different tags or headings apart without adding a term.
_BETWEEN = " . "

_Terms = tuple[str, ...]


def documents_of(article: IndexedArticle, passages: Sequence[Passage], analyzer: Analyzer) -> list[KeywordDocument]:
    """Give the keyword documents of an article, one for each passage.

    Title, summary and tags are searched with every passage, so that a section is found by what its article is
    about; the lead passage has no body, as its text is the summary, and holds the spelling words of all.
    """
    spelled: set[str] = set()

    def read(text: str) -> _Terms:
        words = list(words_of(text))
        spelled.update(analyzer.surfaces_of(words))
        return tuple(analyzer.terms_of(words))

    title, summary, tags = read(article.title), read(article.summary), read(_BETWEEN.join(article.tags))
    headings = {each: read(_BETWEEN.join(each)) for each in {passage.headings for passage in passages}}
    bodies = [() if passage.number == 0 else read(without_marks(passage.text)) for passage in passages]
    return [
        KeywordDocument(
            row=_row(passage),
            terms=(title, headings[passage.headings], summary, tags, body),
            words=frozenset(spelled if passage.number == 0 else ()),
        )
        for passage, body in zip(passages, bodies, strict=True)
    ]


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
