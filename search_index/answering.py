"""Answering one question from one generation: scores of both sides, one order, a verdict, snippets."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from search_index.close_look import FirstLook, choose_candidates, close_question, rank_articles
from search_index.keyword.matching import KeywordMatches
from search_index.past_votes import HistoryEvidence
from search_index.phrases import find_phrases, rows_with_phrases
from search_index.ranking.evidence import gather_evidence
from search_index.ranking.fusion import Candidate, fuse
from search_index.ranking.reranking import Ranked
from search_index.ranking.verdict import Evidence
from search_index.reader import GenerationReader
from search_index.records import Hit, SearchNote, SearchQuery, SearchSides, Timings
from search_index.semantic.ports import TextVectors, Vector
from search_index.showing import AskedWords, asked_words, quotable_row, snippet_of
from search_index.text import fold, words_of

#: Most hits of one query, whatever it asks for.
MAX_LIMIT = 100
#: Fewest articles that are ranked, however few are shown: the verdict looks at them.
_RANKED = 10

Scores = NDArray[np.float32]


class Stopwatch:
    """Adds up milliseconds by part of a search."""

    def __init__(self) -> None:
        self._parts: dict[str, float] = {}
        self._started = time.perf_counter()

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Count the time of a block to a field of `Timings`."""
        begun = time.perf_counter()
        try:
            yield
        finally:
            self._parts[name] = self._parts.get(name, 0.0) + (time.perf_counter() - begun) * 1000

    def timings(self) -> Timings:
        """Give the milliseconds so far."""
        return Timings(**self._parts, total_ms=(time.perf_counter() - self._started) * 1000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """All that one search saw on its way to an answer: what an explanation is made of.

    Attributes:
        visible: bool of shape (rows,): the passages that could be hits.
        keyword: float32 of shape (rows,), in [0, 1].
        cosines: float32 of shape (rows,); None when the semantic side took no part.
        ranked: The candidates of the first look, best first.
    """

    text: str
    query: SearchQuery
    visible: NDArray[np.bool_]
    matches: KeywordMatches
    keyword: Scores
    cosines: Scores | None
    look: FirstLook
    ranked: tuple[Ranked, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one generation has to say to a question.

    Attributes:
        quotable: Row of the best hit's passage that may be quoted as the answer; None where there is none.
        sight: What was seen; None where nothing was.
    """

    hits: tuple[Hit, ...] = ()
    evidence: Evidence = field(default_factory=Evidence)
    correction: str | None = None
    notes: tuple[SearchNote, ...] = ()
    words: AskedWords = field(default_factory=lambda: AskedWords(weights={}))
    quotable: int | None = None
    sight: Sight | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WordSide:
    """What the words of a question find, before anything is known of its meaning.

    Attributes:
        text: The normalised query.
        visible: bool of shape (rows,): the passages that may be hits.
        scores: float32 of shape (rows,), in [0, 1].
        notes: How the query was read otherwise than typed.
    """

    text: str
    visible: NDArray[np.bool_]
    matches: KeywordMatches
    scores: Scores
    notes: tuple[SearchNote, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sides:
    """The scores of all rows."""

    matches: KeywordMatches
    keyword: Scores
    cosines: Scores | None
    fused: Scores


def find_words(reader: GenerationReader, text: str, query: SearchQuery, watch: Stopwatch) -> WordSide:
    """Score all passages by the words of a question.

    Args:
        text: The normalised query, not blank.
    """
    with watch.part("keyword_ms"):
        visible, notes = _keep_phrases(reader, text, reader.visible(query.audiences, query.locale))
        synonyms = reader.matcher.synonyms.with_more(query.synonyms)
        matches = reader.matcher.match(text, reader.analyzer, visible, synonyms)
        scores = np.minimum(matches.scores / np.float32(matches.maximum), np.float32(1))
    return WordSide(text=text, visible=visible, matches=matches, scores=scores, notes=notes)


def answer_query(
    reader: GenerationReader,
    words: WordSide,
    query: SearchQuery,
    vectors: TextVectors | None,
    watch: Stopwatch,
    *,
    history: HistoryEvidence | None = None,
) -> Answer:
    """Search one generation.

    Args:
        words: What `find_words` found there for this query.
        vectors: The query's, of the generation's model; None for keywords alone.
        history: What past questions say; None where there are none.
    """
    text, visible = words.text, words.visible
    limit = max(1, min(query.limit, MAX_LIMIT))
    sides = _score(reader, words, vectors.vector if vectors is not None else None, watch)
    question = None
    if query.sides is SearchSides.SEMANTIC:
        sides = _meaning_alone(sides)
    elif vectors is not None:
        question = close_question(reader, text, vectors, sides.matches)
    with watch.part("fusion_ms"):
        look = choose_candidates(
            reader, sides.fused, sides.matches, visible, max(limit, _RANKED), question=question, history=history
        )
        ranked = rank_articles(reader, look, look.candidates)
        best = ranked[0] if ranked else None
        evidence = gather_evidence(best, sides.matches, sides.cosines, visible, reader.recipe.fusion)
    with watch.part("snippet_ms"):
        asked = asked_words(text, sides.matches)
        hits = tuple(_hit(reader, each.candidate, sides, asked) for each in ranked[:limit])
        quotable = quotable_row(reader, ranked[0].candidate.row, sides.fused, asked) if hits else None
    correction = _correction(text, sides.matches)
    sight = Sight(
        text=text,
        query=query,
        visible=visible,
        matches=sides.matches,
        keyword=sides.keyword,
        cosines=sides.cosines,
        look=look,
        ranked=tuple(ranked),
    )
    return Answer(
        hits=hits,
        evidence=evidence,
        correction=correction,
        notes=words.notes,
        words=asked,
        quotable=quotable,
        sight=sight,
    )


def _keep_phrases(
    reader: GenerationReader, text: str, visible: NDArray[np.bool_]
) -> tuple[NDArray[np.bool_], tuple[SearchNote, ...]]:
    """Keep the passages that hold what stands in quotation marks; all of them where none does, and say so."""
    phrases = find_phrases(text, reader.analyzer)
    if not phrases:
        return visible, ()
    holding = rows_with_phrases(reader, phrases, visible)
    return (holding, ()) if holding.any() else (visible, (SearchNote.QUOTES_IGNORED,))


def _score(reader: GenerationReader, words: WordSide, vector: Vector | None, watch: Stopwatch) -> _Sides:
    with watch.part("vector_ms"):
        known = reader.vectors
        cosines = known.cosines(vector, words.visible) if known is not None and vector is not None else None
    with watch.part("fusion_ms"):
        fused = fuse(cosines, words.scores, reader.recipe.fusion)
    return _Sides(matches=words.matches, keyword=words.scores, cosines=cosines, fused=fused)


def _meaning_alone(sides: _Sides) -> _Sides:
    """Order by cosines, moved into [0, 1]: a score of zero would be no hit."""
    moved = np.zeros_like(sides.keyword) if sides.cosines is None else (sides.cosines + np.float32(1)) / np.float32(2)
    return replace(sides, fused=moved)


def _hit(reader: GenerationReader, candidate: Candidate, sides: _Sides, words: AskedWords) -> Hit:
    row = reader.row(candidate.row)
    return Hit(
        article_id=row.article_id,
        score=min(max(candidate.score, 0.0), 1.0),
        keyword_score=float(sides.keyword[candidate.row]),
        semantic_score=float(sides.cosines[candidate.row]) if sides.cosines is not None else 0.0,
        section_anchor=row.anchor,
        section_heading=row.heading,
        snippet=snippet_of(reader, row, words),
    )


def _correction(text: str, matches: KeywordMatches) -> str | None:
    """Spell the query with the known words that were found instead of unknown ones; None when all are known."""
    better = {word.word.surface: word.correction for word in matches.words if word.correction and word.places}
    if not better:
        return None
    corrected, end = "", 0
    for word in words_of(text):
        known = better.get(fold(word.text))
        if known is not None:
            corrected += text[end : word.start] + known
            end = word.end
    corrected += text[end:]
    return corrected if corrected != text else None
