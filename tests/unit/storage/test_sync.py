"""Categories, redirects and slugs, as a sync writes them."""

from __future__ import annotations

import pytest

from portal.domain.articles import ArticleState, Audience, Category
from portal.storage.database import Database
from tests.unit.storage.test_articles import PUBLIC, STAFF, save

ORDERS = Category(slug="orders", title="Orders", position=1)
AGENTS = Category(slug="agents", title="For agents", position=0, audience=Audience.AGENTS, icon="headset")


@pytest.fixture
def two(database: Database) -> Database:
    with database.work() as work:
        save(work, "a.md")
        save(work, "b.md", audience="agents")
    return database


def test_what_is_known(two: Database) -> None:
    with two.work() as work:
        work.articles.archive(["b"])
    with two.read() as work:
        known = work.sync.known_state()
    assert list(known.articles) == ["a", "b"]
    a = known.articles["a"]
    assert (a.slug, a.path, a.renderer, a.state) == ("a", "a.md", "1-abc", ArticleState.PUBLISHED)
    assert a.anchors == {"one"}
    assert known.articles["b"].state is ArticleState.ARCHIVED
    assert (known.categories, known.redirects) == ((), {})


def test_categories_are_replaced(database: Database) -> None:
    with database.work() as work:
        work.sync.replace_categories([ORDERS, AGENTS])
    with database.work() as work:
        assert work.sync.list_categories() == (AGENTS, ORDERS)
        work.sync.replace_categories([ORDERS])
        assert work.sync.list_categories() == (ORDERS,)


def test_redirects_are_replaced_and_former_slugs_stay(two: Database) -> None:
    with two.work() as work:
        work.sync.replace_redirects({"/x": "a", "/y": "b"})
        work.sync.remember_former_slug("old-a", "a")
    with two.work() as work:
        work.sync.replace_redirects({"/y": "a", "/z": "b"})
        assert work.sync.list_redirects() == {"/y": "a", "/z": "b"}
        assert work.articles.find_redirect("/y", PUBLIC) == "a"
        assert work.articles.find_redirect("/x", PUBLIC) is None
        assert work.articles.find_redirect("/articles/old-a", PUBLIC) == "a"


def test_an_old_address_leads_only_those_who_may_go(two: Database) -> None:
    with two.work() as work:
        work.sync.replace_redirects({"/y": "b"})
        assert work.articles.find_redirect("/y", PUBLIC) is None
        assert work.articles.find_redirect("/y", STAFF) == "b"


def test_slugs_can_be_exchanged(two: Database) -> None:
    with two.work() as work:
        work.sync.free_slugs({"a": ("en", "b"), "b": ("en", "a")})
        save(work, "a.md", slug="b")
        save(work, "b.md", slug="a")
    with two.read() as work:
        assert {item.id: item.slug for item in work.articles.list_summaries(["a", "b"], STAFF)} == {"a": "b", "b": "a"}
        assert work.articles.find("b", PUBLIC) is not None


def test_an_archived_article_gives_its_slug_up(two: Database) -> None:
    with two.work() as work:
        work.articles.archive(["a"])
        work.sync.free_slugs({"new": ("en", "a")})
        save(work, "new.md", slug="a")
        assert work.articles.find_by_slug("a", PUBLIC, locales=["en"]) is not None
