"""Boxes that pages of other sites were laid out with, taken away so that their text stands in line with the rest."""

from __future__ import annotations

from portal.content.html_tree import Element

_BLOCKS = frozenset(
    {
        "blockquote",
        "details",
        "div",
        "dl",
        "figure",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "ol",
        "p",
        "pre",
        "table",
    }
) | {"ul"}
#: Elements in which paragraphs may stand; a box inside of others, such as a link, is left alone.
_HOLDERS = frozenset({"", "blockquote", "dd", "details", "div", "figure", "li", "td", "th"})


def open_boxes(root: Element) -> None:
    """Put the content of every bare div of a tree in the div's place, loose words as paragraphs.

    Args:
        root: The tree; it is changed. Divs with a class or another attribute mean something and stay.
    """
    # from the inside out, so that a box in a box has been opened when its own turn comes
    for element, parent in reversed(list(root.walk())):
        if element.tag == "div" and not element.attributes and parent.tag in _HOLDERS:
            parent.replace(element, *_as_blocks(element))


def _as_blocks(box: Element) -> list[Element | str]:
    """The children of a box with runs of words and inline elements made into paragraphs."""
    blocks: list[Element | str] = []
    run: list[Element | str] = []
    for child in [*box.children, None]:
        if child is not None and not (isinstance(child, Element) and child.tag in _BLOCKS):
            run.append(child)
            continue
        has_words = any(isinstance(item, Element) or item.strip() for item in run)
        blocks += [Element("p", children=run)] if has_words else run
        run = []
        blocks += [] if child is None else [child]
    return blocks
