"""Answering one question from one generation: scores of both sides, one order, a verdict, snippets."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from search_index.close_look import FirstLook, choose_candidates, close_question, rank_articles, text_to_read
from search_index.keyword.matching import KeywordMatches
from search_index.past_votes import HistoryEvidence
from search_index.phrases import find_phrases, rows_with_phrases
from search_index.ranking.cross_reading import blend
from search_index.ranking.evidence import gather_evidence
from search_index.ranking.fusion import Candidate, fuse
from search_index.ranking.reranking import Ranked
from search_index.ranking.verdict import Evidence
from search_index.reader import GenerationReader
from search_index.records import Hit, QuotedAnswer, SearchNote, SearchQuery, SearchSides, Timings
from search_index.semantic.ports import TextVectors, Vector
from search_index.semantic.reranker_guard import RerankerGuard
from search_index.showing import AskedWords, asked_words, quotable_row, quote_answer, snippet_of
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
class Sight:
    """All that one search saw on its way to an answer: what a quotation and an explanation are made of.

    Attributes:
        asked: The words to look for in what is shown.
        cosines: float32 of shape (rows,); None when the semantic side took no part.
        ranked: The candidates of the first look, best first.
        reranker_share: Of a cross-encoder in the scores; 0.0 where it took no part.
    """

    query: SearchQuery
    words: WordSide
    asked: AskedWords
    cosines: Scores | None
    look: FirstLook
    ranked: tuple[Ranked, ...]
    reranker_share: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one generation has to say to a question."""

    hits: tuple[Hit, ...]
    evidence: Evidence
    correction: str | None
    sight: Sight


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
    reranker: RerankerGuard | None = None,
) -> Answer:
    """Search one generation.

    Args:
        words: What `find_words` found there for this query.
        vectors: The query's, of the generation's model; None for keywords alone.
        history: What past questions say; None where there are none.
        reranker: Reads the best articles where both sides took part; None for none.
    """
    limit = max(1, min(query.limit, MAX_LIMIT))
    cosines = _cosines(reader, words, vectors.vector, watch) if vectors is not None else None
    alone = query.sides is SearchSides.SEMANTIC
    question = close_question(reader, words.text, vectors, words.matches) if vectors is not None and not alone else None
    with watch.part("fusion_ms"):
        fused = _meaning_alone(words, cosines) if alone else fuse(cosines, words.scores, reader.recipe.fusion)
        look = choose_candidates(
            reader,
            fused,
            words.matches,
            words.visible,
            max(limit, _RANKED),
            text=words.text,
            question=question,
            history=history,
        )
        ranked = rank_articles(reader, look, look.candidates)
        best = ranked[0] if ranked else None
        # By the scores before a cross-encoder changes them: the verdict was calibrated on these, whatever model is set.
        evidence = gather_evidence(best, words.matches, cosines, words.visible, reader.recipe.fusion)
        share = 0.0
        if reranker is not None and question is not None:
            ranked, share = _reranked(reader, words.text, ranked, reranker)
    with watch.part("snippet_ms"):
        asked = asked_words(words.text, words.matches, vectors.vector if vectors is not None else None)
        sight = Sight(
            query=query,
            words=words,
            asked=asked,
            cosines=cosines,
            look=look,
            ranked=tuple(ranked),
            reranker_share=share,
        )
        hits = tuple(_hit(reader, each.candidate, sight) for each in ranked[:limit])
    return Answer(hits=hits, evidence=evidence, correction=_correction(words.text, words.matches), sight=sight)


def _reranked(
    reader: GenerationReader, text: str, ranked: list[Ranked], reranker: RerankerGuard
) -> tuple[list[Ranked], float]:
    """Let a cross-encoder change the order; gives its share too, 0.0 where it could not and all stays as it was."""
    recipe = reader.recipe.reranker
    texts = [text_to_read(reader, each.candidate) for each in ranked[: recipe.articles]]
    scores = reranker.score(text, texts).scores
    return (ranked, 0.0) if scores is None else (blend(ranked, scores.tolist(), recipe.share), recipe.share)


def quote_best(reader: GenerationReader, sight: Sight) -> QuotedAnswer | None:
    """Quote what answers from the best article; None where there is nothing to quote."""
    if not sight.ranked:
        return None
    row = quotable_row(reader, sight.ranked[0].candidate.row, sight.look.fused, sight.asked)
    return quote_answer(reader, row, sight.asked) if row is not None else None


def _keep_phrases(
    reader: GenerationReader, text: str, visible: NDArray[np.bool_]
) -> tuple[NDArray[np.bool_], tuple[SearchNote, ...]]:
    """Keep the passages that hold what stands in quotation marks; all of them where none does, and say so."""
    phrases = find_phrases(text, reader.analyzer)
    if not phrases:
        return visible, ()
    holding = rows_with_phrases(reader, phrases, visible)
    return (holding, ()) if holding.any() else (visible, (SearchNote.QUOTES_IGNORED,))


def _cosines(reader: GenerationReader, words: WordSide, vector: Vector, watch: Stopwatch) -> Scores | None:
    with watch.part("vector_ms"):
        return reader.vectors.cosines(vector, words.visible) if reader.vectors is not None else None


def _meaning_alone(words: WordSide, cosines: Scores | None) -> Scores:
    """Order by cosines, moved into [0, 1]: a score of zero would be no hit."""
    return np.zeros_like(words.scores) if cosines is None else (cosines + np.float32(1)) / np.float32(2)


def _hit(reader: GenerationReader, candidate: Candidate, sight: Sight) -> Hit:
    row = reader.row(candidate.row)
    return Hit(
        article_id=row.article_id,
        score=min(max(candidate.score, 0.0), 1.0),
        keyword_score=float(sight.words.scores[candidate.row]),
        semantic_score=float(sight.cosines[candidate.row]) if sight.cosines is not None else 0.0,
        section_anchor=row.anchor,
        section_heading=row.heading,
        snippet=snippet_of(reader, candidate.row, sight.asked),
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
