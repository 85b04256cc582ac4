"""Articles in the database: found only by those who may see them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from portal.content.articles import ArticleRenderer
from portal.domain.articles import ArticleState, Audience
from portal.domain.errors import NotFound
from portal.storage.database import Database, UnitOfWork
from portal.storage.rows import ArticleRow, RevisionRow
from tests.content_samples import article, link_map

NOW = datetime(2026, 11, 17, 11, 0, tzinfo=UTC)
PUBLIC = frozenset({Audience.PUBLIC})
STAFF = frozenset({Audience.PUBLIC, Audience.CUSTOMERS, Audience.AGENTS})


def save(work: UnitOfWork, path: str, body: str = "## One\n\nText.", *, now: datetime = NOW, **keys: str) -> None:
    source = article(path, body, **({"title": path} | keys))
    rendered = ArticleRenderer().render(source, link_map(source))
    work.articles.save(source, rendered, renderer="1-abc", author="Chloe", note="First", now=now)


@pytest.fixture
def filled(database: Database) -> Database:
    with database.work() as work:
        save(work, "delivery/track.md", summary="Where it is", tags="[parcel]", updated="2026-10-01", kind="x")
        save(work, "delivery/late.md", order="1")
        save(work, "delivery/secret.md", audience="agents")
        save(work, "delivery/draft.md", draft="true")
        save(work, "returns/label.md")
        save(work, "returns/label.de.md")
    return database


def test_an_article_comes_back_as_it_was_saved(filled: Database) -> None:
    with filled.read() as work:
        found = work.articles.get("delivery/track", PUBLIC)
    assert (found.slug, found.title, found.summary, found.tags) == (
        "track",
        "delivery/track.md",
        "Where it is",
        ("parcel",),
    )
    assert (found.state, found.published_at, found.path) == (ArticleState.PUBLISHED, NOW, "delivery/track.md")
    assert found.extra == {"kind": "x"}
    assert '<h2 id="one">' in found.html.text
    assert [(entry.anchor, entry.level) for entry in found.toc] == [("one", 2)]
    assert [(item.anchor, item.heading, item.text) for item in found.sections] == [("one", "One", "Text.")]


@pytest.mark.parametrize("article_id", ["delivery/secret", "delivery/draft", "nothing", ""])
def test_what_a_viewer_may_not_see_is_not_there(filled: Database, article_id: str) -> None:
    with filled.read() as work:
        assert work.articles.find(article_id, PUBLIC) is None
        with pytest.raises(NotFound):
            work.articles.get(article_id, PUBLIC)
        assert work.articles.find("delivery/track", frozenset()) is None


def test_audiences_that_may(filled: Database) -> None:
    with filled.read() as work:
        assert work.articles.find("delivery/secret", STAFF) is not None
        assert work.articles.find_by_slug("secret", STAFF, locales=["en"]) is not None
        assert work.articles.find_by_slug("secret", PUBLIC, locales=["en"]) is None


def test_a_slug_is_found_in_the_wanted_language_first(filled: Database) -> None:
    with filled.read() as work:
        by_locale = {
            locale: work.articles.find_by_slug("label", PUBLIC, locales=[locale, "en"]) for locale in ("de", "en", "fr")
        }
        german = work.articles.find_by_slug("label", PUBLIC, locales=["de"])
    assert {locale: found.id for locale, found in by_locale.items() if found} == {
        "de": "returns/label.de",
        "en": "returns/label",
        "fr": "returns/label",
    }
    assert german is not None


def test_lists_have_their_order_and_their_audience(filled: Database) -> None:
    with filled.read() as work:
        assert [item.slug for item in work.articles.list_category("delivery", PUBLIC, "en")] == ["late", "track"]
        assert [item.slug for item in work.articles.list_category("delivery", STAFF, "en")] == [
            "late",
            "secret",
            "track",
        ]
        assert work.articles.list_category("nothing", STAFF, "en") == ()
        ids = ["returns/label", "delivery/secret", "delivery/track", "nothing", "returns/label"]
        assert [item.id for item in work.articles.list_summaries(ids, PUBLIC)] == ["returns/label", "delivery/track"]
        assert work.articles.list_summaries([], PUBLIC) == ()
        assert [item.id for item in work.articles.list_all(PUBLIC)] == [
            "delivery/late",
            "delivery/track",
            "returns/label.de",
            "returns/label",
        ]
        assert work.articles.count_by_category(PUBLIC, "en") == {"delivery": 2, "returns": 1}
        assert work.articles.count_by_category(STAFF, "de") == {"returns": 1}
        assert [item.id for item in work.articles.list_first(PUBLIC, "en", limit=2)] == [
            "delivery/late",
            "returns/label",
        ]
        assert work.articles.count_published() == 5


def test_most_read_counts_readers_of_late(filled: Database) -> None:
    with filled.work() as work:
        for reader in "abc":
            work.journeys.add_view(reader * 32, "delivery/secret", NOW)
            work.journeys.add_view(reader * 32, "delivery/track", NOW - timedelta(days=40))
        for reader in "ab":
            work.journeys.add_view(reader * 32, "returns/label", NOW - timedelta(days=2))
        for hour in range(5):
            work.journeys.add_view("c" * 32, "delivery/late", NOW - timedelta(hours=hour))
    since = NOW - timedelta(days=30)
    with filled.read() as work:
        public = work.articles.list_most_read(PUBLIC, "en", since=since, limit=5)
        staff = work.articles.list_most_read(STAFF, "en", since=since, limit=1)
    assert [item.id for item in public] == ["returns/label", "delivery/late"]
    assert [item.id for item in staff] == ["delivery/secret"]


def test_the_index_gets_every_published_article_with_its_label(filled: Database) -> None:
    with filled.read() as work:
        found = {item.id: item for item in work.articles.iterate_indexed()}
    assert list(found) == sorted(found)
    assert set(found) == {
        "delivery/late",
        "delivery/secret",
        "delivery/track",
        "returns/label",
        "returns/label.de",
    }
    assert found["delivery/secret"].audience == "agents"
    assert found["returns/label.de"].locale == "de"
    assert found["delivery/track"].sections[0].text == "Text."


def test_each_new_text_is_a_revision_and_the_same_text_is_none(database: Database) -> None:
    with database.work() as work:
        save(work, "a.md", "One")
    with database.work() as work:
        save(work, "a.md", "One", now=NOW + timedelta(hours=1))
        save(work, "a.md", "Two", now=NOW + timedelta(hours=2))
    with database.read() as work:
        revisions = list(work.session.scalars(select(RevisionRow).order_by(RevisionRow.id)))
        found = work.articles.get("a", PUBLIC)
    assert [(item.body, item.parent_id, item.author) for item in revisions] == [
        ("One\n", None, "Chloe"),
        ("Two\n", revisions[0].id, "Chloe"),
    ]
    assert revisions[0].front_matter["title"] == "a.md"
    assert found.revision_id == revisions[1].id
    assert found.published_at == NOW + timedelta(hours=2)


def test_a_draft_is_kept_and_published_to_nobody(database: Database) -> None:
    with database.work() as work:
        save(work, "a.md", draft="true")
    with database.work() as work:
        row = work.session.get(ArticleRow, "a")
        assert row is not None
        assert (row.state, row.published_at) == ("draft", None)
        assert work.articles.find("a", STAFF) is None
        save(work, "a.md", now=NOW + timedelta(days=1))
        assert work.articles.get("a", PUBLIC).published_at == NOW + timedelta(days=1)


def test_archived_articles_are_gone_and_come_back(database: Database) -> None:
    with database.work() as work:
        save(work, "a.md")
        work.articles.archive(["a"])
        work.articles.archive([])
    with database.work() as work:
        assert work.articles.find("a", STAFF) is None
        assert list(work.articles.iterate_indexed()) == []
        save(work, "a.md")
        assert work.articles.find("a", PUBLIC) is not None
        assert len(list(work.session.scalars(select(RevisionRow)))) == 1


@pytest.mark.parametrize(
    ("text", "article_id"),
    [
        ("delivery/track", "delivery/track"),
        ("TRACK", "delivery/track"),
        ("https://help.example/articles/track?s=1#one", "delivery/track"),
        ("very/tra", "delivery/track"),
        ("delivery/secret", None),
        ("secret", None),
        ("draft", None),
        ("%", None),
        ("_", None),
        ("", None),
        (" / ", None),
        ("nothing of the kind", None),
    ],
)
def test_an_article_is_found_by_what_people_call_it(filled: Database, text: str, article_id: str | None) -> None:
    with filled.read() as work:
        found = work.articles.find_named(text, PUBLIC, locale="en")
        assert (found.id if found else None) == article_id
        secret = work.articles.find_named("secret", STAFF, locale="en")
        assert secret is not None


def test_of_two_articles_called_the_same_the_wanted_language_is_meant(filled: Database) -> None:
    with filled.read() as work:
        for locale in ("en", "de"):
            found = work.articles.find_named("label", PUBLIC, locale=locale)
            assert found is not None
            assert found.locale == locale
