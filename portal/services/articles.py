"""Reading the help centre: home, categories, articles, and where old addresses lead."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from portal.content.links import normalise_url
from portal.domain.articles import Article, ArticleSummary, Audience, Category, TocEntry
from portal.domain.clock import Clock
from portal.domain.errors import NotFound
from portal.domain.users import Viewer
from portal.storage.database import Database, UnitOfWork

#: Names articles near one that a viewer may see, nearest first; empty on any trouble.
RelatedFinder = Callable[[str, Viewer], Sequence[ArticleSummary]]

#: Days over which reading counts as popular; a month evens out weekends.
MOST_READ_DAYS = 30
#: Articles on the home page; more would bury the categories.
MOST_READ = 6
#: With fewer popular articles than this nothing can be called popular yet.
MOST_READ_FROM = 3
#: Articles under "Related".
RELATED = 4
#: Headings shown in the contents: the topmost level and the one below.
TOC_DEPTH = 3
#: With fewer headings than this an article is its own table of contents.
TOC_FROM = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """A category with the number of its articles that the viewer may see."""

    category: Category
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HomePage:
    """What the home page shows.

    Attributes:
        most_read: Articles to begin with; what others read most, or the first of each category on a new site.
        is_popular: Whether `most_read` was really read most.
    """

    shelves: tuple[Shelf, ...]
    most_read: tuple[ArticleSummary, ...]
    is_popular: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryPage:
    """What a category's page shows."""

    category: Category
    articles: tuple[ArticleSummary, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticlePage:
    """What an article's page shows.

    Attributes:
        category: None where the viewer may not see the shelf itself.
        toc: Empty for a short article.
    """

    article: Article
    category: Category | None
    toc: tuple[TocEntry, ...]
    related: tuple[ArticleSummary, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SitemapEntry:
    """One public article for search engines."""

    slug: str
    updated: date | None


class ArticleReading:
    """Finds what a viewer may read.

    Args:
        default_locale: Taken where the help centre has nothing in the viewer's.
    """

    def __init__(self, database: Database, clock: Clock, *, default_locale: str) -> None:
        self._database = database
        self._clock = clock
        self._default_locale = default_locale

    def home_page(self, viewer: Viewer) -> HomePage:
        """Collect the home page; all of it may be empty on a new site."""
        with self._database.read() as work:
            locale = self._locale(work, viewer)
            shelves = _shelves(work, viewer.audiences, locale)
            since = self._clock.now() - timedelta(days=MOST_READ_DAYS)
            popular = work.articles.list_most_read(viewer.audiences, locale, since=since, limit=MOST_READ)
            is_popular = len(popular) >= MOST_READ_FROM
            first = () if is_popular else work.articles.list_first(viewer.audiences, locale, limit=MOST_READ)
        return HomePage(shelves=shelves, most_read=popular if is_popular else first, is_popular=is_popular)

    def category_page(self, slug: str, viewer: Viewer) -> CategoryPage:
        """Collect a category's page.

        Raises:
            NotFound: If there is no such category, or nothing in it that this viewer may see.
        """
        with self._database.read() as work:
            category = _find_category(work, slug, viewer.audiences)
            articles = work.articles.list_category(slug, viewer.audiences, self._locale(work, viewer))
        if category is None or not articles:
            raise NotFound(f"There is no category “{slug}”.")
        return CategoryPage(category=category, articles=articles)

    def find_article_page(self, slug: str, viewer: Viewer, related: RelatedFinder) -> ArticlePage | None:
        """Collect an article's page; None when this viewer may see no article of this slug.

        Args:
            slug: As in the address.
            viewer: Who asks.
            related: Names near articles; where it names none, neighbours of the same category stand in.
        """
        locales = (viewer.locale, self._default_locale)
        with self._database.read() as work:
            article = work.articles.find_by_slug(slug, viewer.audiences, locales=locales)
            if article is None:
                return None
            category = _find_category(work, article.category, viewer.audiences)
            neighbours = work.articles.list_category(article.category, viewer.audiences, article.locale)
        near = tuple(item for item in related(article.id, viewer) if item.locale == article.locale)
        shown = near or neighbours
        return ArticlePage(
            article=article,
            category=category,
            toc=_contents(article),
            related=tuple(item for item in shown if item.id != article.id)[:RELATED],
        )

    def record_reading(self, slug: str, viewer: Viewer, journey_id: str, seconds: int) -> None:
        """Add to the time for which an article was in sight on a journey; what is not known is passed over.

        Args:
            seconds: Since it was told last, more than 0.
        """
        locales = (viewer.locale, self._default_locale)
        with self._database.work() as work:
            article = work.articles.find_by_slug(slug, viewer.audiences, locales=locales)
            if article is not None:
                work.journeys.add_reading(journey_id, article.id, seconds, self._clock.now())

    def find_moved(self, path: str, viewer: Viewer) -> str | None:
        """Return the slug of the article that an old address leads to; None when it leads nowhere for this viewer."""
        with self._database.read() as work:
            return work.articles.find_redirect(normalise_url(path), viewer.audiences)

    def list_sitemap(self) -> tuple[SitemapEntry, ...]:
        """List the articles that everybody may read, whoever asks."""
        with self._database.read() as work:
            articles = work.articles.list_all({Audience.PUBLIC})
        newest: dict[str, SitemapEntry] = {}
        for article in articles:
            newest.setdefault(article.slug, SitemapEntry(slug=article.slug, updated=article.updated))
        return tuple(newest.values())

    def _locale(self, work: UnitOfWork, viewer: Viewer) -> str:
        """The viewer's locale where the help centre has articles in it, else the site's."""
        if viewer.locale == self._default_locale or work.articles.count_by_category(viewer.audiences, viewer.locale):
            return viewer.locale
        return self._default_locale


def _shelves(work: UnitOfWork, audiences: Collection[Audience], locale: str) -> tuple[Shelf, ...]:
    """The categories that hold something for these audiences, in their order."""
    counts = work.articles.count_by_category(audiences, locale)
    return tuple(
        Shelf(category=category, count=counts[category.slug])
        for category in work.sync.list_categories()
        if category.audience in audiences and counts.get(category.slug)
    )


def _find_category(work: UnitOfWork, slug: str, audiences: Collection[Audience]) -> Category | None:
    found = (item for item in work.sync.list_categories() if item.slug == slug and item.audience in audiences)
    return next(found, None)


def _contents(article: Article) -> tuple[TocEntry, ...]:
    entries = tuple(entry for entry in article.toc if entry.level <= TOC_DEPTH)
    return entries if len(entries) >= TOC_FROM else ()
