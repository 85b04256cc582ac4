"""Headings of a rendered article."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.content.headings import plan_levels
from tests.content_samples import render


@pytest.mark.parametrize(
    ("levels", "planned"),
    [
        ((), ()),
        ((1, 2, 1), (2, 3, 2)),
        ((2, 4, 3), (2, 3, 3)),
        ((3, 3, 2), (2, 2, 2)),
        ((1, 2, 3, 4, 5, 6), (2, 3, 4, 5, 6, 6)),
    ],
)
def test_levels(levels: tuple[int, ...], planned: tuple[int, ...]) -> None:
    assert plan_levels(levels) == planned


@given(st.lists(st.integers(min_value=1, max_value=6)))
def test_levels_begin_at_two_and_never_skip_one(levels: list[int]) -> None:
    before = 1
    for level in plan_levels(levels):
        assert 2 <= level <= before + 1
        before = level


def test_every_heading_has_an_anchor_and_a_named_link() -> None:
    html = render("## Sign in\n\nText").html.text
    assert '<h2 id="sign-in">Sign in</h2><a class="heading-link" href="#sign-in" aria-label="Sign in">#</a>' in html


def test_anchors_are_unique_and_keep_clear_of_the_page() -> None:
    toc = render("## Step\n\n## Step\n\n## Search\n\n## ???\n\n## Own {#mine}\n\n## 步骤").toc
    assert [entry.anchor for entry in toc] == ["step", "step-2", "search-2", "section", "mine", "步骤"]


def test_headings_of_accordions_come_out_plain() -> None:
    html = render('<h2 class="x"><button aria-expanded="false">\n  Mobile\n</button></h2><div hidden><p>Text</p></div>')
    assert [(entry.anchor, entry.text, entry.level) for entry in html.toc] == [("mobile", "Mobile", 2)]
    assert "<button" not in html.html.text
    assert "hidden" not in html.html.text
    assert html.sections[0].text == "Text"


def test_an_h1_of_raw_html_stands_beside_the_h2_of_markdown() -> None:
    toc = render("<h1>Raw</h1>\n\n## Written\n").toc
    assert [(entry.text, entry.level) for entry in toc] == [("Raw", 2), ("Written", 2)]


def test_an_h1_of_markdown_stands_above_its_h2() -> None:
    toc = render("Text\n\n# One\n\n## Two\n\n# Three").toc
    assert [(entry.text, entry.level) for entry in toc] == [("One", 2), ("Two", 3), ("Three", 2)]


def test_empty_headings_are_dropped() -> None:
    assert render("<h2></h2>\n\nText").toc == ()


def test_no_link_inside_of_a_link() -> None:
    html = render('<a href="https://a.example"><h2>Words</h2></a>').html.text
    assert not re.search(r"<a [^>]*>(?:(?!</a>).)*<a ", html)
    assert '<a href="https://a.example" rel="noopener">Words</a>' in html
    assert html.count("<a ") == 2
