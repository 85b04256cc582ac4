"""What holds for every template: nothing inline, and every icon is in the sheet."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

REPOSITORY = Path(__file__).parents[3]
PORTAL = REPOSITORY / "portal"
PAGES = sorted((PORTAL / "templates").rglob("*.html"))
#: Each would need a hole in the Content-Security-Policy.
INLINE = re.compile(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=|javascript:")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(PORTAL)))
def test_nothing_is_inline(page: Path) -> None:
    assert not INLINE.findall(page.read_text())


def test_the_sheet_and_the_list_name_the_same_icons() -> None:
    assert listed() == in_the_sheet()


def test_every_icon_that_a_template_names_is_in_the_sheet() -> None:
    named = {name for page in PAGES for name in re.findall(r"\bicon(?:_name)?(?:\(|=)\"([\w-]+)\"", page.read_text())}
    assert named
    assert named <= in_the_sheet()


def test_every_icon_of_the_shipped_categories_is_in_the_sheet() -> None:
    categories = yaml.safe_load((REPOSITORY / "articles" / "_categories.yml").read_text())
    assert {category["icon"] for category in categories} <= in_the_sheet()


def listed() -> set[str]:
    """The names that the icon macro knows."""
    block = re.search(r"icon_names = \[(.*?)\]", (PORTAL / "templates" / "_macros.html").read_text(), re.DOTALL)
    assert block
    return set(re.findall(r"\"([\w-]+)\"", block[1]))


def in_the_sheet() -> set[str]:
    """The names of the drawings."""
    return set(re.findall(r"<symbol id=\"([\w-]+)\"", (PORTAL / "static" / "icons.svg").read_text()))
