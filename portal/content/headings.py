"""Headings of a rendered article: levels without gaps, an anchor on each, and a link to it."""

from __future__ import annotations

from collections.abc import Sequence

from portal.content.html_tree import Element
from portal.content.slugs import first_free, slugify

#: Ids that pages of the site use for themselves; a heading "Search" becomes ``search-2``.
_RESERVED = (
    "main search query contents menu navigation header footer top vote feedback related suggestions human talk "
    "skip theme account language results hits q name email message csrf_token"
)
RESERVED_ANCHORS = frozenset(_RESERVED.split())
_TAGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
#: Elements in which another link may not stand.
_NO_LINK_INSIDE = frozenset({"a", "summary"})
#: Below the article's title, which is the page's only h1.
_TOP_LEVEL = 2
_LOWEST_LEVEL = 6


def is_heading(element: Element) -> bool:
    """Whether an element is a heading of any level."""
    return element.tag in _TAGS


def plan_levels(levels: Sequence[int]) -> tuple[int, ...]:
    """Map heading levels to ones that begin at 2 and never skip one on the way down.

    Args:
        levels: As written, 1 to 6, in the order of the text.

    Returns:
        As many levels, 2 to 6. Equal neighbours stay equal, deeper ones stay deeper.
    """
    planned: list[int] = []
    above: list[int] = []
    for level in levels:
        while above and above[-1] >= level:
            above.pop()
        above.append(level)
        planned.append(min(_TOP_LEVEL + len(above) - 1, _LOWEST_LEVEL))
    return tuple(planned)


def anchor_headings(root: Element, *, raise_h1: bool = False) -> None:
    """Give every heading of a tree its level, a unique anchor, and a link beside it that leads to it.

    Args:
        root: The tree; it is changed.
        raise_h1: Take an h1 for an h2. For texts whose raw HTML uses h1 among Markdown's h2.
    """
    found = [(element, parent) for element, parent in root.walk() if is_heading(element)]
    _drop_empty(found)
    found = [(element, parent) for element, parent in found if _words(element)]
    levels = [int(element.tag[1]) for element, _ in found]
    if raise_h1:
        levels = [max(level, _TOP_LEVEL) for level in levels]
    taken = {item.attributes["id"] for item, _ in root.walk() if "id" in item.attributes and not is_heading(item)}
    taken |= RESERVED_ANCHORS
    for (heading, parent), level in zip(found, plan_levels(levels), strict=True):
        anchor = first_free(heading.attributes.get("id") or slugify(_words(heading)) or "section", taken.__contains__)
        taken.add(anchor)
        heading.tag = f"h{level}"
        heading.attributes["id"] = anchor
        if parent.tag not in _NO_LINK_INSIDE:
            parent.replace(heading, _with_link(heading))


def _drop_empty(found: Sequence[tuple[Element, Element]]) -> None:
    for heading, parent in found:
        if not _words(heading):
            parent.replace(heading, *heading.children)


def _with_link(heading: Element) -> Element:
    link = Element(
        "a",
        # the heading's own words name the link, in whatever language they are
        {"class": "heading-link", "href": f"#{heading.attributes['id']}", "aria-label": _words(heading)},
        ["#"],
    )
    return Element("div", {"class": "heading"}, [heading, link])


def _words(heading: Element) -> str:
    return " ".join(heading.text().split())
