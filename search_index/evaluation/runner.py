"""Measuring the engine on one set: a throw-away index, every question asked of it, figures of the answers."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from search_index.engine import SearchEngine
from search_index.evaluation.datasets import EvaluationSet, Question
from search_index.evaluation.past import Round, plan_rounds
from search_index.evaluation.report import DEPTH, Asked, Figures, summarise
from search_index.history import HistoryStore
from search_index.indexer import Indexer
from search_index.recipe import Recipe
from search_index.records import IndexReport, Progress, SearchQuery, SearchSides, no_progress
from search_index.semantic.guard import GuardLimits
from search_index.semantic.ports import PassageEncoder, QueryEncoder, Reranker

#: Stage that is reported while questions are asked.
ASK_STAGE = "ask"
#: The same while past questions are learned from.
LEARN_STAGE = "learn"
#: Questions asked before the clock counts: the first ones fill caches.
_WARM_UP = 8
#: A slow machine shall make a measurement long, not wrong: no question is answered by keyword for want of time.
_PATIENCE_MS = 600_000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoders:
    """Two encoders of one space, and a reranker for the full engine where there is one."""

    passages: PassageEncoder
    queries: QueryEncoder
    reranker: Reranker | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """One set measured.

    Attributes:
        model: Name of the model; empty when only keywords were searched.
        index: What building the index took.
        past_questions: Pairs of a past question and an article that were learned from.
        answers: Of the full engine, in the order of the set.
        seconds: From the first article to the last figure.
    """

    name: str
    model: str
    index: IndexReport
    past_questions: int
    answers: tuple[Asked, ...]
    figures: Figures
    seconds: float


def evaluate(
    given: EvaluationSet,
    root: Path,
    encoders: Encoders | None,
    *,
    now: datetime,
    kept_vectors: Path | None = None,
    recipe: Recipe | None = None,
    progress: Progress = no_progress,
) -> Evaluation:
    """Index the articles of a set, ask its questions, and judge the answers.

    Args:
        root: An empty folder for the index; the caller removes it.
        encoders: None measures keywords alone; a history is then not learned from.
        now: The moment of past questions without a date.
        kept_vectors: Where vectors of passages are kept for the next run; None keeps none.
        recipe: None for the default.
        progress: Called with (stage, done, total); stages are those of an indexer, "learn" and "ask".

    Raises:
        IndexNotWritable, GateRefused: The index cannot be built.
        ModelError: The model failed.
        ValueError: Two articles share an id.
    """
    started = time.perf_counter()
    indexer = Indexer(root, encoders.passages if encoders else None, recipe, kept_vectors=kept_vectors)
    report = indexer.sync(given.articles, progress)
    interview = _Interview(given, root, encoders, progress)
    rounds = plan_rounds(given, now) if encoders else (Round(questions=given.questions),)
    answers = interview.hold(rounds)
    return Evaluation(
        name=given.name,
        model=encoders.passages.name if encoders else "",
        index=report,
        past_questions=max((len(each.past) for each in rounds), default=0),
        answers=answers[SearchSides.FULL],
        figures=summarise(answers, given.judgements),
        seconds=time.perf_counter() - started,
    )


class _Interview:
    """Asks the questions of a set, each of every system."""

    def __init__(self, given: EvaluationSet, root: Path, encoders: Encoders | None, progress: Progress) -> None:
        self._given = given
        self._encoders = encoders
        self._progress = progress
        self._audiences = frozenset(article.audience for article in given.articles)
        self._systems = tuple(SearchSides) if encoders else (SearchSides.KEYWORD, SearchSides.FULL)
        self._history = HistoryStore(root)
        patience = GuardLimits(
            encode_ms=_PATIENCE_MS,
            rerank_ms=_PATIENCE_MS,
            load_ms=_PATIENCE_MS,
            remembered=len(given.questions) + _WARM_UP,
        )
        queries, reranker = (encoders.queries, encoders.reranker) if encoders else (None, None)
        self._engine = SearchEngine(root, queries, patience, reranker=reranker)

    def hold(self, rounds: Sequence[Round]) -> Mapping[SearchSides, tuple[Asked, ...]]:
        """Ask all rounds; the answers of each system come in the order of the set."""
        self._warm_up()
        answers: dict[SearchSides, dict[str, Asked]] = {sides: {} for sides in self._systems}
        done = 0
        for each in rounds:
            if each.past and self._encoders:
                self._history.write(each.past, self._encoders.queries, self._show_learning)
            for asked, sides in self._ask(each):
                answers[sides][asked.question.id] = asked
                done += 1
                self._progress(ASK_STAGE, done, len(self._given.questions) * len(self._systems))
        return {
            sides: tuple(by_id[question.id] for question in self._given.questions) for sides, by_id in answers.items()
        }

    def _show_learning(self, stage: str, done: int, total: int) -> None:
        self._progress(LEARN_STAGE, done, total)

    def _warm_up(self) -> None:
        self._engine.warm_up()
        for article in self._given.articles[:_WARM_UP]:
            self._engine.search(SearchQuery(text=article.title, audiences=self._audiences, limit=DEPTH))

    def _ask(self, each: Round) -> Iterator[tuple[Asked, SearchSides]]:
        # The full engine first: its times count, and later systems find the query's vector in memory.
        for sides in sorted(self._systems, key=lambda system: system is not SearchSides.FULL):
            for question in each.questions:
                query = self._query(question, sides, dated=each.dated)
                yield Asked(question=question, result=self._engine.search(query)), sides

    def _query(self, question: Question, sides: SearchSides, *, dated: bool) -> SearchQuery:
        return SearchQuery(
            text=question.text,
            audiences=self._audiences,
            limit=DEPTH,
            sides=sides,
            asked_at=question.asked_at if dated else None,
        )


def run_lines(answers: Iterable[Asked]) -> Iterator[str]:
    """Write each answer as one line of JSON: id, hits (article, score), answerability, verdict."""
    for asked in answers:
        result = asked.result
        record = {
            "id": asked.question.id,
            "hits": [{"article": hit.article_id, "score": round(hit.score, 6)} for hit in result.hits],
            "answerability": round(result.answerability, 6),
            "verdict": result.verdict.value,
        }
        yield json.dumps(record, ensure_ascii=False)
