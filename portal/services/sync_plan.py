"""What a sync of the articles folder is to do, decided before anything is done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from portal.content.articles import render_key
from portal.content.categories import complete_categories
from portal.content.checks import drop_duplicate_ids, settle_slugs
from portal.content.links import LinkMap, build_link_map, old_urls
from portal.domain.articles import ArticleSource, ArticleState, Category
from portal.domain.sync import FolderSnapshot, KnownState, PlannedArticle, StoredArticle, SyncAction, SyncPlan

#: Pages of the site itself that articles may link to.
SITE_PATHS = ("/", "/search", "/talk-to-a-human", "/requests", "/account", "/sign-in")
#: Addresses below which the site's own pages live; an old address there would never be asked for.
_OWN_PREFIX = "/articles/"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedSync:
    """A plan together with what the links of its articles were resolved with."""

    plan: SyncPlan
    link_map: LinkMap


def plan_sync(snapshot: FolderSnapshot, known: KnownState, *, default_locale: str = "en") -> PlannedSync:
    """Decide what a sync is to do.

    Of two files with one id the first by path is loaded and the other is an error that names both. An article whose
    file is there but cannot be used stays as it is; one whose file is gone is archived. Articles that were never in
    a file are left alone.

    Args:
        snapshot: The folder.
        known: The database.
        default_locale: Preferred where one link could lead to several languages.
    """
    sources, clashes = drop_duplicate_ids(snapshot.sources)
    unseen = _unseen(sources, snapshot, known)
    slugs = {article_id: stored.slug for article_id, stored in known.articles.items()}
    reserved = {(stored.locale, stored.slug): stored.path or stored.id for stored in unseen}
    settled, moved = settle_slugs(sources, slugs, reserved)
    sources = tuple(replace(source, slug=settled[source.id]) for source in sources)
    link_map = build_link_map(sources, snapshot.media, site_paths=SITE_PATHS, default_locale=default_locale)
    staying = {source.id for source in sources} | {stored.id for stored in unseen}
    categories = _plan_categories(
        snapshot, known, {item.category for item in sources} | {item.category for item in unseen}
    )
    redirects = _plan_redirects(sources, unseen, known)
    plan = SyncPlan(
        articles=tuple(_plan_article(source, known.articles.get(source.id), link_map) for source in sources),
        archive=tuple(
            sorted(item.id for item in known.articles.values() if _is_shown(item) and item.id not in staying)
        ),
        categories=None if categories == known.categories else categories,
        redirects=None if redirects == known.redirects else redirects,
        synonyms=None if snapshot.synonyms == known.synonyms else snapshot.synonyms,
        errors=(*snapshot.errors, *clashes),
        warnings=moved,
    )
    return PlannedSync(plan=plan, link_map=link_map)


def _unseen(sources: Iterable[ArticleSource], snapshot: FolderSnapshot, known: KnownState) -> tuple[StoredArticle, ...]:
    """The stored articles that stay although the folder does not show them: unusable files, and no files at all."""
    seen = {source.id for source in sources}
    return tuple(
        stored
        for stored in known.articles.values()
        if _is_shown(stored) and stored.id not in seen and (not stored.path or stored.path in snapshot.unusable_paths)
    )


def _is_shown(stored: StoredArticle) -> bool:
    return stored.state is not ArticleState.ARCHIVED


def _plan_article(source: ArticleSource, stored: StoredArticle | None, link_map: LinkMap) -> PlannedArticle:
    key = render_key(source, link_map)
    return PlannedArticle(source=source, action=choose_action(source, stored, key), renderer=key)


def choose_action(source: ArticleSource, stored: StoredArticle | None, key: str) -> SyncAction:
    """Say what is to be done with one article of the folder.

    Args:
        source: With its settled slug.
        stored: What the database knows of it.
        key: What its page would be made from now, besides its text.
    """
    if stored is None:
        return SyncAction.ADD
    if stored.sha256 != source.sha256:
        return SyncAction.CHANGE
    state = ArticleState.DRAFT if source.draft else ArticleState.PUBLISHED
    same = (stored.slug, stored.path, stored.renderer, stored.state) == (source.slug, source.path, key, state)
    return SyncAction.KEEP if same else SyncAction.REFRESH


def _plan_categories(snapshot: FolderSnapshot, known: KnownState, used: set[str]) -> tuple[Category, ...]:
    """The described categories and those the articles imply; a list that cannot be read changes nothing."""
    described = known.categories if snapshot.categories is None else snapshot.categories
    return complete_categories(described, used)


def _plan_redirects(
    sources: Iterable[ArticleSource], unseen: Iterable[StoredArticle], known: KnownState
) -> Mapping[str, str]:
    """The old addresses of the folder's articles, and those that articles we could not read had before."""
    wanted = {path: owner for path, owner in old_urls(sources).items() if not path.startswith(_OWN_PREFIX)}
    kept = {stored.id for stored in unseen}
    return {**{path: owner for path, owner in known.redirects.items() if owner in kept}, **wanted}
