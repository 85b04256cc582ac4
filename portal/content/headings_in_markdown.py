"""The first heading of a Markdown text, for articles whose front matter has no title."""

from __future__ import annotations

import re
from dataclasses import dataclass

from portal.content.fences import mark_fences

_ATX = re.compile(r" {0,3}#{1,6}[ \t]+(?P<text>.*?)(?:[ \t]+#+)?[ \t]*")
_UNDERLINE = re.compile(r" {0,3}(?:=+|-{2,})[ \t]*")
_ATTRIBUTES = re.compile(r"\{:?[^{}]*\}\s*$")
_LINK = re.compile(r"!?\[(?P<text>[^\]]*)\](?:\([^)]*\)|\[[^\]]*\])")
_EMPHASIS = re.compile(r"(?<!\w)(\*{1,3}|_{1,3})(?=\S)(?P<text>.+?)(?<=\S)\1(?!\w)")
_TAG = re.compile(r"</?[A-Za-z][^>]*>")


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstHeading:
    """A heading and where it stands.

    Attributes:
        first_line, last_line: 0-based lines of the text that it takes.
        opens_the_text: Whether nothing but blank lines stands before it.
    """

    text: str
    first_line: int
    last_line: int
    opens_the_text: bool


def find_first_heading(body: str) -> FirstHeading | None:
    """Find the first heading in a Markdown text, of either style; None when there is none."""
    lines = body.split("\n")
    previous = ""
    for number, (line, is_code) in enumerate(mark_fences(lines)):
        found = None if is_code else _heading_at(line, previous)
        if found:
            first = number if _ATX.fullmatch(line) else number - 1
            opens = not any(before.strip() for before in lines[:first])
            return FirstHeading(text=found, first_line=first, last_line=number, opens_the_text=opens)
        previous = "" if is_code else line
    return None


def plain_words(markdown: str) -> str:
    """Take the inline markup out of a line: links, emphasis, code, tags and attributes."""
    text = _ATTRIBUTES.sub("", markdown)
    text = _LINK.sub(lambda match: match["text"], text)
    for _ in range(2):
        text = _EMPHASIS.sub(lambda match: match["text"], text)
    text = _TAG.sub("", text.replace("`", ""))
    return re.sub(r"\\([^\w\s])", r"\1", " ".join(text.split()))


def _heading_at(line: str, previous: str) -> str:
    """The words of the heading that this line completes, or nothing."""
    atx = _ATX.fullmatch(line)
    if atx:
        return plain_words(atx["text"])
    is_text = previous.strip() and not re.match(r"\s*(?:[-*+>|#!<]|\d+[.)]|\{)", previous)
    if is_text and _UNDERLINE.fullmatch(line):
        return plain_words(previous)
    return ""
