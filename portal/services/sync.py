"""Bringing the articles folder into the database: read, plan, render, and write in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from portal.content.articles import ArticleRenderer
from portal.content.checks import check_articles
from portal.domain.articles import ArticleSource, ContentProblem, RenderedArticle
from portal.domain.clock import Clock
from portal.domain.errors import Conflict, ContentError, SetupError
from portal.domain.jobs import JobKind
from portal.domain.sync import FolderSnapshot, KnownState, SyncAction, SyncPlan, SyncReport
from portal.services.sync_plan import PlannedSync, plan_sync
from portal.storage.articles_folder import read_articles_folder
from portal.storage.database import Database, UnitOfWork
from portal.storage.media_folder import MediaFolder
from search_index import Progress, no_progress

#: Who is named as the author of revisions that came from files.
AUTHOR = "articles folder"
#: All waiting orders to index are one.
_REINDEX_KEY = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncOptions:
    """How a sync reads the folder.

    Attributes:
        max_media_bytes: Larger pictures are refused.
    """

    default_locale: str = "en"
    max_media_bytes: int = 5_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Prepared:
    """All that will be written, worked out without writing."""

    snapshot: FolderSnapshot
    planned: PlannedSync
    pages: Mapping[str, RenderedArticle]


class SyncService:
    """Brings the articles folder into the database."""

    def __init__(self, database: Database, clock: Clock, media: MediaFolder, options: SyncOptions) -> None:
        self._database = database
        self._clock = clock
        self._media = media
        self._options = options

    def sync(
        self, folder: Path, *, dry_run: bool = False, allow_empty: bool = False, progress: Progress = no_progress
    ) -> SyncReport:
        """Load what is new or changed in the folder and archive what is gone from it.

        Where nothing has changed nothing is written. A file that cannot be used stops no other; what the database
        knows of its article stays.

        Args:
            folder: The articles folder.
            dry_run: Only say what would be done.
            allow_empty: Archive everything when the folder holds no article.
            progress: Called with the stages "read" and "render".

        Raises:
            SetupError: If the folder is not there, is empty, or pictures cannot be copied.
            Conflict: If another sync wrote at the same time; nothing of this one was written.
        """
        snapshot = read_articles_folder(
            folder,
            default_locale=self._options.default_locale,
            max_media_bytes=self._options.max_media_bytes,
            progress=progress,
        )
        if not allow_empty:
            refuse_empty(snapshot, folder)
        with self._database.read() as work:
            known = work.sync.known_state()
        prepared = self._prepare(snapshot, known, progress)
        if not dry_run:
            self._media.copy_in(folder, snapshot.media)
            if prepared.planned.plan.has_work:
                self._write(prepared, known)
            self._media.remove_others(snapshot.media)
        return _report(prepared, known)

    def _prepare(self, snapshot: FolderSnapshot, known: KnownState, progress: Progress) -> _Prepared:
        """Plan and render; an article that cannot be rendered counts as a file that cannot be used."""
        while True:
            planned = plan_sync(snapshot, known, default_locale=self._options.default_locale)
            pages, failed = _render(planned, progress)
            if not failed:
                return _Prepared(snapshot=snapshot, planned=planned, pages=pages)
            snapshot = _without(snapshot, failed)

    def _write(self, prepared: _Prepared, known: KnownState) -> None:
        plan = prepared.planned.plan
        with self._database.work() as work:
            if work.sync.known_state() != known:
                raise Conflict("Another sync changed the articles meanwhile. Nothing was written; run it again.")
            self._write_articles(work, prepared, known)
            if plan.categories is not None:
                work.sync.replace_categories(plan.categories)
            if plan.redirects is not None:
                work.sync.replace_redirects(plan.redirects)
            if plan.synonyms is not None:
                work.sync.replace_synonyms(plan.synonyms)
            if plan.changes_search:
                work.jobs.add(JobKind.REINDEX, now=self._clock.now(), key=_REINDEX_KEY)

    def _write_articles(self, work: UnitOfWork, prepared: _Prepared, known: KnownState) -> None:
        plan, now = prepared.planned.plan, self._clock.now()
        work.articles.archive(plan.archive)
        work.sync.free_slugs({item.source.id: (item.source.locale, item.source.slug) for item in plan.touched})
        for item in plan.touched:
            source, before = item.source, known.articles.get(item.source.id)
            page = prepared.pages[source.id]
            note = f"{'Added' if before is None else 'Changed'} in {source.path}"
            work.articles.save(source, page, renderer=item.renderer, author=AUTHOR, note=note[:500], now=now)
            if before is not None and before.slug != source.slug:
                work.sync.remember_former_slug(before.slug, source.id)


def refuse_empty(snapshot: FolderSnapshot, folder: Path) -> None:
    """Refuse a folder without a single article, which would empty the site.

    Raises:
        SetupError: If neither an article nor the remains of one were found.
    """
    if not snapshot.sources and not snapshot.unusable_paths:
        raise SetupError(
            f"The folder {folder} holds no Markdown article, so nothing was changed. "
            "Name the right folder, or say --allow-empty to take all articles off the site."
        )


def _render(
    planned: PlannedSync, progress: Progress
) -> tuple[Mapping[str, RenderedArticle], Mapping[str, ContentError]]:
    """Render the articles whose page is made anew; errors come by the path of the file."""
    touched = planned.plan.touched
    if not touched:
        return {}, {}
    renderer = ArticleRenderer()
    pages: dict[str, RenderedArticle] = {}
    failed: dict[str, ContentError] = {}
    for number, item in enumerate(touched):
        progress("render", number, len(touched))
        try:
            pages[item.source.id] = renderer.render(item.source, planned.link_map)
        except ContentError as error:
            failed[item.source.path] = error
    progress("render", len(touched), len(touched))
    return pages, failed


def _without(snapshot: FolderSnapshot, failed: Mapping[str, ContentError]) -> FolderSnapshot:
    errors = (ContentProblem(path=item.path, line=item.line, message=item.reason) for item in failed.values())
    return replace(
        snapshot,
        sources=tuple(source for source in snapshot.sources if source.path not in failed),
        errors=(*snapshot.errors, *errors),
        unusable_paths=snapshot.unusable_paths | failed.keys(),
    )


def _report(prepared: _Prepared, known: KnownState) -> SyncReport:
    plan = prepared.planned.plan
    return SyncReport(
        added=_paths(plan, SyncAction.ADD),
        changed=_paths(plan, SyncAction.CHANGE),
        refreshed=_paths(plan, SyncAction.REFRESH),
        archived=plan.archive,
        kept=len(plan.with_action(SyncAction.KEEP)),
        media=len(prepared.snapshot.media),
        synonyms=plan.synonyms is not None,
        errors=tuple(sorted(plan.errors, key=lambda item: (item.path, item.line or 0))),
        warnings=_warnings(prepared, known),
    )


def _warnings(prepared: _Prepared, known: KnownState) -> tuple[ContentProblem, ...]:
    """Look through all articles of the folder, the unchanged ones too: what is not mended is said again."""
    planned = prepared.planned
    sources: tuple[ArticleSource, ...] = tuple(item.source for item in planned.plan.articles)
    anchors = {article_id: stored.anchors for article_id, stored in known.articles.items()}
    anchors |= {
        article_id: frozenset(entry.anchor for entry in page.toc) for article_id, page in prepared.pages.items()
    }
    found = check_articles(sources, planned.link_map, anchors=anchors, categories=prepared.snapshot.categories or ())
    return tuple(sorted((*planned.plan.warnings, *found), key=lambda item: (item.path, item.line or 0)))


def _paths(plan: SyncPlan, action: SyncAction) -> tuple[str, ...]:
    return tuple(item.source.path for item in plan.with_action(action))
