"""Sanitised HTML as a small tree that can be changed and written out again."""

from __future__ import annotations

import html
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from portal.domain.articles import SafeHtml

_VOID = frozenset({"br", "col", "hr", "img", "wbr"})


@dataclass(slots=True, eq=False)
class Element:
    """An element with its attributes and children; the root has the tag ""."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Element | str] = field(default_factory=list)

    @property
    def classes(self) -> frozenset[str]:
        """The element's classes."""
        return frozenset(self.attributes.get("class", "").split())

    def walk(self) -> Iterator[tuple[Element, Element]]:
        """Yield every element below this one with its parent, in the order of the text."""
        for child in list(self.children):
            if isinstance(child, Element):
                yield child, self
                yield from child.walk()

    def text(self) -> str:
        """All text below, pictures by their alternative text, white space as it stands."""
        if self.tag == "img":
            return self.attributes.get("alt", "")
        return "".join(child if isinstance(child, str) else child.text() for child in self.children)

    def replace(self, old: Element, *new: Element | str) -> None:
        """Put other children in the place of one child."""
        place = next(place for place, child in enumerate(self.children) if child is old)
        self.children[place : place + 1] = new


def parse_html(safe: SafeHtml) -> Element:
    """Read sanitised HTML into a tree; it is well nested already, so every end tag fits."""
    parser = _TreeBuilder()
    parser.feed(safe.text)
    parser.close()
    return parser.root


def to_html(element: Element) -> str:
    """Write a tree as HTML, everything in it escaped."""
    inner = "".join(
        html.escape(child, quote=False) if isinstance(child, str) else to_html(child) for child in element.children
    )
    if not element.tag:
        return inner
    attributes = "".join(f' {name}="{html.escape(value)}"' for name, value in element.attributes.items())
    start = f"<{element.tag}{attributes}>"
    return start if element.tag in _VOID else f"{start}{inner}</{element.tag}>"


class _TreeBuilder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("")
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element."""
        element = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].children.append(element)
        if tag not in _VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        """Close the innermost element of that name."""
        for depth in range(len(self._open) - 1, 0, -1):
            if self._open[depth].tag == tag:
                del self._open[depth:]
                return

    def handle_data(self, data: str) -> None:
        """Add text."""
        self._open[-1].children.append(data)
