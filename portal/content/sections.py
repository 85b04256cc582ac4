"""Sections and contents of an article, read from its rendered HTML so that anchors agree with the page."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import IntEnum

from portal.content.headings import is_heading
from portal.content.html_tree import Element, parse_html
from portal.domain.articles import SafeHtml, TocEntry
from search_index import Section

_BLOCKS = frozenset({"blockquote", "details", "div", "dl", "figure", "ol", "p", "pre", "table", "ul"})
#: Blocks that end a line without a blank line after it.
_LINES = frozenset({"caption", "dd", "dt", "figcaption", "li", "summary", "tr"})
#: Links that are no words of the article.
_NOT_TEXT = frozenset({"heading-link", "footnote-backref"})
_CELLS = frozenset({"td", "th"})
#: Between the cells of a table row; a reader and a language model both take it for a pause.
_CELL_GAP = " · "
_EMPTY_CELLS = re.compile(r" ·(?: ·)+ ?")


class _Break(IntEnum):
    """What ends between two pieces of text; of several in a row the strongest counts."""

    LINE = 1
    PARAGRAPH = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """What surrounds a piece of text.

    Attributes:
        in_line: A list item or table cell, in which paragraphs end no more than a line.
        is_code: A block of code, in which line ends count.
    """

    in_line: bool = False
    is_code: bool = False


@dataclass(slots=True)
class _Part:
    """A section while its text is collected."""

    heading: Element | None
    level: int
    pieces: list[str | _Break] = field(default_factory=list)


def split_sections(html: SafeHtml) -> tuple[Section, ...]:
    """Split an article at its headings.

    Args:
        html: As the renderer made it.

    Returns:
        In the order of the page. Text before the first heading is a section without anchor; it is left out when there
        is none. Headings with nothing below them are kept with an empty text.
    """
    parts = [_Part(None, 0)]
    _collect(parse_html(html), parts, _Place())
    sections: list[Section] = []
    above: list[tuple[int, str]] = []
    for part in parts:
        above = [item for item in above if item[0] < part.level]
        text = _tidy(part.pieces)
        if part.heading is None:
            sections += [Section(anchor="", heading="", text=text)] if text else []
            continue
        heading = _words(part.heading)
        path = tuple(words for _, words in above)
        sections.append(Section(anchor=part.heading.attributes.get("id", ""), heading=heading, path=path, text=text))
        above.append((part.level, heading))
    return tuple(sections)


def read_toc(html: SafeHtml) -> tuple[TocEntry, ...]:
    """List the headings of an article for its table of contents; empty when it has none."""
    headings = (element for element, _ in parse_html(html).walk() if is_heading(element))
    return tuple(
        TocEntry(anchor=item.attributes.get("id", ""), text=_words(item), level=int(item.tag[1])) for item in headings
    )


def plain_text(html: SafeHtml) -> str:
    """All text of an article, headings included, for counting and comparing."""
    sections = split_sections(html)
    return "\n\n".join(part for section in sections for part in (section.heading, section.text) if part)


def _collect(element: Element, parts: list[_Part], place: _Place) -> None:
    """Add the text below an element to the last part; each heading begins another."""
    for child in element.children:
        if isinstance(child, str):
            parts[-1].pieces += _lines_of(child) if place.is_code else [_squeeze(child)]
        elif is_heading(child):
            parts.append(_Part(child, int(child.tag[1])))
        elif not child.classes & _NOT_TEXT:
            _collect_element(child, parts, place)


def _collect_element(element: Element, parts: list[_Part], place: _Place) -> None:
    pieces = parts[-1].pieces
    match element.tag:
        case "img":
            pieces.append(f" {element.attributes.get('alt', '')} ")
        case "br":
            pieces.append(_Break.LINE)
        case "hr":
            pieces.append(_Break.PARAGRAPH)
        case tag if tag in _CELLS:
            _collect(element, parts, replace(place, in_line=True))
            parts[-1].pieces.append(_CELL_GAP)
        case tag:
            around = _break_around(tag, place.in_line)
            inside = _Place(in_line=place.in_line or tag in _LINES, is_code=place.is_code or tag == "pre")
            pieces += around
            _collect(element, parts, inside)
            parts[-1].pieces += around


def _break_around(tag: str, in_line: bool) -> list[str | _Break]:
    if tag in _LINES or (tag in _BLOCKS and in_line):
        return [_Break.LINE]
    return [_Break.PARAGRAPH] if tag in _BLOCKS else []


def _lines_of(code: str) -> list[str | _Break]:
    pieces: list[str | _Break] = []
    for line in code.split("\n"):
        pieces += [line, _Break.LINE]
    return pieces


def _squeeze(text: str) -> str:
    """White space as a browser shows it; line ends in the source mean no more than a space."""
    words = " ".join(text.split())
    before = " " if text[:1].isspace() else ""
    after = " " if text[-1:].isspace() and words else ""
    return f"{before}{words}{after}"


def _tidy(pieces: Iterable[str | _Break]) -> str:
    """Join pieces of text into lines without stray spaces, and lines into paragraphs."""
    text, line = "", ""
    pending = 0
    for piece in [*pieces, _Break.LINE]:
        if not isinstance(piece, _Break):
            line += piece
            continue
        words = _EMPTY_CELLS.sub(_CELL_GAP, " ".join(line.split())).strip(_CELL_GAP)
        if words:
            text += "\n" * pending * bool(text) + words
            pending = 0
        pending = max(pending, int(piece))
        line = ""
    return text


def _words(heading: Element) -> str:
    return " ".join(heading.text().split())
