"""Links and pictures as they stand in Markdown, with their lines: what checking needs and HTML no longer tells."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from portal.content.fences import blank_code

_TITLE = r"(?:\s+(?:\"[^\"\n]*\"|'[^'\n]*'))?"
_ADDRESS = r"(?:<(?P<angled>[^<>\n]*)>|(?P<bare>(?:[^\s()<>]|\([^\s()]*\))*))"
_INLINE = re.compile(
    rf"(?P<mark>!?)\[(?P<text>(?:[^\[\]]|!?\[[^\[\]]*\](?:\([^()\s]*\))?)*)\]\(\s*{_ADDRESS}{_TITLE}\s*\)"
)
_DEFINITION = re.compile(rf"^ {{0,3}}\[(?P<name>[^\]^\n][^\]\n]*)\]:[ \t]*{_ADDRESS}{_TITLE}[ \t]*$", re.MULTILINE)
_TAG = re.compile(r"<(?P<tag>a|img)\b(?P<attributes>[^<>]*)>", re.IGNORECASE)
_ATTRIBUTE = re.compile(
    r"(?P<name>[a-z-]+)\s*=\s*(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<bare>[^\s\"'>]+))", re.I
)
_LIQUID = re.compile(r"\{\{(?:(?!\{\{).)*?\}\}|\{%(?:(?!\{%).)*?%\}", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A link or picture.

    Attributes:
        target: As the writer wrote it, template tags left out.
        alt: The words in place of a picture; None for a link.
        line: 0-based line of the body.
    """

    target: str
    alt: str | None
    line: int

    @property
    def is_picture(self) -> bool:
        """Whether this is a picture and not a link."""
        return self.alt is not None


def find_references(body: str) -> tuple[Reference, ...]:
    """Find the links and pictures of a Markdown body, those in code left out, in the order of the text."""
    # a tag becomes its line ends, so that lines keep their numbers
    text = _LIQUID.sub(lambda match: "\n" * match[0].count("\n"), blank_code(body))
    found = sorted(_find(text), key=lambda item: item[0])
    return tuple(
        Reference(target=target.strip(), alt=alt, line=text.count("\n", 0, place)) for place, target, alt in found
    )


def _find(text: str) -> Iterator[tuple[int, str, str | None]]:
    """Yield place, target and alternative text; pictures inside of links come as well."""
    for match in _INLINE.finditer(text):
        target = match["angled"] or match["bare"] or ""
        yield match.start(), target, match["text"] if match["mark"] else None
        if not match["mark"]:
            for place, inner, alt in _find(match["text"]):
                yield match.start("text") + place, inner, alt
    for match in _DEFINITION.finditer(text):
        yield match.start(), match["angled"] or match["bare"] or "", None
    for match in _TAG.finditer(text):
        values = {
            item["name"].lower(): item["double"] or item["single"] or item["bare"] or ""
            for item in _ATTRIBUTE.finditer(match["attributes"])
        }
        is_picture = match["tag"].lower() == "img"
        target = values.get("src" if is_picture else "href")
        if target is not None:
            yield match.start(), target, values.get("alt", "") if is_picture else None
