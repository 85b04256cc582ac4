"""A reranker that may be missing, broken or slow."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator, Sequence

import numpy as np
import pytest

from search_index.errors import ModelNotFound
from search_index.semantic.guard import GuardLimits
from search_index.semantic.ports import Reranker, Vector
from search_index.semantic.reranker_guard import Reranked, RerankerGuard, RerankerProblem

PATIENT = GuardLimits(rerank_ms=20_000, load_ms=20_000)
HASTY = GuardLimits(rerank_ms=200, load_ms=20_000)


class Gated:
    """Scores by length, fails when told to, and waits for a door."""

    name = "gated"

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.broken = False
        self.door = threading.Event()
        self.door.set()

    def score(self, question: str, passages: Sequence[str]) -> Vector:
        self.asked.append(question)
        self.door.wait(10)
        if self.broken:
            raise RuntimeError("no weights")
        return np.array([len(each) / 1000 for each in passages], dtype=np.float32)


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def reranker() -> Iterator[Gated]:
    made = Gated()
    yield made
    made.door.set()


def test_scores_come_through(reranker: Gated) -> None:
    guard = RerankerGuard(reranker, PATIENT)
    scores = guard.score("where", ["a", "abc"]).scores
    assert scores is not None
    assert scores.tolist() == pytest.approx([0.001, 0.003])
    assert guard.name == "gated"


def test_nothing_to_score_is_no_problem(reranker: Gated) -> None:
    answer = RerankerGuard(reranker, PATIENT).score("where", [])
    assert (answer.scores, answer.problem, reranker.asked) == (None, None, [])


def slow_run(guard: RerankerGuard, reranker: Gated) -> Reranked:
    """Ask while the door is shut; what is still under way from before is let out first."""
    reranker.door.clear()
    while "earlier" in (answer := guard.score("slow", ["a"])).detail:
        reranker.door.set()
        reranker.door.clear()
    return answer


def test_a_slow_run_is_not_waited_for_and_holds_nobody_up(reranker: Gated) -> None:
    guard = RerankerGuard(reranker, HASTY)
    guard.look()
    assert slow_run(guard, reranker).problem is RerankerProblem.SLOW
    answer = guard.score("next", ["a"])
    assert (answer.scores, answer.problem) == (None, RerankerProblem.SLOW)
    assert "earlier" in answer.detail
    assert "next" not in reranker.asked


def test_after_several_slow_runs_it_is_left_alone_for_a_while(reranker: Gated) -> None:
    clock = Clock()
    guard = RerankerGuard(reranker, HASTY, clock)
    guard.look()
    for _ in range(3):
        assert "PORTAL_RERANKER_TIMEOUT_MS" in slow_run(guard, reranker).detail
    reranker.door.set()
    asked = len(reranker.asked)
    assert guard.score("resting", ["a"]).problem is RerankerProblem.SLOW
    assert len(reranker.asked) == asked
    clock.now = 31
    while "earlier" in (answer := guard.score("rested", ["a"])).detail:
        time.sleep(0.01)
    assert answer.scores is not None


def test_a_missing_one_is_named_and_tried_again_later(caplog: pytest.LogCaptureFixture) -> None:
    clock, tries = Clock(), []

    def load() -> Reranker:
        tries.append(1)
        raise ModelNotFound("Run portal index.")

    guard = RerankerGuard(load, PATIENT, clock)
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            answer = guard.score("where", ["a"])
            assert (answer.problem, answer.detail) == (RerankerProblem.MISSING, "Run portal index.")
    assert len(tries) == 1
    assert [record.getMessage() for record in caplog.records] == [
        "Searches go without the reranker (reranker_missing): Run portal index."
    ]
    clock.now = 31
    guard.score("where", ["a"])
    assert len(tries) == 2


def test_a_broken_one_recovers(reranker: Gated) -> None:
    clock = Clock()
    guard = RerankerGuard(reranker, PATIENT, clock)
    reranker.broken = True
    assert guard.score("where", ["a"]).problem is RerankerProblem.FAILED
    reranker.broken = False
    assert guard.score("where", ["a"]).problem is RerankerProblem.FAILED
    clock.now = 31
    assert guard.score("where", ["a"]).scores is not None


def test_a_look_says_that_a_usual_search_takes_too_long(reranker: Gated) -> None:
    clock = Clock()

    class Sluggish(Gated):
        def score(self, question: str, passages: Sequence[str]) -> Vector:
            clock.now += 0.04 * len(passages)
            return super().score(question, passages)

    sluggish = Sluggish()
    guard = RerankerGuard(sluggish, GuardLimits(rerank_ms=300, load_ms=20_000), clock)
    for _ in range(2):
        answer = guard.look()
        assert answer.problem is RerankerProblem.SLOW
        assert "over 400 ms" in answer.detail
    assert len(sluggish.asked) == 3
    assert RerankerGuard(reranker, PATIENT).look().problem is None
