"""Sections and contents of an article, read from its rendered HTML so that anchors agree with the page."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from portal.content.headings import is_heading
from portal.content.html_tree import Element, parse_html
from portal.content.section_text import Break, Item, Piece, Sign, write_lines
from portal.domain.articles import SafeHtml, TocEntry
from search_index import CELL_GAP, Section

_BLOCKS = frozenset({"blockquote", "details", "div", "dl", "figure", "ol", "p", "pre", "table", "ul"})
#: Blocks that end a line without a blank line after it.
_LINES = frozenset({"caption", "figcaption", "li", "summary", "tr"})
#: Links that are no words of the article.
_NOT_TEXT = frozenset({"heading-link", "footnote-backref"})
_CELLS = frozenset({"td", "th"})
_DEFINITIONS = frozenset({"dd", "dt"})
#: A box beside the text.
_NOTE = "admonition"
#: Kept on a list item while the text is read: which step it is.
_NUMBER = "data-step"
#: Links that are an answer in themselves: an address to write to, a number to call.
_REACHES_PEOPLE = ("mailto:", "tel:")
#: Links from which on a section of nothing else is a list of what to read next, and the share of its letters that is
#: linked: a few words may introduce the list.
_MANY_LINKS = 2
_LINKED_SHARE = 0.85
#: Headings under which even one link is no more than that.
_SIGNPOSTS = frozenset(
    {
        "see also",
        "related",
        "related articles",
        "related topics",
        "related links",
        "further reading",
        "read more",
        "more on this",
        "learn more",
        "more information",
        "next steps",
        "what next",
        "what's next",
    }
)


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
    """A section while its text is collected.

    Attributes:
        links: How many links it holds that lead to other pages or places.
        linked: Letters and digits within them.
    """

    heading: Element | None
    level: int
    pieces: list[Piece] = field(default_factory=list)
    links: int = 0
    linked: int = 0

    def only_leads_away(self, text: str) -> bool:
        """Whether there is nothing to read but where to read on, so that it answers no question."""
        named = self.heading is not None and _words(self.heading).casefold() in _SIGNPOSTS
        return self.links >= (1 if named else _MANY_LINKS) and self.linked >= _LINKED_SHARE * _letters(text)


def split_sections(html: SafeHtml) -> tuple[Section, ...]:
    """Split an article at its headings.

    Args:
        html: As the renderer made it.

    Returns:
        In the order of the page. Text before the first heading is a section without anchor; it is left out when there
        is none. Headings with nothing below them are kept with an empty text. Sections that only name other pages to
        read, such as "See also", are left out unless the article holds nothing else.
    """
    parts = [_Part(None, 0)]
    _collect(parse_html(html), parts, _Place())
    sections: list[tuple[Section, bool]] = []
    above: list[tuple[int, str]] = []
    for part in parts:
        above = [item for item in above if item[0] < part.level]
        text = write_lines(part.pieces)
        if part.heading is None:
            sections += [(Section(anchor="", heading="", text=text), part.only_leads_away(text))] if text else []
            continue
        heading = _words(part.heading)
        section = Section(
            anchor=part.heading.attributes.get("id", ""),
            heading=heading,
            path=tuple(words for _, words in above),
            text=text,
        )
        sections.append((section, part.only_leads_away(text)))
        above.append((part.level, heading))
    return _without_signposts(sections)


def read_toc(html: SafeHtml) -> tuple[TocEntry, ...]:
    """List the headings of an article for its table of contents; empty when it has none."""
    headings = (element for element, _ in parse_html(html).walk() if is_heading(element))
    return tuple(
        TocEntry(anchor=item.attributes.get("id", ""), text=_words(item), level=int(item.tag[1])) for item in headings
    )


def plain_text(html: SafeHtml) -> str:
    """The text of an article as it is searched, headings included, for counting and comparing."""
    sections = split_sections(html)
    return "\n\n".join(part for section in sections for part in (section.heading, section.text) if part)


def _without_signposts(sections: list[tuple[Section, bool]]) -> tuple[Section, ...]:
    kept = tuple(section for section, leads_away in sections if not leads_away)
    return kept if any(section.text for section in kept) else tuple(section for section, _ in sections)


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
    match element.tag:
        case "img":
            parts[-1].pieces.append(f" {element.attributes.get('alt', '')} ")
        case "br":
            parts[-1].pieces.append(Break.LINE)
        case "hr":
            parts[-1].pieces.append(Break.PARAGRAPH)
        case tag if tag in _CELLS:
            _collect(element, parts, replace(place, in_line=True))
            parts[-1].pieces.append(CELL_GAP)
        case "ol":
            _number_items(element)
            _collect_block(element, parts, place)
        case "a" if not element.attributes.get("href", "mailto:").startswith(_REACHES_PEOPLE):
            parts[-1].links += 1
            parts[-1].linked += _letters(element.text())
            _collect(element, parts, place)
        case _:
            _collect_block(element, parts, place)


def _collect_block(element: Element, parts: list[_Part], place: _Place) -> None:
    """Add what stands in an element that may be a block, and what surrounds it."""
    before, after = _around(element, place.in_line)
    inside = _Place(
        in_line=place.in_line or element.tag in _LINES | _DEFINITIONS, is_code=place.is_code or element.tag == "pre"
    )
    parts[-1].pieces += before
    _collect(element, parts, inside)
    parts[-1].pieces += after


def _around(element: Element, in_line: bool) -> tuple[list[Piece], list[Piece]]:
    breaks = _break_around(element.tag, in_line)
    if _NOTE in element.classes or _is_picture(element):
        return [*breaks, Sign.NOTE_BEGINS], [*breaks, Sign.NOTE_ENDS]
    if element.tag == "li":
        number = element.attributes.get(_NUMBER, "")
        return [*breaks, Item(number=int(number) if number else None)], breaks
    if element.tag == "dt":
        return [Break.LINE], [Sign.MEANS]
    if element.tag == "dd":
        return [Break.LINE], [Break.LINE]
    return breaks, breaks


def _is_picture(element: Element) -> bool:
    """Whether a block holds pictures alone: their words describe them and are no sentence of the text."""
    if element.tag == "figure":
        return True
    words = any(child.strip() for child in element.children if isinstance(child, str))
    tags = {child.tag for child in element.children if isinstance(child, Element)}
    return element.tag == "p" and tags == {"img"} and not words


def _number_items(steps: Element) -> None:
    """Note at each item of an ordered list which step it is."""
    start = steps.attributes.get("start", "")
    items = [child for child in steps.children if isinstance(child, Element) and child.tag == "li"]
    for number, item in enumerate(items, start=int(start) if start.isascii() and start.isdigit() else 1):
        item.attributes[_NUMBER] = str(number)


def _break_around(tag: str, in_line: bool) -> list[Piece]:
    if tag in _LINES or (tag in _BLOCKS and in_line):
        return [Break.LINE]
    return [Break.PARAGRAPH] if tag in _BLOCKS else []


def _lines_of(code: str) -> list[Piece]:
    pieces: list[Piece] = []
    for line in code.split("\n"):
        pieces += [line, Break.LINE]
    return pieces


def _squeeze(text: str) -> str:
    """White space as a browser shows it; line ends in the source mean no more than a space."""
    words = " ".join(text.split())
    before = " " if text[:1].isspace() else ""
    after = " " if text[-1:].isspace() and words else ""
    return f"{before}{words}{after}"


def _letters(text: str) -> int:
    return sum(map(str.isalnum, text))


def _words(heading: Element) -> str:
    return " ".join(heading.text().split())
