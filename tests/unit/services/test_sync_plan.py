"""What a sync is to do, decided from two snapshots."""

from __future__ import annotations

from dataclasses import replace

import pytest

from portal.domain.articles import ArticleSource, ArticleState, Category
from portal.domain.sync import FolderSnapshot, KnownState, StoredArticle, SyncAction, SyncPlan
from portal.services.sync_plan import choose_action, plan_sync
from tests.content_samples import article, media

TRACK = article("delivery/track.md", "[late](late.md) ![box](../media/box.svg)", redirect_from="/old/track")
LATE = article("delivery/late.md")


def snapshot(*sources: ArticleSource, **changes: object) -> FolderSnapshot:
    return replace(FolderSnapshot(sources=sources, media=(media("media/box.svg"),)), **changes)


def known_after(found: FolderSnapshot, before: KnownState | None = None) -> KnownState:
    """The state of the database once the folder was synced."""
    plan = plan_sync(found, before or KnownState()).plan
    stored = {
        item.source.id: StoredArticle(
            id=item.source.id,
            slug=item.source.slug,
            locale=item.source.locale,
            category=item.source.category,
            path=item.source.path,
            sha256=item.source.sha256,
            renderer=item.renderer,
            state=ArticleState.DRAFT if item.source.draft else ArticleState.PUBLISHED,
        )
        for item in plan.articles
    }
    return KnownState(articles=stored, categories=plan.categories or (), redirects=plan.redirects or {})


def actions(plan: SyncPlan) -> dict[str, SyncAction]:
    return {item.source.path: item.action for item in plan.articles}


def test_everything_is_new_to_an_empty_database() -> None:
    plan = plan_sync(snapshot(TRACK, LATE), KnownState()).plan
    assert set(actions(plan).values()) == {SyncAction.ADD}
    assert plan.categories is not None
    assert [category.slug for category in plan.categories] == ["delivery"]
    assert plan.redirects == {"/old/track": "delivery/track"}
    assert plan.has_work


def test_nothing_changed_is_no_work() -> None:
    found = snapshot(TRACK, LATE)
    plan = plan_sync(found, known_after(found)).plan
    assert set(actions(plan).values()) == {SyncAction.KEEP}
    assert (plan.archive, plan.categories, plan.redirects, plan.has_work) == ((), None, None, False)


def test_only_the_changed_file_changes() -> None:
    known = known_after(snapshot(TRACK, LATE))
    plan = plan_sync(snapshot(TRACK, article("delivery/late.md", "New")), known).plan
    assert actions(plan) == {"delivery/track.md": SyncAction.KEEP, "delivery/late.md": SyncAction.CHANGE}


def test_a_page_is_made_anew_when_a_link_leads_elsewhere() -> None:
    known = known_after(snapshot(TRACK, LATE))
    plan = plan_sync(snapshot(TRACK), known).plan
    assert actions(plan) == {"delivery/track.md": SyncAction.REFRESH}
    assert plan.archive == ("delivery/late",)


def test_a_page_is_made_anew_when_its_picture_changes() -> None:
    known = known_after(snapshot(TRACK, LATE))
    other = snapshot(TRACK, LATE, media=(media("media/box.svg", sha256="b" * 64),))
    assert actions(plan_sync(other, known).plan)["delivery/track.md"] is SyncAction.REFRESH


@pytest.mark.parametrize(
    ("change", "action"),
    [
        ({}, SyncAction.KEEP),
        ({"sha256": "other"}, SyncAction.CHANGE),
        ({"renderer": "0-older"}, SyncAction.REFRESH),
        ({"slug": "elsewhere"}, SyncAction.REFRESH),
        ({"path": "moved.md"}, SyncAction.REFRESH),
        ({"state": ArticleState.ARCHIVED}, SyncAction.REFRESH),
        ({"state": ArticleState.DRAFT}, SyncAction.REFRESH),
    ],
)
def test_actions(change: dict[str, object], action: SyncAction) -> None:
    stored = known_after(snapshot(LATE)).articles["delivery/late"]
    assert choose_action(LATE, replace(stored, **change), stored.renderer) is action


def test_a_file_that_cannot_be_used_keeps_its_article() -> None:
    known = known_after(snapshot(TRACK, LATE))
    broken = snapshot(LATE, unusable_paths=frozenset({"delivery/track.md"}))
    plan = plan_sync(broken, known).plan
    assert plan.archive == ()
    assert plan.redirects is None
    assert plan.categories is None


def test_an_article_that_never_had_a_file_is_left_alone() -> None:
    known = known_after(snapshot(LATE))
    browser = replace(known.articles["delivery/late"], id="own", slug="own", path="")
    known = replace(known, articles={**known.articles, "own": browser})
    assert plan_sync(snapshot(LATE), known).plan.archive == ()


def test_an_archived_article_is_not_archived_again() -> None:
    known = known_after(snapshot(TRACK, LATE))
    gone = replace(known.articles["delivery/track"], state=ArticleState.ARCHIVED)
    known = replace(known, articles={**known.articles, gone.id: gone}, redirects={})
    assert not plan_sync(snapshot(LATE), known).plan.has_work


def test_of_two_files_with_one_id_the_first_is_loaded_and_both_are_named() -> None:
    plan = plan_sync(snapshot(article("b.md", id="x"), article("a.md", id="x")), KnownState()).plan
    assert list(actions(plan)) == ["a.md"]
    assert [str(problem) for problem in plan.errors] == [
        "b.md: The id “x” belongs to a.md already. Give this file another “id”; it was not loaded."
    ]


def test_a_slug_of_an_article_that_cannot_be_read_is_not_taken() -> None:
    known = known_after(snapshot(article("b/overview.md")))
    found = snapshot(article("a/overview.md"), unusable_paths=frozenset({"b/overview.md"}))
    plan = plan_sync(found, known).plan
    assert plan.articles[0].source.slug == "a-overview"
    assert "belongs to b/overview.md" in str(plan.warnings[0])


def test_categories_that_cannot_be_read_change_nothing() -> None:
    known = replace(known_after(snapshot(LATE)), categories=(Category(slug="delivery", title="Our trucks"),))
    assert plan_sync(snapshot(LATE, categories=None), known).plan.categories is None
    plan = plan_sync(snapshot(LATE, article("new/a.md"), categories=None), known).plan
    assert plan.categories is not None
    assert [category.title for category in plan.categories] == ["Our trucks", "New"]


def test_old_addresses_among_our_own_are_not_redirected() -> None:
    plan = plan_sync(snapshot(article("a.md", redirect_from="[/articles/b, /]")), KnownState()).plan
    assert plan.redirects is None
