"""The articles folder and the database brought together: what was found, what is known, what is to be done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from portal.domain.articles import ArticleSource, ArticleState, Category, ContentProblem, MediaFile
from search_index import SynonymRule


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderSnapshot:
    """An articles folder as it was when it was read.

    Attributes:
        sources: The articles that could be read, by path.
        errors: Why other files could not be used, by path and line.
        unusable_paths: Articles among those files; what the database knows of them stays.
        categories: As described by the folder's list, in its order; None when the list is there and cannot be used.
        synonyms: Words that mean the same, as the folder lists them; None when the list is there and cannot be used.
        media: Pictures, their content checked, by path.
    """

    sources: tuple[ArticleSource, ...] = ()
    errors: tuple[ContentProblem, ...] = ()
    unusable_paths: frozenset[str] = frozenset()
    categories: tuple[Category, ...] | None = ()
    synonyms: tuple[SynonymRule, ...] | None = ()
    media: tuple[MediaFile, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredArticle:
    """What the database knows of an article, as far as comparing needs it.

    Attributes:
        path: The file it came from; empty for one that was written in the browser.
        sha256: Of that file when it was last synced.
        renderer: Key of what its page was made from.
        anchors: Of its page.
    """

    id: str
    slug: str
    locale: str
    category: str
    path: str
    sha256: str
    renderer: str
    state: ArticleState
    anchors: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownState:
    """What the database holds before a sync.

    Attributes:
        articles: By id, archived ones too.
        redirects: Ids by old address, besides those from former slugs.
    """

    articles: Mapping[str, StoredArticle] = field(default_factory=dict)
    categories: tuple[Category, ...] = ()
    redirects: Mapping[str, str] = field(default_factory=dict)
    synonyms: tuple[SynonymRule, ...] = ()


class SyncAction(StrEnum):
    """What is to be done with one article.

    REFRESH makes its page anew from the same text, because links, slug, state or the renderer changed.
    """

    ADD = "add"
    CHANGE = "change"
    REFRESH = "refresh"
    KEEP = "keep"
    ARCHIVE = "archive"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedArticle:
    """One article of the folder with what is to be done with it; `source` has its settled slug."""

    source: ArticleSource
    action: SyncAction
    renderer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncPlan:
    """What a sync will do; pure data, nothing has happened yet.

    Attributes:
        articles: All articles of the folder, kept ones too, by path.
        archive: Ids of articles whose file is gone.
        categories: The shelves as they will be; None leaves them as they are.
        redirects: Old addresses with the ids they lead to; None leaves them as they are.
        synonyms: Words that mean the same as they will be; None leaves them as they are.
        errors: Files that will not be loaded.
        warnings: What a writer should look at and can be told before any page is rendered.
    """

    articles: tuple[PlannedArticle, ...] = ()
    archive: tuple[str, ...] = ()
    categories: tuple[Category, ...] | None = None
    redirects: Mapping[str, str] | None = None
    synonyms: tuple[SynonymRule, ...] | None = None
    errors: tuple[ContentProblem, ...] = ()
    warnings: tuple[ContentProblem, ...] = ()

    def with_action(self, *actions: SyncAction) -> tuple[PlannedArticle, ...]:
        """Return the articles with one of these actions."""
        return tuple(item for item in self.articles if item.action in actions)

    @property
    def touched(self) -> tuple[PlannedArticle, ...]:
        """The articles whose page is made anew."""
        return self.with_action(SyncAction.ADD, SyncAction.CHANGE, SyncAction.REFRESH)

    @property
    def has_work(self) -> bool:
        """Whether the database must be written at all."""
        lists = (self.categories, self.redirects, self.synonyms)
        return bool(self.touched or self.archive) or any(each is not None for each in lists)

    @property
    def changes_search(self) -> bool:
        """Whether the search index must be brought up to date afterwards."""
        return bool(self.touched or self.archive) or self.synonyms is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncReport:
    """What a sync did, or would do in a dry run.

    Attributes:
        synonyms: Whether the words that mean the same are others than before.
        errors: Files that were not loaded.
        warnings: What a writer should look at in those that were.
        media: Pictures the folder holds.
    """

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    refreshed: tuple[str, ...] = ()
    archived: tuple[str, ...] = ()
    kept: int = 0
    media: int = 0
    synonyms: bool = False
    errors: tuple[ContentProblem, ...] = ()
    warnings: tuple[ContentProblem, ...] = ()

    @property
    def loaded(self) -> int:
        """How many articles of the folder the database has now."""
        return len(self.added) + len(self.changed) + len(self.refreshed) + self.kept

    @property
    def touched(self) -> bool:
        """Whether what is searched differs from before."""
        return bool(self.added or self.changed or self.refreshed or self.archived or self.synonyms)
