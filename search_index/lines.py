"""The lines of a section's plain text, and the marks that tell what each of them is.

Plain text has no markup, but whoever quotes it must know a step from a sentence. So a line of `Section.text` may begin
with a mark, as people write it by hand: ``1. `` a step, ``- `` an item, ``> `` a note beside the text. Marks are shown,
never searched: neither the model nor the keyword side reads them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

#: Between the cells of a table row; a reader and a language model both take it for a pause.
CELL_GAP = " · "

#: Steps beyond this number are marked as items: a longer number before a full stop is no step's.
MAX_STEP = 999

_MARK = re.compile(r"^(?P<note>> )?(?:(?P<number>\d{1,3})\. |(?P<item>- ))?")
_MARKS = re.compile(r"^(?:> )?(?:\d{1,3}\. |- )?", re.MULTILINE)
_BLOCKS = re.compile(r"\n[^\S\n]*\n\s*")


class LineKind(StrEnum):
    """What a line of a section is."""

    PROSE = "prose"
    STEP = "step"
    ITEM = "item"
    ROW = "row"
    NOTE = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line without its mark.

    Attributes:
        text: White space folded; never empty.
        block: Number of the paragraph, list or table it stands in, from 0.
        number: Of a step; 0 for other lines.
    """

    kind: LineKind
    text: str
    block: int
    number: int = 0


def mark_line(text: str, kind: LineKind, number: int = 0) -> str:
    """Put the mark of its kind before a line; prose and rows have none."""
    if kind is LineKind.STEP and 0 <= number <= MAX_STEP:
        return f"{number}. {text}"
    marks = {LineKind.STEP: "- ", LineKind.ITEM: "- ", LineKind.NOTE: "> "}
    return marks.get(kind, "") + text


def without_marks(text: str) -> str:
    """Give a section's text as it is searched."""
    return _MARKS.sub("", text)


def read_lines(text: str) -> list[Line]:
    """Take a section's text apart; empty for a blank one."""
    return [line for block, part in enumerate(_BLOCKS.split(text)) for line in _lines_of(part, block)]


def _lines_of(part: str, block: int) -> Iterator[Line]:
    for written in part.split("\n"):
        mark = _MARK.match(written)
        words = " ".join((written[mark.end() :] if mark else written).split())
        if mark and words:
            yield Line(kind=_kind(mark, words), text=words, block=block, number=int(mark["number"] or 0))


def _kind(mark: re.Match[str], words: str) -> LineKind:
    if mark["note"]:
        return LineKind.NOTE
    if mark["number"]:
        return LineKind.STEP
    if mark["item"]:
        return LineKind.ITEM
    return LineKind.ROW if CELL_GAP in words else LineKind.PROSE
