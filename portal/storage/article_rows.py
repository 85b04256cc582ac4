"""Articles between rows and records: the only place that knows how one becomes the other."""

from __future__ import annotations

from typing import Any

from portal.content.sanitizer import from_store
from portal.domain.articles import (
    Article,
    ArticleSource,
    ArticleState,
    ArticleSummary,
    Audience,
    RenderedArticle,
    TocEntry,
)
from portal.storage.rows import ArticleRow
from search_index import IndexedArticle, Section


def to_article(row: ArticleRow) -> Article:
    """Build a published article from its row."""
    if row.published_at is None:
        raise ValueError(f"The article {row.id!r} is {row.state} but was never published.")
    return Article(
        id=row.id,
        slug=row.slug,
        title=row.title,
        summary=row.summary,
        category=row.category,
        tags=tuple(row.tags),
        audience=Audience(row.audience),
        locale=row.locale,
        state=ArticleState(row.state),
        updated=row.updated,
        published_at=row.published_at,
        html=from_store(row.html),
        sections=to_sections(row.sections),
        toc=tuple(TocEntry(anchor=item["anchor"], text=item["text"], level=item["level"]) for item in row.toc),
        revision_id=row.revision_id or 0,
        path=row.source_path,
        extra=row.extra,
    )


def to_summary(row: ArticleRow) -> ArticleSummary:
    """Build an article as lists show it from its row."""
    return ArticleSummary(
        id=row.id,
        slug=row.slug,
        title=row.title,
        summary=row.summary,
        category=row.category,
        audience=Audience(row.audience),
        locale=row.locale,
        updated=row.updated,
    )


def to_indexed(row: ArticleRow) -> IndexedArticle:
    """Build an article as the index sees it from its row."""
    return IndexedArticle(
        id=row.id,
        title=row.title,
        summary=row.summary,
        tags=tuple(row.tags),
        audience=row.audience,
        locale=row.locale,
        sections=to_sections(row.sections),
    )


def to_sections(stored: list[Any]) -> tuple[Section, ...]:
    """Build sections from their JSON."""
    return tuple(
        Section(anchor=item["anchor"], heading=item["heading"], path=tuple(item["path"]), text=item["text"])
        for item in stored
    )


def page_columns(rendered: RenderedArticle) -> dict[str, Any]:
    """Return the columns of an article's row that come from its rendered page."""
    return {
        "html": rendered.html.text,
        "sections": [
            {"anchor": item.anchor, "heading": item.heading, "path": list(item.path), "text": item.text}
            for item in rendered.sections
        ],
        "toc": [{"anchor": item.anchor, "text": item.text, "level": item.level} for item in rendered.toc],
    }


def source_columns(source: ArticleSource) -> dict[str, Any]:
    """Return the columns of an article's row that come from its file."""
    return {
        "slug": source.slug,
        "locale": source.locale,
        "title": source.title,
        "summary": source.summary,
        "category": source.category,
        "tags": list(source.tags),
        "audience": source.audience.value,
        "state": state_of(source).value,
        "position": source.order,
        "updated": source.updated,
        "extra": dict(source.extra),
        "source_path": source.path,
        "source_sha256": source.sha256,
    }


def front_matter_of(source: ArticleSource) -> dict[str, Any]:
    """Return a file's front matter as JSON, for its revision."""
    return {
        **source.extra,
        "id": source.id,
        "slug": source.slug,
        "title": source.title,
        "summary": source.summary,
        "category": source.category,
        "tags": list(source.tags),
        "audience": source.audience.value,
        "locale": source.locale,
        "redirect_from": list(source.redirect_from),
        "updated": source.updated.isoformat() if source.updated else None,
        "order": source.order,
        "draft": source.draft,
    }


def state_of(source: ArticleSource) -> ArticleState:
    """Say in which state an article of the folder is."""
    return ArticleState.DRAFT if source.draft else ArticleState.PUBLISHED
