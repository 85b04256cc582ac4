"""Learning from past questions without letting a question see its own answer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from search_index.evaluation.datasets import EvaluationSet, Judgements, Question
from search_index.history import PastQuestion
from search_index.text import normalise


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """Questions that are asked of the same past.

    Attributes:
        past: What is learned first.
        dated: Each question sees only what was asked before it.
    """

    questions: tuple[Question, ...]
    past: tuple[PastQuestion, ...] = ()
    dated: bool = False


def plan_rounds(given: EvaluationSet, now: datetime) -> tuple[Round, ...]:
    """Say which questions are asked of which past.

    Where questions and history both have dates, each question sees the history before its own moment, else all of it.
    A question that would meet itself there, by id or by its words, is asked in a round whose past lacks it.

    Args:
        now: The moment of past questions without a date.

    Returns:
        One or two rounds; together they hold every question once.
    """
    dated = all(each.asked_at is not None for each in (*given.questions, *given.history))
    meeting = _Meetings(given.history, dated=dated)
    twins = [each for each in given.questions if meeting.is_met_by(each)]
    others = tuple(each for each in given.questions if not meeting.is_met_by(each))
    rounds = [Round(questions=others, past=_past(given.history, given.history_judgements, now), dated=dated)]
    if twins:
        ids, words = {each.id for each in twins}, {_words(each) for each in twins}
        apart = [each for each in given.history if each.id not in ids and _words(each) not in words]
        rounds.append(
            Round(questions=tuple(twins), past=_past(apart, given.history_judgements, now), dated=dated),
        )
    return tuple(each for each in rounds if each.questions)


class _Meetings:
    """Finds questions that are in the past they would see."""

    def __init__(self, history: Sequence[Question], *, dated: bool) -> None:
        self._dated = dated
        self._by_key: dict[str, list[Question]] = defaultdict(list)
        for each in history:
            for key in _keys(each):
                self._by_key[key].append(each)

    def is_met_by(self, question: Question) -> bool:
        """Tell whether a question with the same id or words would be seen."""
        same = (each for key in _keys(question) for each in self._by_key.get(key, ()))
        return any(not self._dated or _before(each, question) for each in same)


def _past(history: Sequence[Question], judgements: Judgements, now: datetime) -> tuple[PastQuestion, ...]:
    return tuple(
        PastQuestion(id=each.id, text=each.text, article_id=article_id, at=each.asked_at or now)
        for each in history
        for article_id, grade in judgements.get(each.id, {}).items()
        if grade > 0
    )


def _before(past: Question, question: Question) -> bool:
    return past.asked_at is not None and question.asked_at is not None and past.asked_at < question.asked_at


def _keys(question: Question) -> Iterator[str]:
    yield f"id {question.id}"
    yield f"words {_words(question)}"


def _words(question: Question) -> str:
    return normalise(question.text).casefold()
