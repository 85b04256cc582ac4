"""Cutting an article into passages: the units that are retrieved.

A passage never crosses a heading and never exceeds the token budget of the model, so that nothing a
reader can see is lost to the index without a word. Long sections are cut between paragraphs, then
sentences, then words, and only inside a word when one word alone is too long.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from math import ceil

from search_index.lines import without_marks
from search_index.records import IndexedArticle, Section

#: Counts the word pieces of a text.
TokenCounter = Callable[[str], int]

_PARAGRAPHS = re.compile(r"(?<=\n\n)(?=[^\n])")
_LINES = re.compile(r"(?<=\n)(?=[^\n])")
_SENTENCES = re.compile(r"(?<=[.!?…])(?=\s+\S)|(?<=[。！？｡])(?=\S)")
_WORDS = re.compile(r"(?<=\s)(?=\S)")
_BORDERS = (_PARAGRAPHS, _LINES, _SENTENCES, _WORDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A piece of one section of one article.

    Attributes:
        number: Position within the article, from 0; number 0 is the summary.
        anchor: Where in the page it stands; empty for the beginning.
        heading: The heading of its section.
        headings: All headings above the text, outermost first, the section's own last.
        text: The words of the passage as a reader sees them; empty for a bare heading.
        embed_text: What the model reads: title and headings for context, then the text.
        embed_hash: Equal for equal `embed_text`, whatever the article.
    """

    article_id: str
    number: int
    anchor: str
    heading: str
    headings: tuple[str, ...]
    text: str
    embed_text: str
    embed_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """How large a passage may be.

    Attributes:
        tokens: Most word pieces of `embed_text`, at least 8.
        prefix_tokens: Most of them for title and headings.
        count: Counts word pieces; must not count fewer for a longer text.
    """

    tokens: int
    prefix_tokens: int
    count: TokenCounter


def count_words(text: str) -> int:
    """Count words by white space and every 12th character of long runs: the measure where no model is at hand."""
    return sum(1 + len(word) // 12 for word in text.split())


def cut_article(article: IndexedArticle, budget: Budget) -> list[Passage]:
    """Cut an article into passages, in reading order.

    The first passage is the article as a whole: title and summary. No text of any section is lost.

    Returns:
        At least one passage, even for an article without sections.
    """
    lead = Section(anchor="", heading="", text=article.summary)
    pieces = [piece for section in (lead, *article.sections) for piece in _cut_section(article.title, section, budget)]
    return [_passage(article, number, section, text, budget) for number, (section, text) in enumerate(pieces)]


def split_text(text: str, limit: int, count: TokenCounter) -> list[str]:
    """Split a text into pieces of at most `limit` tokens each, as even as borders allow.

    Joining the pieces gives the text back, but for white space at the borders.

    Returns:
        No piece for a blank text.
    """
    stripped = text.strip()
    if not stripped:
        return []
    total = count(stripped)
    if total <= limit:
        return [stripped]
    target = ceil(total / ceil(total / limit))
    return _packed(_units(stripped, limit, count, 0), target, limit, count)


def _cut_section(title: str, section: Section, budget: Budget) -> Iterator[tuple[Section, str]]:
    prefix = _prefix(title, section, budget)
    room = max(budget.tokens - budget.count(prefix), 1)
    pieces = split_text(section.text, room, budget.count)
    for text in pieces or [""]:
        yield section, text


def _passage(article: IndexedArticle, number: int, section: Section, text: str, budget: Budget) -> Passage:
    embed_text = f"{_prefix(article.title, section, budget)}\n{without_marks(text)}".strip()
    return Passage(
        article_id=article.id,
        number=number,
        anchor=section.anchor,
        heading=section.heading,
        headings=_headings(section),
        text=text,
        embed_text=embed_text,
        embed_hash=hashlib.sha256(embed_text.encode("utf-8", "replace")).hexdigest()[:32],
    )


def _headings(section: Section) -> tuple[str, ...]:
    return (*section.path, section.heading) if section.heading else section.path


def _prefix(title: str, section: Section, budget: Budget) -> str:
    """Join title and headings; where they are too long the nearest heading wins, then the title's beginning."""
    full = "\n".join(part for part in (title, " > ".join(_headings(section))) if part)
    if budget.count(full) <= budget.prefix_tokens:
        return full
    short = " > ".join(part for part in (title, section.heading) if part)
    return next(iter(split_text(short, max(budget.prefix_tokens, 1), budget.count)), "")


def _units(text: str, limit: int, count: TokenCounter, level: int) -> Iterator[str]:
    """Yield the largest pieces within the limit that the borders allow; joined they are the text."""
    if count(text) <= limit:
        yield text
    elif level == len(_BORDERS):
        yield from _halves(text, limit, count)
    else:
        for part in _BORDERS[level].split(text):
            yield from _units(part, limit, count, level + 1)


def _halves(text: str, limit: int, count: TokenCounter) -> Iterator[str]:
    if len(text) == 1 or count(text) <= limit:
        yield text
        return
    middle = len(text) // 2
    yield from _halves(text[:middle], limit, count)
    yield from _halves(text[middle:], limit, count)


def _packed(units: Iterable[str], target: int, limit: int, count: TokenCounter) -> list[str]:
    pieces: list[str] = []
    current, size = "", 0
    for unit in units:
        added = count(unit)
        if current and (size + added > limit or size >= target or count(current + unit) > limit):
            pieces.append(current)
            current, size = "", 0
        current, size = current + unit, size + added
    return [piece.strip() for piece in [*pieces, current] if piece.strip()]
