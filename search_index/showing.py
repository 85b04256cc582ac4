"""What is shown of the articles found: the words under each hit, and the answer quoted above them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from search_index.keyword.matching import KeywordMatches
from search_index.keyword.postings import PassageRow
from search_index.lines import LineKind, read_lines
from search_index.question_types import QuestionType, classify_question, looks_like_answer
from search_index.quoting import quote
from search_index.reader import GenerationReader
from search_index.records import QuotedAnswer, Snippet
from search_index.semantic.ports import Vector
from search_index.sentences import sentences_of
from search_index.snippets import make_snippet

#: Share of the best passage's score from which on another passage of the article is about as good.
_ABOUT_AS_GOOD = 0.75


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedWords:
    """What of a question matters for choosing words that answer it.

    Attributes:
        weights: How informative each index term is that stands for one of its words.
        vector: Of the question; None where the semantic side takes no part.
    """

    weights: Mapping[str, float]
    asked: QuestionType = QuestionType.ANY
    vector: Vector | None = None


def asked_words(text: str, matches: KeywordMatches, vector: Vector | None = None) -> AskedWords:
    """Read a question; empty words count only where there are no others."""
    counted = [each for each in matches.words if not (each.word.empty and matches.meaningful)]
    weights = {term: each.maximum for each in counted for term in each.terms}
    return AskedWords(weights=weights, asked=classify_question(text), vector=vector)


def snippet_of(reader: GenerationReader, row: int, words: AskedWords) -> Snippet:
    """Choose what stands under a hit; the first words of the article for a hit on a bare title or heading."""
    passage = reader.row(row)
    if not passage.text:
        rows = (int(each) for each in reader.rows_of(passage.article_id))
        row = next((each for each in rows if reader.row(each).text), row)
    text = reader.row(row).text
    return make_snippet(text, words.weights, reader.analyzer, words.asked, _meanings(reader, [row], words))


def quotable_row(reader: GenerationReader, best: int, scores: NDArray[np.float32], words: AskedWords) -> int | None:
    """Find the passage of an article that answers best.

    A summary says what an article is about and a bare heading says nothing, so both stand back. Of passages that match
    about as well as the best one, the first that holds what was asked for is taken.

    Args:
        best: Row of the article's best passage.
        scores: Of all rows, higher is better.

    Returns:
        A row; None for an article without any text.
    """
    rows = reader.rows_of(reader.row(best).article_id)
    ranked = [best, *(int(row) for row in rows[np.argsort(-scores[rows], kind="stable")] if row != best)]
    telling = [row for row in ranked if _says_something(reader.row(row))]
    if not telling:
        return next((row for row in ranked if reader.row(row).text), None)
    close = [row for row in telling if scores[row] >= _ABOUT_AS_GOOD * scores[telling[0]]]
    return next((row for row in close if _answers(reader.row(row).text, words.asked)), telling[0])


def quote_answer(reader: GenerationReader, row: int, words: AskedWords) -> QuotedAnswer | None:
    """Quote what answers from the section that a passage is of; None where there is nothing to quote."""
    passage = reader.row(row)
    rows = [int(each) for each in reader.rows_of(passage.article_id)]
    same = [each for each in rows if _is_of(passage, reader.row(each))]
    text = _joined([reader.row(each).text for each in same])
    near = _meanings(reader, same, words)
    quotation = quote(text, words.weights, reader.analyzer, words.asked, within=passage.text, meanings=near)
    if not quotation.parts:
        return None
    return QuotedAnswer(
        article_id=passage.article_id,
        section_anchor=passage.anchor,
        section_heading=passage.heading,
        parts=quotation.parts,
        cut=quotation.cut,
    )


def _joined(texts: Sequence[str]) -> str:
    """Put the passages of a section together; a list or table cut between two is one again."""
    whole = ""
    for text in texts:
        before, after = read_lines(whole)[-1:], read_lines(text)[:1]
        goes_on = before and after and before[0].kind is after[0].kind is not LineKind.PROSE
        joint = "\n" if goes_on else "\n\n"
        whole += joint + text if whole else text
    return whole


def _says_something(passage: PassageRow) -> bool:
    return bool(passage.text) and passage.number > 0


def _answers(text: str, asked: QuestionType) -> bool:
    """Whether a passage holds what was asked for: steps as a list, other things in any sentence."""
    lines = read_lines(text)
    if asked is QuestionType.STEPS:
        return any(line.kind is LineKind.STEP for line in lines)
    return any(looks_like_answer(line.text, asked) for line in lines)


def _is_of(passage: PassageRow, other: PassageRow) -> bool:
    same_kind = (passage.number == 0) == (other.number == 0)  # the summary has the anchor of the beginning too
    return same_kind and passage.anchor == other.anchor and passage.headings == other.headings


def _meanings(reader: GenerationReader, rows: Sequence[int], words: AskedWords) -> Mapping[str, float]:
    """Say how near the sentences of some passages are to the question; nothing where they were not embedded."""
    if words.vector is None or reader.details is None:
        return {}
    meanings: dict[str, float] = {}
    for row in rows:
        cosines = reader.details.sentence_cosines(row, words.vector).tolist()
        meanings.update(zip(sentences_of(reader.row(row).text), cosines, strict=False))
    return meanings
