"""A question learns from what was asked before it, and never from itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from search_index.evaluation.datasets import EvaluationSet, Question
from search_index.evaluation.past import plan_rounds

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def asked(name: str, text: str, day: int | None = None) -> Question:
    return Question(id=name, text=text, asked_at=NOW + timedelta(days=day) if day is not None else None)


def given(questions: list[Question], history: list[Question]) -> EvaluationSet:
    return EvaluationSet(
        name="set",
        articles=(),
        questions=tuple(questions),
        judgements={},
        history=tuple(history),
        history_judgements={each.id: {"a": 1, "b": 2, "c": 0} for each in history},
    )


def test_without_a_history_there_is_one_round() -> None:
    (only,) = plan_rounds(given([asked("1", "how")], []), NOW)
    assert ([each.id for each in only.questions], only.past) == (["1"], ())


def test_each_relevant_article_is_evidence() -> None:
    (only,) = plan_rounds(given([asked("1", "how")], [asked("h", "why")]), NOW)
    assert {(each.id, each.article_id, each.at) for each in only.past} == {("h", "a", NOW), ("h", "b", NOW)}
    assert not only.dated


def test_dates_count_only_where_all_have_one() -> None:
    (dated,) = plan_rounds(given([asked("1", "how", 5)], [asked("h", "why", 3)]), NOW)
    (undated,) = plan_rounds(given([asked("1", "how", 5)], [asked("h", "why")]), NOW)
    assert (dated.dated, undated.dated) == (True, False)


def test_a_question_that_is_in_its_own_past_is_asked_without_it() -> None:
    history = [asked("1", "how"), asked("h", "  WHY "), asked("i", "where")]
    first, second = plan_rounds(given([asked("1", "how?"), asked("2", "why"), asked("3", "when")], history), NOW)
    assert [each.id for each in first.questions] == ["3"]
    assert {each.id for each in first.past} == {"1", "h", "i"}
    assert [each.id for each in second.questions] == ["1", "2"]
    assert {each.id for each in second.past} == {"i"}


def test_its_own_day_is_not_before_it_so_one_past_serves_all() -> None:
    history = [asked("1", "how", 5), asked("2", "why", 3)]
    (only,) = plan_rounds(given([asked("1", "how", 5), asked("2", "why", 3)], history), NOW)
    assert {each.id for each in only.past} == {"1", "2"}


def test_the_same_words_asked_earlier_are_left_out() -> None:
    history = [asked("h", "how", 1), asked("i", "where", 1)]
    (only,) = plan_rounds(given([asked("1", "how", 5)], history), NOW)
    assert {each.id for each in only.past} == {"i"}
