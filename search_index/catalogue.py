"""The articles of a generation: what is known of each without reading its passages."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from search_index.errors import IndexCorrupt
from search_index.records import IndexedArticle


class ArticleEntry(NamedTuple):
    """An indexed article without its text; a tuple, because thousands are read at every change.

    Attributes:
        fingerprint: Of everything that was indexed; see `fingerprint_of`.
        headings: Anchor and words of each heading, in reading order.
    """

    id: str
    fingerprint: str
    title: str
    audience: str
    locale: str
    headings: tuple[tuple[str, str], ...]


def fingerprint_of(article: IndexedArticle) -> str:
    """Hash all that the index knows of an article; it changes whenever the article must be indexed again."""
    sections = [[each.anchor, each.heading, each.path, each.text] for each in article.sections]
    content = [article.id, article.title, article.summary, article.tags, article.audience, article.locale, sections]
    return hashlib.sha256(json.dumps(content, ensure_ascii=True).encode("ascii")).hexdigest()[:32]


def entry_of(article: IndexedArticle, fingerprint: str) -> ArticleEntry:
    """Note an article down."""
    return ArticleEntry(
        id=article.id,
        fingerprint=fingerprint,
        title=article.title,
        audience=article.audience,
        locale=article.locale,
        headings=tuple((section.anchor, section.heading) for section in article.sections if section.heading),
    )


def save_catalogue(entries: Iterable[ArticleEntry], path: Path) -> None:
    """Write the articles of a generation.

    Raises:
        OSError: The file cannot be written.
    """
    path.write_text(json.dumps(list(entries)), encoding="utf-8")


def load_catalogue(path: Path) -> dict[str, ArticleEntry]:
    """Read the articles of a generation, by id.

    Raises:
        IndexCorrupt: The file is missing or damaged.
    """
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
        return {row[0]: _entry(row) for row in rows}
    except (OSError, ValueError, TypeError, IndexError) as error:
        raise IndexCorrupt(f"{path} cannot be read ({error}); rebuild the index.") from error


def _entry(row: list[Any]) -> ArticleEntry:
    article_id, fingerprint, title, audience, locale, headings = row
    labels = tuple((anchor, heading) for anchor, heading in headings)
    return ArticleEntry(article_id, fingerprint, title, audience, locale, labels)
