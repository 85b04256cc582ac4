"""Where links and pictures lead."""

from __future__ import annotations

import pytest

from portal.content.links import LinkKind, normalise_url, old_urls
from tests.content_samples import article, link_map, media

HERE = article("delivery/track.md")
RETURN = article("returns/return-an-item.md", redirect_from="[/help/send-back/]", permalink="/help/Returns/")
OWN_ID = article("billing/pay.md", id="payments", slug="ways-to-pay")
GERMAN = article("returns/return-an-item.de.md")
MAP = link_map(
    HERE, RETURN, OWN_ID, GERMAN, media=[media("media/box.svg"), media("delivery/img/map.svg")], site_paths=["/contact"]
)


@pytest.mark.parametrize(
    ("href", "url"),
    [
        ("../returns/return-an-item.md", "/articles/return-an-item"),
        ("../returns/return-an-item.md#step%202", "/articles/return-an-item#step%202"),
        ("../returns/return-an-item", "/articles/return-an-item"),
        ("../returns/return-an-item.html", "/articles/return-an-item"),
        ("/returns/return-an-item.md", "/articles/return-an-item"),
        ("/articles/return-an-item#a", "/articles/return-an-item#a"),
        ("/help/send-back", "/articles/return-an-item"),
        ("/HELP/returns/", "/articles/return-an-item"),
        ("/help/returns/index.html", "/articles/return-an-item"),
        ("../billing/pay.md", "/articles/ways-to-pay"),
        ("#here", "#here"),
        ("#", "#"),
    ],
)
def test_links_to_articles(href: str, url: str) -> None:
    found = MAP.resolve(href, HERE)
    assert (found.kind, found.url) == (LinkKind.ARTICLE, url)


def test_a_link_says_which_article_and_section() -> None:
    found = MAP.resolve("../billing/pay.md#card", HERE)
    assert (found.article_id, found.anchor) == ("payments", "card")
    assert MAP.resolve("#top", HERE).article_id == HERE.id


def test_articles_of_a_language_link_to_their_own() -> None:
    german = article("delivery/track.de.md")
    assert MAP.resolve("../returns/return-an-item.md", german).article_id == RETURN.id
    assert MAP.resolve("../returns/return-an-item", german).article_id == GERMAN.id


@pytest.mark.parametrize(
    ("href", "url"),
    [
        ("../media/box.svg", "/media/box.svg"),
        ("/media/box.svg", "/media/box.svg"),
        ("img/map.svg", "/media/delivery/img/map.svg"),
    ],
)
def test_pictures(href: str, url: str) -> None:
    found = MAP.resolve(href, HERE)
    assert (found.kind, found.url) == (LinkKind.MEDIA, url)


@pytest.mark.parametrize(
    "href", ["https://a.example/x", "http://a.example", "mailto:a@b.example", "tel:112", "//a.example/x"]
)
def test_addresses_outside(href: str) -> None:
    assert MAP.resolve(href, HERE).kind is LinkKind.OUTSIDE


@pytest.mark.parametrize(
    "href",
    ["", "none.md", "../../../etc/passwd", "/nowhere", "javascript:alert(1)", "data:x", "http://[broken", "?q=1"],
)
def test_what_leads_nowhere(href: str) -> None:
    expected = LinkKind.ARTICLE if href == "" else LinkKind.BROKEN
    assert MAP.resolve(href, HERE).kind is expected


def test_pages_of_the_site() -> None:
    found = MAP.resolve("/contact/?topic=a#b", HERE)
    assert (found.kind, found.url) == (LinkKind.SITE, "/contact/?topic=a#b")


@pytest.mark.parametrize(
    ("href", "nearest"),
    [
        ("../returns/return-item.md", "../returns/return-an-item.md"),
        ("pay.md", "../billing/pay.md"),
        ("../media/bx.svg", "../media/box.svg"),
        ("/help/return", "/help/returns"),
        ("/zzz", ""),
        ("javascript:x", ""),
    ],
)
def test_the_nearest_target(href: str, nearest: str) -> None:
    assert MAP.nearest(href, HERE) == nearest


def test_old_addresses_belong_to_the_first_by_path() -> None:
    later = article("z.md", redirect_from="[/help/send-back, /, https://old.example/x/?y=1]")
    assert old_urls([later, RETURN]) == {
        "/help/send-back": RETURN.id,
        "/help/returns": RETURN.id,
        "/x": later.id,
    }


def test_addresses_are_compared_in_one_form() -> None:
    assert normalise_url("/A%20b/") == "/a b"
    assert normalise_url("help/x") == "/help/x"
    assert normalise_url("http://[broken") == ""
