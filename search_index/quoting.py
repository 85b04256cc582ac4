"""The answer quoted above the hits: the sentences that answer with what belongs to them, or the whole list of steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from types import MappingProxyType

from search_index.lines import CELL_GAP, LineKind
from search_index.prose import Sentence, rate_sentences, read_sentences, without_notes
from search_index.question_types import QuestionType
from search_index.records import QuotedPart
from search_index.snippets import mark_words
from search_index.text import Analyzer

#: Longest quotation, in words; a single sentence or step may be longer.
MAX_QUOTED_WORDS = 90
#: Most words before the best sentence of a paragraph that are quoted so that it is not torn out of context.
_LEAD_WORDS = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotation:
    """What is quoted.

    Attributes:
        parts: In the order of the section; none where there is nothing to quote.
        cut: Whether the section goes on with more of the same list or paragraph.
    """

    parts: tuple[QuotedPart, ...] = ()
    cut: bool = False


def quote(
    text: str,
    weights: Mapping[str, float],
    analyzer: Analyzer,
    asked: QuestionType = QuestionType.ANY,
    within: str = "",
    *,
    meanings: Mapping[str, float] = MappingProxyType({}),
) -> Quotation:
    """Quote the answer from a section.

    Notes beside the text are left out unless there is nothing else.

    Args:
        text: The section with the marks of its lines; may be empty.
        weights: How informative each index term of the query is.
        asked: What the question asks for.
        within: The passage of the section that matched; the whole section when empty.
        meanings: How near sentences are to the question, in [0, 1], by their text; empty where nobody knows.

    Returns:
        Whole sentences, steps and rows of at most about 90 words together.
    """
    sentences = without_notes(read_sentences(text))
    if not sentences:
        return Quotation()
    terms = frozenset(weights)
    found = [frozenset[str]().union(*(match.terms for match in analyzer.find(each.text, terms))) for each in sentences]
    ratings = rate_sentences(sentences, found, weights, asked, meanings)
    inside = frozenset(each.text for each in read_sentences(within))
    near = [place for place, each in enumerate(sentences) if each.text in inside] or range(len(sentences))
    best = max(near, key=lambda place: (ratings[place], -place))
    chosen, cut = _chosen(sentences, found, best, asked)
    return Quotation(parts=tuple(_parts(sentences, chosen, weights, analyzer)), cut=cut)


def _chosen(
    sentences: Sequence[Sentence], found: Sequence[frozenset[str]], best: int, asked: QuestionType
) -> tuple[list[int], bool]:
    """Choose which sentences to quote, and tell whether more of the same follows.

    A list is quoted from its beginning, a table by its best rows, a paragraph from its beginning if that is near.
    """
    if asked is QuestionType.STEPS:
        best = _steps_below(sentences, best)
    first, end = _block(sentences, best)
    if sentences[best].kind is LineKind.PROSE:
        first = _beginning(sentences, first, end, best)
    here = list(range(first, end))
    if sentences[best].kind is LineKind.ROW:
        rows = [place for place in here if not sentences[place].names_columns] or here
        here = [place for place in rows if best in rows and found[place] >= found[best]] or rows
    chosen = [*_lead(sentences, first), *here]
    if sentences[end - 1].text.endswith(":") and end < len(sentences):
        chosen += range(end, _block(sentences, end)[1])
    kept = _fitting(sentences, chosen, best)
    return kept, len(kept) < len(chosen)


def _beginning(sentences: Sequence[Sentence], first: int, end: int, best: int) -> int:
    """Find where to begin a paragraph: with its first sentence that states something, if that is near."""
    if _words(sentences[first:best]) > _LEAD_WORDS:
        first = best
    while first + 1 < end and sentences[first].text[-1] in "?？":
        first += 1
    return first


def _steps_below(sentences: Sequence[Sentence], best: int) -> int:
    """Find the first step of the list that a paragraph leads to; the paragraph itself if it leads to none."""
    following = _block(sentences, best)[1]
    leads = sentences[best].kind is LineKind.PROSE and following < len(sentences)
    return following if leads and sentences[following].kind is LineKind.STEP else best


def _block(sentences: Sequence[Sentence], place: int) -> tuple[int, int]:
    """Give where the paragraph, list or table of a sentence begins, and where it has ended."""
    first = end = place
    while first > 0 and sentences[first - 1].block == sentences[place].block:
        first -= 1
    while end < len(sentences) and sentences[end].block == sentences[place].block:
        end += 1
    return first, end


def _lead(sentences: Sequence[Sentence], first: int) -> list[int]:
    """Find the sentence that introduces a list or table."""
    before = first - 1
    leads = before >= 0 and sentences[first].kind is not LineKind.PROSE and sentences[before].kind is LineKind.PROSE
    return [before] if leads and sentences[before].text[-1] in ":?." else []


def _fitting(sentences: Sequence[Sentence], chosen: Sequence[int], best: int) -> list[int]:
    """Keep whole lines from the beginning while they fit; where the best would not be reached, begin with it."""
    kept = _while_fitting(sentences, chosen)
    is_step = sentences[best].kind is LineKind.STEP  # later steps are of no use without the first
    if best in kept or is_step or best not in chosen:
        return kept
    return _while_fitting(sentences, [place for place in chosen if place >= best])


def _while_fitting(sentences: Sequence[Sentence], chosen: Sequence[int]) -> list[int]:
    kept: list[int] = []
    words = 0
    for _, group in groupby(chosen, key=lambda place: _unit(sentences[place], place)):
        places = list(group)
        words += _words([sentences[place] for place in places])
        if kept and words > MAX_QUOTED_WORDS:
            break
        kept += places
    return kept


def _unit(sentence: Sentence, place: int) -> tuple[bool, int]:
    """What is not torn apart: a sentence of prose, or a whole step or item."""
    return (False, place) if sentence.kind is LineKind.PROSE else (True, sentence.line)


def _words(sentences: Sequence[Sentence]) -> int:
    return sum(len(each.text.split()) for each in sentences)


def _parts(
    sentences: Sequence[Sentence], chosen: Sequence[int], weights: Mapping[str, float], analyzer: Analyzer
) -> list[QuotedPart]:
    """Put sentences of one paragraph or list together, each line with the query's words marked."""
    terms = frozenset(weights)
    parts: list[QuotedPart] = []
    for (_, kind), group in groupby(chosen, key=lambda place: (sentences[place].block, sentences[place].kind)):
        places = list(group)
        lines = [
            mark_words(_line([sentences[place] for place in line], sentences), terms, analyzer)
            for line in _lines(sentences, places)
        ]
        parts.append(QuotedPart(kind=kind, lines=tuple(lines), number=max(sentences[places[0]].number, 1)))
    return parts


def _lines(sentences: Sequence[Sentence], places: Sequence[int]) -> list[list[int]]:
    return [list(line) for _, line in groupby(places, key=lambda place: sentences[place].line)]


def _line(line: Sequence[Sentence], sentences: Sequence[Sentence]) -> str:
    """Write a line; a row with the names of its columns."""
    written = " ".join(each.text for each in line)
    if line[0].kind is not LineKind.ROW or line[0].names_columns:
        return written
    names = next(each for each in sentences if each.block == line[0].block).text.split(CELL_GAP)
    cells = written.split(CELL_GAP)
    if len(names) != len(cells):
        return written
    return CELL_GAP.join(f"{name.rstrip(':')}: {cell}" for name, cell in zip(names, cells, strict=True))
