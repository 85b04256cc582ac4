"""One Markdown file read into an article."""

from __future__ import annotations

import hashlib
from datetime import date

import pytest

from portal.content.article_files import MAX_FILE_BYTES, UNORDERED, read_article
from portal.domain.articles import Audience
from portal.domain.errors import ContentError
from tests.content_samples import article

FULL = """---
id: track-a-parcel
title: Track your parcel
summary: Where it is now.
category: delivery
tags: [parcel, "tracking"]
audience: agents
locale: de
redirect_from: [/help/track, /where-is-it/]
updated: 2026-10-02
order: 3
steward: Ada
reviewed: 2026-01-02
---

Body.
"""


def test_everything_in_the_front_matter() -> None:
    source = read_article("delivery/track.md", FULL.encode())
    assert (source.id, source.slug, source.title) == ("track-a-parcel", "track", "Track your parcel")
    assert (source.summary, source.category, source.tags) == ("Where it is now.", "delivery", ("parcel", "tracking"))
    assert (source.audience, source.locale, source.order) == (Audience.AGENTS, "de", 3)
    assert source.redirect_from == ("/help/track", "/where-is-it/")
    assert source.updated == date(2026, 10, 2)
    assert source.extra == {"steward": "Ada", "reviewed": "2026-01-02"}
    assert (source.body, source.body_line, source.draft) == ("\nBody.\n", 15, False)
    assert source.sha256 == hashlib.sha256(FULL.encode()).hexdigest()


def test_a_file_with_nothing_but_text() -> None:
    source = read_article("delivery/where_is-it.md", b"It is on its way.")
    assert (source.id, source.slug, source.title) == ("delivery/where_is-it", "where-is-it", "Where is it")
    assert (source.category, source.audience, source.locale) == ("delivery", Audience.PUBLIC, "en")
    assert (source.tags, source.updated, source.order) == ((), None, UNORDERED)


def test_a_file_in_no_folder_is_general() -> None:
    assert read_article("hello.md", b"").category == "general"


@pytest.mark.parametrize(
    "heading", ["# Track **your** [parcel](x.md) {#a}", "Track your parcel\n===", "## Track your parcel ##"]
)
def test_the_first_heading_is_the_title_and_leaves_the_body(heading: str) -> None:
    source = read_article("a.md", f"\n{heading}\n\nText with a [link](b.md).".encode())
    assert source.title == "Track your parcel"
    assert source.body.strip() == "Text with a [link](b.md)."
    assert source.body.count("\n") == 2 + heading.count("\n") + 1


def test_a_heading_further_down_names_the_article_and_stays() -> None:
    source = read_article("a.md", b"Hello.\n\n# Track\n")
    assert source.title == "Track"
    assert "# Track" in source.body


def test_a_heading_that_repeats_the_title_is_dropped() -> None:
    assert article(body="# Track\n\nText", title="Track").body.strip() == "Text"
    assert article(body="# Other\n\nText", title="Track").body.startswith("# Other")


def test_headings_in_code_are_no_titles() -> None:
    assert read_article("a.md", b"```\n# comment\n```\n").title == "A"


@pytest.mark.parametrize(
    ("path", "article_id", "slug", "locale"),
    [
        ("a/name._en.md", "a/name", "name", "en"),
        ("a/name.de.md", "a/name.de", "name", "de"),
        ("a/index.md", "a/index", "a", "en"),
        ("a/with space.md", "a/with-space", "with-space", "en"),
    ],
)
def test_ids_slugs_and_locales_from_paths(path: str, article_id: str, slug: str, locale: str) -> None:
    source = read_article(path, b"Text")
    assert (source.id, source.slug, source.locale) == (article_id, slug, locale)


def test_jekyll_addresses_lead_here() -> None:
    source = article(permalink="/help/track/", redirect_from="/old")
    assert source.redirect_from == ("/old", "/help/track/")
    assert article(permalink="/:categories/:title/").redirect_from == ()


@pytest.mark.parametrize("keys", [{"draft": "true"}, {"published": "false"}, {"draft": '"true"'}])
def test_drafts(keys: dict[str, str]) -> None:
    assert article(**keys).draft


def test_a_published_date_is_no_draft() -> None:
    assert not article(published="2026-01-01").draft


def test_numbers_are_fine_as_text() -> None:
    assert article(title="2026").title == "2026"
    assert article(tags="[404, error]").tags == ("404", "error")
    assert article(tags="one, two").tags == ("one", "two")


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("title", "[a, b]", "must be text"),
        ("title", "yes", "must be text"),
        ("title", "x" * 301, "300 is the most"),
        ("tags", "{a: 1}", "must be a list"),
        ("tags", "[[a]]", "must hold texts"),
        ("audience", "agent", "Did you mean “agents”"),
        ("audience", "everyone-at-work", "Use one of public"),
        ("locale", "english!", "not a locale"),
        ("updated", "soon", "must be a date"),
        ("order", "first", "must be a number"),
        ("id", "two words", "not an id"),
    ],
)
def test_wrong_values_name_their_line(key: str, value: str, says: str) -> None:
    with pytest.raises(ContentError, match=says) as caught:
        article("a/b.md", summary="Fine", **{key: value})
    assert (caught.value.path, caught.value.line) == ("a/b.md", 3)


def test_files_that_are_no_text() -> None:
    with pytest.raises(ContentError, match="UTF-8") as caught:
        read_article("a.md", b"Fine\n\xff\xfe")
    assert caught.value.line == 2
    with pytest.raises(ContentError, match="NUL"):
        read_article("a.md", b"a\0b")
    with pytest.raises(ContentError, match="is the most"):
        read_article("a.md", b"a" * (MAX_FILE_BYTES + 1))


def test_an_id_too_long_for_the_database() -> None:
    with pytest.raises(ContentError, match="longer than"):
        read_article("/".join(["folder"] * 60) + ".md", b"")
