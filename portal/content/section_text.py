"""Pieces of a section's text written as lines, each with the mark of what it is."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import TypeAlias

from search_index import CELL_GAP, LineKind, mark_line

_PAUSES = ".!?…:;,。！？｡，、"
_EMPTY_CELLS = re.compile(r" ·(?: ·)+ ?")


class Break(IntEnum):
    """What ends between two pieces of text; of several in a row the strongest counts."""

    LINE = 1
    PARAGRAPH = 2


class Sign(IntEnum):
    """What else stands between pieces of text.

    A term is joined to what it means, which begins on the same line. Notes are within others, so both ends are told.
    """

    MEANS = 1
    NOTE_BEGINS = 2
    NOTE_ENDS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """The beginning of a list item; a number makes it a step."""

    number: int | None


Piece: TypeAlias = str | Break | Sign | Item


def write_lines(pieces: Iterable[Piece]) -> str:
    """Join pieces of text into lines without stray spaces, and lines into paragraphs."""
    writer = _Writer()
    for piece in pieces:
        writer.take(piece)
    writer.take(Break.LINE)
    return writer.text


@dataclass(slots=True)
class _Writer:
    """Writes pieces as lines.

    Attributes:
        pending: The break that is due before the next line.
        item: Begun by the next line.
        notes: How many notes the line stands in.
        term: What is being defined, until its meaning begins on the same line.
    """

    text: str = ""
    line: str = ""
    pending: int = 0
    item: Item | None = None
    notes: int = 0
    term: str = ""

    def take(self, piece: Piece) -> None:
        """Write one piece."""
        match piece:
            case str():
                self.line += piece
            case Break():
                self._end_line(piece)
            case Item():
                self.item = piece
            case Sign.MEANS:
                self.term = _as_term(self.line)
                self.line = f"{self.term} "
            case Sign():
                # A heading within a note begins another text, which sees the note end only.
                self.notes = max(self.notes + (1 if piece is Sign.NOTE_BEGINS else -1), 0)

    def _end_line(self, ending: Break) -> None:
        words = _EMPTY_CELLS.sub(CELL_GAP, " ".join(self.line.split())).strip(CELL_GAP)
        if words and words == self.term and ending is Break.LINE:
            return  # what the term means goes on here
        if words:
            self.text += "\n" * self.pending * bool(self.text) + self._marked(words)
            self.pending = 0
        if words or ending is Break.PARAGRAPH:
            self.item = None
        self.pending = max(self.pending, int(ending))
        self.line = self.term = ""

    def _marked(self, words: str) -> str:
        if self.notes:
            return mark_line(words, LineKind.NOTE)
        if self.item is None:
            return words
        number = self.item.number
        return mark_line(words, LineKind.ITEM) if number is None else mark_line(words, LineKind.STEP, number)


def _as_term(line: str) -> str:
    words = " ".join(line.split())
    return words if not words or words[-1] in _PAUSES else f"{words}:"
