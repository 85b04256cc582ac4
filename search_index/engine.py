"""Asking the index: one call per question, and never an exception for a question."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np

from search_index.answering import MAX_LIMIT, Answer, Stopwatch, answer_query, find_words, quote_best
from search_index.explaining import explain_answer, explain_nothing
from search_index.explanations import Explanation
from search_index.gibberish import is_gibberish
from search_index.history import LiveHistory
from search_index.kinds import classify_query
from search_index.live import LiveIndex
from search_index.past_queries import LivePastQueries
from search_index.past_votes import HistoryEvidence
from search_index.ranking.verdict import answerability, classify_answerability
from search_index.reader import GenerationReader
from search_index.records import (
    DegradedReason,
    EngineStatus,
    QueryKind,
    QuotedAnswer,
    SearchMode,
    SearchQuery,
    SearchResult,
    SearchSides,
    Suggestion,
    Verdict,
)
from search_index.semantic.guard import Encoded, EncoderFactory, EncoderGuard, GuardLimits
from search_index.semantic.ports import QueryEncoder, Reranker, Vector
from search_index.semantic.reranker_guard import RerankerFactory, RerankerGuard
from search_index.site_verdict import LiveCorrection
from search_index.text import normalise

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Question:
    """A query as the engine reads it."""

    text: str
    kind: QueryKind
    watch: Stopwatch


@dataclass(frozen=True, slots=True, kw_only=True)
class _Searched:
    """A search and what it was made from; that is None where no article was looked at."""

    result: SearchResult
    reader: GenerationReader | None = None
    answer: Answer | None = None


class SearchEngine:
    """Answers questions from the live generation. Safe for threads; cheap to make, nothing is loaded yet.

    Args:
        root: The index folder; may be missing.
        query_encoder: Of the same model as the index, or a callable that loads it at the first question;
            None for keywords alone.
        limits: How patient a search is with the encoder, and with the reranker.
        monotonic: A clock in seconds.
        reranker: A cross-encoder that reads the best articles of a hybrid search again, or a callable that loads it;
            None for none. Without it, or where it is missing, broken or slow, the order stays as it was.
    """

    def __init__(
        self,
        root: Path,
        query_encoder: QueryEncoder | EncoderFactory | None,
        limits: GuardLimits | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        *,
        reranker: Reranker | RerankerFactory | None = None,
    ) -> None:
        self._has_encoder = query_encoder is not None
        self._live = LiveIndex(root, monotonic)
        self._history = LiveHistory(root)
        self._past_queries = LivePastQueries(root)
        self._correction = LiveCorrection(root)
        self._guard = EncoderGuard(query_encoder, limits, monotonic)
        self._reranker = RerankerGuard(reranker, limits, monotonic) if reranker is not None else None

    def warm_up(self) -> None:
        """Open the index and load the models, so that the first visitor need not wait. Never raises."""
        self.search(SearchQuery(text="warm up", audiences=frozenset()))
        self.suggest("warm", frozenset())
        reader = self._live.get().reader
        if reader is not None:
            reader.vocabulary()
        if self._reranker is not None:
            self._reranker.look()

    def search(self, query: SearchQuery) -> SearchResult:
        """Answer a question.

        Never raises, whatever was typed and whatever is wrong with the index or the encoder: the result then
        says in `degraded` what is missing.
        """
        question = _read(query)
        try:
            return self._search(query, question).result
        except Exception:
            _log.exception("A search failed.")
            return _empty(question, DegradedReason.INDEX_CORRUPT)

    def explain(self, query: SearchQuery, article_id: str | None = None) -> Explanation:
        """Answer a question and say why the answer is what it is; takes longer than a search. Never raises.

        Args:
            article_id: An article to tell of whether or not it is a hit; None for none. The query's audiences and
                locale hold for it as for any other.
        """
        question = _read(query)
        try:
            searched = self._search(query, question)
            if searched.reader is None or searched.answer is None:
                return explain_nothing(searched.result, article_id)
            return explain_answer(searched.reader, searched.answer, searched.result, article_id)
        except Exception:
            _log.exception("A search could not be explained.")
            return explain_nothing(_empty(question, DegradedReason.INDEX_CORRUPT), article_id)

    def suggest(
        self, prefix: str, audiences: frozenset[str], locale: str | None = None, limit: int = 6
    ) -> tuple[Suggestion, ...]:
        """Complete what is being typed; empty when there is nothing or no index.

        Queries that many asked with success come first and take half of the places at most; then titles and headings.
        """
        try:
            reader = self._live.get().reader
            if reader is None or limit < 1:
                return ()
            limit = min(limit, MAX_LIMIT)
            named = reader.suggester().suggest(prefix, reader.visible_articles(audiences, locale), limit)
            asked = self._past_queries.suggest(prefix, reader, audiences, locale, limit // 2)
            titles = {each.text.casefold() for each in named}
            return (*(each for each in asked if each.text.casefold() not in titles), *named)[:limit]
        except Exception:
            _log.exception("Suggestions failed.")
            return ()

    def related(self, article_id: str, audiences: frozenset[str], limit: int = 4) -> tuple[str, ...]:
        """Name the articles nearest to an article, nearest first; empty for an unknown one or without an index."""
        try:
            reader = self._live.get().reader
            number = reader.numbers.get(article_id) if reader is not None else None
            if reader is None or number is None or limit < 1:
                return ()
            return _related(reader, number, audiences, min(limit, MAX_LIMIT))
        except Exception:
            _log.exception("Related articles failed.")
            return ()

    def status(self) -> EngineStatus:
        """Describe the health of the index and the models; asks each of these once. Never raises."""
        opened = self._live.get()
        problem, detail = opened.problem, opened.detail
        if opened.reader is not None and problem is None:
            encoded = self._begin_encoding(opened.reader, "status", remembered=False)()
            problem, detail = encoded.reason, encoded.detail
        manifest = opened.reader.manifest if opened.reader else None
        reranked = self._reranker.look() if self._reranker is not None else None
        return EngineStatus(
            generation=manifest.name if manifest else "",
            articles=manifest.articles if manifest else 0,
            passages=manifest.passages if manifest else 0,
            model=manifest.model if manifest else "",
            problem=problem,
            detail=detail if problem else "",
            reranker=self._reranker.name if self._reranker is not None else "",
            reranker_problem=reranked.detail if reranked is not None else "",
        )

    def _search(self, query: SearchQuery, question: _Question) -> _Searched:
        opened = self._live.get()
        if opened.reader is None:
            return _Searched(result=_empty(question, opened.problem))
        if question.kind is QueryKind.BLANK:
            return _Searched(result=replace(_empty(question, opened.problem), generation=opened.reader.name))
        question = replace(question, kind=_kind_among(question, opened.reader))
        wanted = query.sides is not SearchSides.KEYWORD
        encoding = self._begin_encoding(opened.reader, question.text) if wanted else None
        words = find_words(opened.reader, question.text, query, question.watch)  # while the encoder works
        with question.watch.part("encode_ms"):
            encoded = encoding() if encoding is not None else Encoded(None)
        history = self._past(opened.reader, query, encoded.vector, question.watch)
        reranker = self._reranker if query.sides is SearchSides.FULL else None
        answer = answer_query(
            opened.reader, words, query, encoded.vectors, question.watch, history=history, reranker=reranker
        )
        reason, semantic = encoded.reason or opened.problem, encoded.vector is not None
        if semantic:
            answer = replace(answer, evidence=replace(answer.evidence, site=self._correction.get().shift))
        result = _result(opened.reader, question, answer, reason, semantic=semantic)
        return _Searched(result=result, reader=opened.reader, answer=answer)

    def _past(
        self, reader: GenerationReader, query: SearchQuery, vector: Vector | None, watch: Stopwatch
    ) -> HistoryEvidence | None:
        """Ask the past questions; None without a vector, for one side alone, or where there are none."""
        if vector is None or query.sides is not SearchSides.FULL:
            return None
        with watch.part("history_ms"):
            history = self._history.get(reader.manifest.model_fingerprint, reader.recipe.history)
            return history.evidence(vector, query.asked_at) if history is not None else None

    def _begin_encoding(self, reader: GenerationReader, text: str, *, remembered: bool = True) -> Callable[[], Encoded]:
        """Start to embed a query; what is returned waits for the vector, or tells why there is none."""
        if not self._has_encoder and not reader.manifest.model_fingerprint:
            missing = Encoded(None, DegradedReason.ENCODER_MISSING, "The index was built without an embedding model.")
            return lambda: missing
        if reader.vectors is None and self._has_encoder:
            detail = reader.vectors_problem or "The index was built without an embedding model; index again with one."
            return lambda: Encoded(None, DegradedReason.VECTORS_MISSING, detail)
        return partial(self._fitting, reader, self._guard.begin(text, remembered=remembered))

    def _fitting(self, reader: GenerationReader, encoding: Callable[[], Encoded]) -> Encoded:
        """Wait for a vector, and keep it only where it is of the index's own model."""
        encoded = encoding()
        if encoded.vector is not None and self._guard.fingerprint != reader.manifest.model_fingerprint:
            detail = f"The index was built with another model ({reader.manifest.model}); index again."
            self._guard.forget()
            return Encoded(None, DegradedReason.VECTORS_MISSING, detail)
        return encoded


