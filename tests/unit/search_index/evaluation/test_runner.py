"""A set measured through the real engine, embedded by hashing."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from search_index import (
    Encoders,
    EvaluationSet,
    HashingEncoder,
    Question,
    SearchResult,
    SearchSides,
    Verdict,
    evaluate,
    run_lines,
)
from search_index.semantic.ports import Vector
from tests.unit.search_index.samples import SHOP, article

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ENCODERS = Encoders(passages=HashingEncoder(), queries=HashingEncoder())
QUESTIONS = (
    Question(id="q1", text="my package is late"),
    Question(id="q2", text="refund on an expired card"),
    Question(id="q3", text="zebra crossings in winter", answerable=False),
)
JUDGEMENTS = {"q1": {"delivery-late": 2}, "q2": {"refunds": 1, "staff-refunds": 1}, "q3": {"refunds": 1}}
SHOP_SET = EvaluationSet(name="shop", articles=SHOP, questions=QUESTIONS, judgements=JUDGEMENTS)


def test_three_systems_are_compared_on_the_same_questions(tmp_path: Path) -> None:
    evaluation = evaluate(SHOP_SET, tmp_path, ENCODERS, now=NOW)
    ranking = evaluation.figures.ranking
    assert set(ranking) == set(SearchSides)
    # The unanswerable question does not count, judged or not.
    assert {each["ndcg@10"].count for each in ranking.values()} == {2}
    assert ranking[SearchSides.FULL]["p@1"].value == 1.0
    assert ranking[SearchSides.FULL]["recall@10"].value == 1.0
    assert evaluation.figures.gain is not None


def test_articles_of_every_audience_are_asked(tmp_path: Path) -> None:
    evaluation = evaluate(SHOP_SET, tmp_path, ENCODERS, now=NOW)
    assert "staff-refunds" in [hit.article_id for hit in evaluation.answers[1].result.hits]


def test_the_verdict_is_judged_on_all_questions(tmp_path: Path) -> None:
    figures = evaluate(SHOP_SET, tmp_path, ENCODERS, now=NOW).figures.verdict
    assert figures.auroc is not None
    assert figures.auroc.value == 1.0
    assert figures.wrongly_answered is not None
    assert (figures.wrongly_answered.value, figures.wrongly_answered.count) == (0.0, 1)
    assert figures.wrongly_sent_away is not None
    assert figures.wrongly_sent_away.count == 2
    assert figures.unsure is not None
    assert figures.unsure.count == 3
    assert figures.brier is not None


def test_parts_of_the_time_are_told_and_the_total_is_last(tmp_path: Path) -> None:
    latency = evaluate(SHOP_SET, tmp_path, ENCODERS, now=NOW).figures.latency
    assert latency[-1].part == "total"
    assert {"encode", "keyword", "vector", "fusion", "snippet"} <= {each.part for each in latency}
    assert all(0 <= each.p50_ms <= each.p95_ms for each in latency)


def test_kept_vectors_spare_the_second_run_the_model(tmp_path: Path) -> None:
    first, second = (
        evaluate(SHOP_SET, tmp_path / name, ENCODERS, now=NOW, kept_vectors=tmp_path / "kept") for name in ("a", "b")
    )
    assert first.index.passages_embedded == first.index.passages
    assert second.index.passages_embedded == 0
    assert second.figures.ranking == first.figures.ranking


def test_without_a_model_keywords_alone_are_measured(tmp_path: Path) -> None:
    history = (Question(id="h", text="my package is late"),)
    evaluation = evaluate(replace(SHOP_SET, history=history), tmp_path, None, now=NOW)
    assert (evaluation.model, evaluation.past_questions, evaluation.figures.gain) == ("", 0, None)
    keyword, full = (evaluation.figures.ranking[each] for each in (SearchSides.KEYWORD, SearchSides.FULL))
    assert keyword == full


class Failing(HashingEncoder):
    def encode_query(self, text: str) -> Vector:
        if "expired" in text:
            raise RuntimeError("no weights")
        return super().encode_query(text)


def test_answers_of_less_than_the_full_engine_are_counted(tmp_path: Path) -> None:
    whole = evaluate(SHOP_SET, tmp_path / "whole", ENCODERS, now=NOW)
    torn = evaluate(SHOP_SET, tmp_path / "torn", replace(ENCODERS, queries=Failing()), now=NOW)
    assert whole.figures.degraded == 0
    assert torn.figures.degraded > 0


def test_a_set_without_judged_questions_has_no_order_to_measure(tmp_path: Path) -> None:
    evaluation = evaluate(replace(SHOP_SET, judgements={}), tmp_path, ENCODERS, now=NOW)
    assert evaluation.figures.ranking == {}
    assert evaluation.figures.gain is None
    assert evaluation.figures.verdict.auroc is not None


def test_a_set_of_answerable_questions_has_no_curve(tmp_path: Path) -> None:
    figures = evaluate(replace(SHOP_SET, questions=QUESTIONS[:2]), tmp_path, ENCODERS, now=NOW).figures.verdict
    assert (figures.auroc, figures.wrongly_answered) == (None, None)


def test_no_questions_are_no_error(tmp_path: Path) -> None:
    evaluation = evaluate(replace(SHOP_SET, questions=()), tmp_path, ENCODERS, now=NOW)
    assert evaluation.answers == ()
    assert evaluation.figures.verdict.brier is None


PAST = tuple(
    Question(id=f"h{number}", text=f"the gizmo blinks number {number}", asked_at=NOW + timedelta(days=number))
    for number in range(4)
)
LEARNING = EvaluationSet(
    name="gizmo",
    articles=(*SHOP, article("lamps", "Lamps and their meaning.")),
    questions=(Question(id="q", text="why the gizmo blinks", asked_at=NOW + timedelta(days=9)),),
    judgements={"q": {"lamps": 1}},
    history=PAST,
    history_judgements={each.id: {"lamps": 1} for each in PAST},
)


def first(given: EvaluationSet, folder: Path) -> float:
    return evaluate(given, folder, ENCODERS, now=NOW).figures.ranking[SearchSides.FULL]["p@1"].value


def test_it_learns_from_the_past_and_only_from_the_past(tmp_path: Path) -> None:
    early = replace(LEARNING.questions[0], asked_at=NOW)
    undated = replace(LEARNING.questions[0], asked_at=None)
    assert first(replace(LEARNING, history=()), tmp_path / "none") == 0.0
    assert first(LEARNING, tmp_path / "later") == 1.0
    assert first(replace(LEARNING, questions=(early,)), tmp_path / "before") == 0.0
    assert first(replace(LEARNING, questions=(undated,)), tmp_path / "undated") == 1.0


def test_the_order_of_the_set_is_kept_over_rounds(tmp_path: Path) -> None:
    twin = Question(id="h1", text=PAST[1].text, asked_at=NOW + timedelta(days=8))
    given = replace(LEARNING, questions=(twin, *LEARNING.questions))
    evaluation = evaluate(given, tmp_path, ENCODERS, now=NOW)
    assert [each.question.id for each in evaluation.answers] == ["h1", "q"]
    assert evaluation.past_questions == len(PAST)


def test_progress_names_its_stages(tmp_path: Path) -> None:
    told: dict[str, tuple[int, int]] = {}
    evaluate(
        LEARNING, tmp_path, ENCODERS, now=NOW, progress=lambda stage, done, total: told.update({stage: (done, total)})
    )
    assert set(told) == {"embed", "keyword", "write", "learn", "ask"}
    assert told["ask"] == (3, 3)


@pytest.fixture
def results(tmp_path: Path) -> list[SearchResult]:
    return [each.result for each in evaluate(SHOP_SET, tmp_path, ENCODERS, now=NOW).answers]


def test_a_run_has_a_line_for_each_question(tmp_path: Path, results: list[SearchResult]) -> None:
    evaluation = evaluate(SHOP_SET, tmp_path / "again", ENCODERS, now=NOW)
    lines = [json.loads(line) for line in run_lines(evaluation.answers)]
    assert [line["id"] for line in lines] == ["q1", "q2", "q3"]
    assert set(lines[0]) == {"id", "hits", "answerability", "verdict"}
    assert lines[0]["hits"][0]["article"] == results[0].hits[0].article_id
    assert set(lines[0]["hits"][0]) == {"article", "score"}
    assert lines[2]["verdict"] == Verdict.NO_ANSWER
    assert lines[2]["hits"], "the nearest articles are told even where none answers"
