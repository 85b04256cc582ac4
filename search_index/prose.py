"""The sentences of a section, and which of them answers best."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from search_index.lines import LineKind, read_lines
from search_index.question_types import QuestionType, looks_like_answer
from search_index.text import Match

_SENTENCE_ENDS = re.compile(r"(?<=[.!?…])\s+|(?<=[。！？｡])")
_ABBREVIATION = re.compile(r"(?:^|[\s(])(?:[a-z]|e\.g|i\.e|approx|ca|cf|etc|incl|max|min|no|vs|dr|mr|mrs|st)\.$", re.I)
_LONGEST_ABBREVIATION = 8
_ENDS = ".!?…。！？｡"
_ASKS = "?？"

# All in the unit of the words matched: 1.0 is every word of the question that the passage has.
#: A sentence that means just what was asked; one that means about the same has a third or half of it.
_MEANS = 1.0
#: A sentence that holds the kind of thing that was asked for.
_FITS = 0.4
#: Lost by each sentence that stands before, up to the second number: articles begin with what matters.
_LATER, _LATEST = 0.02, 0.12
#: Lost by a line that is no sentence, such as a caption, "You choose:", or the row that names a table's columns.
_INCOMPLETE = 0.35
#: Lost by a sentence that asks itself: it repeats the question and does not answer it.
_ASKING = 0.7
#: Shortest complete sentence, in words.
_COMPLETE_WORDS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A sentence, or a line that is none.

    Attributes:
        block: Number of the paragraph, list or table it stands in.
        line: Number of its line in the section.
        number: Of the step it belongs to; 0 for others.
        opens: Whether its line begins with it.
        names_columns: The first row of a table.
    """

    text: str
    kind: LineKind
    block: int
    line: int
    number: int = 0
    opens: bool = True
    names_columns: bool = False

    @property
    def is_complete(self) -> bool:
        """Whether it says something by itself."""
        if self.kind in {LineKind.STEP, LineKind.ITEM, LineKind.ROW}:
            return not self.text.endswith(":")
        return self.text[-1] in _ENDS and len(self.text.split()) >= _COMPLETE_WORDS


def read_sentences(text: str) -> list[Sentence]:
    """Take a section's text apart; empty for a blank one."""
    sentences: list[Sentence] = []
    tables: set[int] = set()
    for place, line in enumerate(read_lines(text)):
        first_row = line.kind is LineKind.ROW and line.block not in tables
        tables |= {line.block} if first_row else set()
        sentences += [
            Sentence(
                text=part,
                kind=line.kind,
                block=line.block,
                line=place,
                number=line.number,
                opens=number == 0,
                names_columns=first_row,
            )
            for number, part in enumerate(_split(line.text))
        ]
    return sentences


def without_notes(sentences: list[Sentence]) -> list[Sentence]:
    """Leave out what stands in boxes beside the text, unless there is nothing else."""
    return [each for each in sentences if each.kind is not LineKind.NOTE] or sentences


def rate_sentences(
    sentences: Sequence[Sentence],
    found: Sequence[frozenset[str]],
    weights: Mapping[str, float],
    asked: QuestionType,
    meanings: Mapping[str, float] = MappingProxyType({}),
) -> list[float]:
    """Tell how well each sentence answers; higher is better, of equals the first is.

    Args:
        found: The terms of the query in each sentence.
        weights: How informative each term is.
        asked: What the question asks for.
        meanings: How near sentences are to the question, in [0, 1], by their text; empty where nobody knows.
    """
    there = frozenset[str]().union(*found)
    total = sum(weights[term] for term in there) or 1.0
    return [
        sum(weights[term] for term in terms) / total
        + _shape(sentence, place, asked)
        + _MEANS * _meaning_of(sentence.text, meanings)
        for place, (sentence, terms) in enumerate(zip(sentences, found, strict=True))
    ]


def terms_by_sentence(spans: Sequence[tuple[int, int]], matches: Sequence[Match]) -> list[frozenset[str]]:
    """Tell which terms each of some consecutive stretches of a text holds.

    Args:
        spans: Start and end of each, in order.
        matches: In order.
    """
    found: list[frozenset[str]] = [frozenset()] * len(spans)
    at = 0
    for match in matches:
        while at < len(spans) - 1 and match.start >= spans[at][1]:
            at += 1
        found[at] |= match.terms
    return found


def _meaning_of(text: str, meanings: Mapping[str, float]) -> float:
    """Look up how near a sentence is to the question; one that was embedded in pieces is as near as the nearest."""
    known = meanings.get(text)
    if known is None and meanings:
        known = max((near for part, near in meanings.items() if part in text), default=0.0)
    return known or 0.0


def _shape(sentence: Sentence, place: int, asked: QuestionType) -> float:
    """Rate a sentence by all but its words."""
    rating = -min(place * _LATER, _LATEST)
    is_step = asked is QuestionType.STEPS and sentence.kind is LineKind.STEP
    if is_step or looks_like_answer(sentence.text, asked):
        rating += _FITS
    if sentence.text[-1] in _ASKS:
        rating -= _ASKING
    elif sentence.names_columns or not sentence.is_complete:
        rating -= _INCOMPLETE
    return rating


def _split(line: str) -> Iterator[str]:
    """Cut a line at the ends of sentences, but not after abbreviations or where the next word is small."""
    held = ""
    for part in _SENTENCE_ENDS.split(line):
        joint = " " if held and held[-1] not in "。！？｡" else ""
        if held and (part[:1].islower() or _ABBREVIATION.search(held[-_LONGEST_ABBREVIATION:])):
            held += joint + part
            continue
        if held:
            yield held
        held = part
    if held:
        yield held
