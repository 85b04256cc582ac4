"""Reading the help centre as different people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from portal.container import Container
from portal.domain.articles import ArticleSummary
from portal.domain.errors import NotFound
from portal.domain.users import Role, Viewer
from tests.content_samples import article_file, write_files

STRANGER = Viewer()
AGENT = Viewer(user_id=2, name="Ben Okafor", role=Role.AGENT)
FILES = {
    "_categories.yml": "- slug: delivery\n- slug: returns\n- slug: staff\n  audience: agents\n",
    "delivery/track.md": article_file(
        "## Where\n\nText\n\n### Deep\n\n#### Deeper\n\nText", title="Track", order="1", updated="2026-10-01"
    ),
    "delivery/late.md": article_file("Text", title="Late", redirect_from="/Old/Late/"),
    "delivery/inside.md": article_file("Text", title="Inside", audience="agents", redirect_from="/old/inside"),
    "returns/label.md": article_file("Text", title="Label"),
    "staff/queue.md": article_file("Text", title="Queue", audience="agents"),
    "staff/open.md": article_file("Text", title="Open"),
}


@pytest.fixture(autouse=True)
def _articles(container: Container) -> None:
    container.sync.sync(write_files(container.settings.articles, FILES))


def nothing(article_id: str, viewer: Viewer) -> Sequence[ArticleSummary]:
    return ()


def test_the_home_page_of_a_stranger(container: Container) -> None:
    page = container.reading.home_page(STRANGER)
    assert [(shelf.category.slug, shelf.count) for shelf in page.shelves] == [("delivery", 2), ("returns", 1)]
    assert [item.title for item in page.most_read] == ["Track", "Label", "Open", "Late"]
    assert not page.is_popular


def test_the_home_page_of_an_agent(container: Container) -> None:
    page = container.reading.home_page(AGENT)
    assert [(shelf.category.slug, shelf.count) for shelf in page.shelves] == [
        ("delivery", 3),
        ("returns", 1),
        ("staff", 2),
    ]


def test_what_is_read_most_comes_first_once_there_is_enough(container: Container) -> None:
    with container.database.work() as work:
        for reader, ids in enumerate((("returns/label", "delivery/late"), ("returns/label", "delivery/inside"))):
            for article_id in ids:
                work.journeys.add_view(f"{reader:032}", article_id, container.clock.now())
    assert not container.reading.home_page(STRANGER).is_popular
    with container.database.work() as work:
        work.journeys.add_view("9" * 32, "delivery/track", container.clock.now())
    page = container.reading.home_page(STRANGER)
    assert page.is_popular
    assert [item.title for item in page.most_read] == ["Label", "Late", "Track"]


def test_another_language_falls_back_to_the_sites(container: Container) -> None:
    assert len(container.reading.home_page(replace(STRANGER, locale="fr")).shelves) == 2


def test_an_empty_help_centre(container: Container) -> None:
    with container.database.work() as work:
        work.articles.archive(list(work.sync.list_stored()))
    page = container.reading.home_page(STRANGER)
    assert (page.shelves, page.most_read) == ((), ())


def test_a_category(container: Container) -> None:
    page = container.reading.category_page("delivery", STRANGER)
    assert [item.title for item in page.articles] == ["Track", "Late"]
    assert len(container.reading.category_page("delivery", AGENT).articles) == 3


@pytest.mark.parametrize("slug", ["staff", "nothing", ""])
def test_categories_that_are_not_for_strangers(container: Container, slug: str) -> None:
    with pytest.raises(NotFound):
        container.reading.category_page(slug, STRANGER)


def test_an_article(container: Container) -> None:
    page = container.reading.find_article_page("track", STRANGER, nothing)
    assert page is not None
    assert page.category is not None
    assert (page.article.title, page.category.slug) == ("Track", "delivery")
    assert [entry.text for entry in page.toc] == ["Where", "Deep"]
    assert [item.title for item in page.related] == ["Late"]


def test_a_short_article_has_no_contents(container: Container) -> None:
    page = container.reading.find_article_page("late", STRANGER, nothing)
    assert page is not None
    assert page.toc == ()


def test_related_articles_are_those_that_the_search_names(container: Container) -> None:
    def name_label(article_id: str, viewer: Viewer) -> Sequence[ArticleSummary]:
        with container.database.read() as work:
            return work.articles.list_summaries([article_id, "returns/label"], viewer.audiences)

    page = container.reading.find_article_page("track", STRANGER, name_label)
    assert page is not None
    assert [item.title for item in page.related] == ["Label"]


def test_an_article_for_others_is_not_there(container: Container) -> None:
    assert container.reading.find_article_page("inside", STRANGER, nothing) is None
    assert container.reading.find_article_page("inside", AGENT, nothing) is not None


def test_the_shelf_of_an_article_is_named_only_to_those_who_may_see_it(container: Container) -> None:
    page = container.reading.find_article_page("open", STRANGER, nothing)
    assert page is not None
    assert page.category is None


def test_old_addresses(container: Container) -> None:
    assert container.reading.find_moved("/old/late", STRANGER) == "late"
    assert container.reading.find_moved("/OLD/LATE/", STRANGER) == "late"
    assert container.reading.find_moved("/old/inside", STRANGER) is None
    assert container.reading.find_moved("/old/inside", AGENT) == "inside"
    assert container.reading.find_moved("/nothing", AGENT) is None


def test_the_sitemap_is_public_whoever_asks(container: Container) -> None:
    entries = {entry.slug: entry.updated for entry in container.reading.list_sitemap()}
    assert entries == {"track": date(2026, 10, 1), "late": None, "label": None, "open": None}
