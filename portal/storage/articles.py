"""Articles and their revisions in the database. Whoever reads names the audiences that may see what is found."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, case, func, or_, select, update
from sqlalchemy.orm import defer

from portal.domain.articles import Article, ArticleSource, ArticleState, ArticleSummary, Audience, RenderedArticle
from portal.domain.errors import NotFound
from portal.storage.article_rows import (
    front_matter_of,
    page_columns,
    source_columns,
    state_of,
    to_article,
    to_indexed,
    to_summary,
)
from portal.storage.base import Store
from portal.storage.rows import ArticleRow, ArticleViewRow, CategoryRow, RedirectRow, RevisionRow
from search_index import IndexedArticle

#: Rows held in memory at once while all articles are streamed.
_STREAM_ROWS = 200
#: Columns that lists need not read.
_HEAVY = (ArticleRow.html, ArticleRow.sections, ArticleRow.toc, ArticleRow.extra)


class ArticleStore(Store):
    """Articles and their revisions."""

    def get(self, article_id: str, audiences: Collection[Audience]) -> Article:
        """Return a published article.

        Raises:
            NotFound: If there is none of this id, or it is for others.
        """
        article = self.find(article_id, audiences)
        if article is None:
            raise NotFound(f"There is no article “{article_id}”.")
        return article

    def find(self, article_id: str, audiences: Collection[Audience]) -> Article | None:
        """Return a published article, None if there is none of this id for these audiences."""
        return self._find(select(ArticleRow).where(ArticleRow.id == article_id), audiences)

    def find_by_slug(self, slug: str, audiences: Collection[Audience], *, locales: Sequence[str]) -> Article | None:
        """Return the published article with a slug in the first of the locales that has one, else in any."""
        query = select(ArticleRow).where(ArticleRow.slug == slug, *_visible(audiences))
        rows = list(self.session.scalars(query.order_by(ArticleRow.id)))
        wanted = {locale: place for place, locale in enumerate(locales)}
        rows.sort(key=lambda row: wanted.get(row.locale, len(wanted)))
        return to_article(rows[0]) if rows else None

    def find_redirect(self, path: str, audiences: Collection[Audience]) -> str | None:
        """Return the slug of the published article that an old address leads to, None if there is none.

        Args:
            path: Normalised as `portal.content.links.normalise_url` does.
            audiences: Of whoever asks.
        """
        query = select(ArticleRow.slug).join(RedirectRow, RedirectRow.article_id == ArticleRow.id)
        return self.session.scalar(query.where(RedirectRow.path == path, *_visible(audiences)))

    def find_named(self, text: str, audiences: Collection[Audience], *, locale: str) -> ArticleSummary | None:
        """Return the published article that somebody means, None if there is none for these audiences.

        Its id, its slug, its address or its title are told at once; else the shortest title that holds the text.

        Args:
            locale: Preferred where several are called the same.
        """
        name = text.strip().split("?")[0].split("#")[0].rstrip("/").rpartition("/")[2].casefold()
        if not name:
            return None
        title = func.lower(ArticleRow.title)
        typed = text.strip().lower()
        whole = (func.lower(ArticleRow.id) == typed, func.lower(ArticleRow.slug) == name, title == typed)
        contained = title.contains(typed, autoescape=True)
        query = _light().where(or_(*whole, contained), *_visible(audiences))
        exact = case((or_(*whole), 0), else_=1)
        here = case((ArticleRow.locale == locale, 0), else_=1)
        row = self.session.scalars(query.order_by(exact, here, func.length(ArticleRow.title), ArticleRow.id)).first()
        return None if row is None else to_summary(row)

    def list_category(self, category: str, audiences: Collection[Audience], locale: str) -> tuple[ArticleSummary, ...]:
        """Return the published articles of a category in their order, those without one by title."""
        query = _light().where(ArticleRow.category == category, ArticleRow.locale == locale, *_visible(audiences))
        rows = self.session.scalars(query.order_by(ArticleRow.position, ArticleRow.title, ArticleRow.id))
        return tuple(to_summary(row) for row in rows)

    def list_summaries(self, article_ids: Sequence[str], audiences: Collection[Audience]) -> tuple[ArticleSummary, ...]:
        """Return those of the articles that are published for these audiences, in the order of the ids."""
        if not article_ids:
            return ()
        rows = self.session.scalars(_light().where(ArticleRow.id.in_(set(article_ids)), *_visible(audiences)))
        found = {row.id: to_summary(row) for row in rows}
        return tuple(found[article_id] for article_id in dict.fromkeys(article_ids) if article_id in found)

    def list_all(self, audiences: Collection[Audience]) -> tuple[ArticleSummary, ...]:
        """Return every published article for these audiences, by category and slug."""
        query = _light().where(*_visible(audiences)).order_by(ArticleRow.category, ArticleRow.slug, ArticleRow.locale)
        return tuple(to_summary(row) for row in self.session.scalars(query))

    def count_by_category(self, audiences: Collection[Audience], locale: str) -> dict[str, int]:
        """Count the published articles of each category; categories without any are absent."""
        query = (
            select(ArticleRow.category, func.count().label("total"))
            .where(ArticleRow.locale == locale, *_visible(audiences))
            .group_by(ArticleRow.category)
        )
        counted = self.session.execute(query)
        return {row.category: row.total for row in counted}

    def list_most_read(
        self, audiences: Collection[Audience], locale: str, *, since: datetime, limit: int
    ) -> tuple[ArticleSummary, ...]:
        """Return the published articles opened on most journeys since a time, most first; none if nobody read."""
        readers = func.count(ArticleViewRow.journey_id.distinct())
        query = (
            _light()
            .join(ArticleViewRow, ArticleViewRow.article_id == ArticleRow.id)
            .where(ArticleViewRow.at >= since, ArticleRow.locale == locale, *_visible(audiences))
            .group_by(ArticleRow.id)
            .order_by(readers.desc(), ArticleRow.title)
            .limit(limit)
        )
        return tuple(to_summary(row) for row in self.session.scalars(query))

    def list_first(self, audiences: Collection[Audience], locale: str, *, limit: int) -> tuple[ArticleSummary, ...]:
        """Return the first published articles of the categories in turn, for a site that nobody has read yet."""
        place = func.row_number().over(
            partition_by=ArticleRow.category, order_by=(ArticleRow.position, ArticleRow.title, ArticleRow.id)
        )
        query = (
            select(ArticleRow.id)
            .outerjoin(CategoryRow, CategoryRow.slug == ArticleRow.category)
            .where(ArticleRow.locale == locale, *_visible(audiences))
            .order_by(place, CategoryRow.position, ArticleRow.category)
            .limit(limit)
        )
        return self.list_summaries(list(self.session.scalars(query)), audiences)

    def iterate_indexed(self) -> Iterator[IndexedArticle]:
        """Yield every published article as the index sees it, by id, a few at a time."""
        query = (
            select(ArticleRow)
            .options(defer(ArticleRow.html), defer(ArticleRow.extra), defer(ArticleRow.toc))
            .where(ArticleRow.state == ArticleState.PUBLISHED)
            .order_by(ArticleRow.id)
            .execution_options(yield_per=_STREAM_ROWS)
        )
        for row in self.session.scalars(query):
            yield to_indexed(row)

    def count_published(self) -> int:
        """Count the published articles of all audiences."""
        query = select(func.count()).select_from(ArticleRow).where(ArticleRow.state == ArticleState.PUBLISHED)
        return self.session.scalar(query) or 0

    def save(
        self, source: ArticleSource, rendered: RenderedArticle, *, renderer: str, author: str, note: str, now: datetime
    ) -> None:
        """Save an article's text as a revision, unless the newest has it already, and make it the published one.

        Args:
            source: The text; a draft is kept but published to nobody.
            rendered: Its page.
            renderer: Key of what the page was made from.
            author: Who wrote or brought it.
            note: Why, in a few words.
            now: Becomes the time of publication where the text is new.
        """
        row = self.session.get(ArticleRow, source.id)
        if row is None:
            row = ArticleRow(id=source.id, **source_columns(source), **page_columns(rendered))
            self.session.add(row)
            self.session.flush()
        for column, value in (source_columns(source) | page_columns(rendered)).items():
            setattr(row, column, value)
        row.renderer = renderer
        if self._add_revision(row, source, author=author, note=note, now=now) or row.published_at is None:
            row.published_at = now if state_of(source) is ArticleState.PUBLISHED else row.published_at
        self.session.flush()

    def archive(self, article_ids: Collection[str]) -> None:
        """Take articles off the site; their revisions and what customers did with them stay."""
        if article_ids:
            archived = update(ArticleRow).where(ArticleRow.id.in_(set(article_ids)))
            self.session.execute(archived.values(state=ArticleState.ARCHIVED.value))

    def _add_revision(self, row: ArticleRow, source: ArticleSource, *, author: str, note: str, now: datetime) -> bool:
        newest = self.session.get(RevisionRow, row.revision_id) if row.revision_id else None
        if newest is not None and newest.sha256 == source.sha256:
            return False
        revision = RevisionRow(
            article_id=row.id,
            parent_id=row.revision_id,
            author=author,
            note=note,
            front_matter=front_matter_of(source),
            body=source.body,
            sha256=source.sha256,
            created_at=now,
        )
        self.session.add(revision)
        self.session.flush()
        row.revision_id = revision.id
        return True

    def _find(self, query: Select[ArticleRow], audiences: Collection[Audience]) -> Article | None:
        row = self.session.scalars(query.where(*_visible(audiences))).first()
        return None if row is None else to_article(row)


def _visible(audiences: Collection[Audience]) -> tuple[ColumnElement[bool], ...]:
    """The conditions under which an article may be shown; an empty set of audiences sees nothing."""
    return (ArticleRow.state == ArticleState.PUBLISHED, ArticleRow.audience.in_(set(audiences)))


def _light() -> Select[ArticleRow]:
    return select(ArticleRow).options(*(defer(column) for column in _HEAVY))