def _read(query: SearchQuery) -> _Question:
    text = normalise(query.text)
    return _Question(text=text, kind=classify_query(text), watch=Stopwatch())


def _kind_among(question: _Question, reader: GenerationReader) -> QueryKind:
    """Call keys struck at random what they are, unless the articles know one of the words."""
    if question.kind is not QueryKind.QUESTION or not is_gibberish(question.text):
        return question.kind
    words = reader.analyzer.query_words(question.text)
    known = any(reader.keyword.frequency(word.term) for word in words)
    return QueryKind.QUESTION if known else QueryKind.GIBBERISH


def _result(
    reader: GenerationReader, question: _Question, answer: Answer, reason: DegradedReason | None, *, semantic: bool
) -> SearchResult:
    recipe = reader.recipe.verdict
    probability = answerability(answer.evidence, recipe, semantic=semantic) if answer.hits else 0.0
    plain = answerability(replace(answer.evidence, site=0.0), recipe, semantic=semantic) if answer.hits else 0.0
    verdict = classify_answerability(probability, recipe, semantic=semantic) if answer.hits else Verdict.NO_ANSWER
    if question.kind is QueryKind.ASKS_FOR_HUMAN and verdict is Verdict.ANSWERED:
        verdict = Verdict.UNSURE  # whoever asks for a person must find one in front
    return SearchResult(
        query=question.text,
        kind=question.kind,
        hits=answer.hits,
        answer=_quoted(reader, answer, question) if verdict is Verdict.ANSWERED else None,
        verdict=verdict,
        answerability=probability,
        plain_answerability=plain,
        mode=SearchMode.HYBRID if semantic else SearchMode.KEYWORD,
        degraded=reason,
        generation=reader.name,
        notes=answer.sight.words.notes,
        correction=answer.correction if probability >= recipe.correction_from else None,
        timings=question.watch.timings(),
    )


def _quoted(reader: GenerationReader, answer: Answer, question: _Question) -> QuotedAnswer | None:
    with question.watch.part("snippet_ms"):
        return quote_best(reader, answer.sight)


def _empty(question: _Question, reason: DegradedReason | None) -> SearchResult:
    return SearchResult(
        query=question.text,
        kind=question.kind,
        hits=(),
        verdict=Verdict.NO_ANSWER,
        answerability=0.0,
        mode=SearchMode.NONE,
        degraded=reason,
        timings=question.watch.timings(),
    )


def _related(reader: GenerationReader, number: int, audiences: frozenset[str], limit: int) -> tuple[str, ...]:
    article = reader.articles[number]
    allowed = reader.visible_articles(audiences, article.locale).copy()
    allowed[number] = False
    likeness = reader.likeness(number)
    order = np.argsort(-likeness, kind="stable")
    found = [int(each) for each in order if allowed[each] and likeness[each] > 0]
    return tuple(reader.articles[each].id for each in found[:limit])
