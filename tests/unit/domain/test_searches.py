"""What is put in front, and when two searches are one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from portal.domain.conversations import HandoffReason
from portal.domain.searches import LogPlan, NextStep, RecentSearch, choose_next_step, plan_log
from search_index import QueryKind, SearchMode, Verdict

NOW = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)
QUESTION = QueryKind.QUESTION
ASKS = QueryKind.ASKS_FOR_HUMAN


def recent(wording: str, seconds_ago: int, *, clicked: bool = False, kind: QueryKind = QUESTION) -> RecentSearch:
    at = NOW - timedelta(seconds=seconds_ago)
    return RecentSearch(id=wording, at=at, wording=wording, kind=kind, clicked=clicked)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ((QueryKind.BLANK, Verdict.NO_ANSWER, SearchMode.NONE, 1), (NextStep.READ, None)),
        ((ASKS, Verdict.ANSWERED, SearchMode.HYBRID, 1), (NextStep.HUMAN, HandoffReason.ASKED_FOR_HUMAN)),
        ((QUESTION, Verdict.NO_ANSWER, SearchMode.NONE, 1), (NextStep.HUMAN, HandoffReason.SEARCH_DOWN)),
        ((QUESTION, Verdict.NO_ANSWER, SearchMode.HYBRID, 1), (NextStep.HUMAN, HandoffReason.NO_ANSWER)),
        ((QUESTION, Verdict.NO_ANSWER, SearchMode.KEYWORD, 3), (NextStep.HUMAN, HandoffReason.NO_ANSWER)),
        ((QUESTION, Verdict.UNSURE, SearchMode.HYBRID, 1), (NextStep.READ_OR_HUMAN, HandoffReason.UNSURE)),
        ((QUESTION, Verdict.UNSURE, SearchMode.HYBRID, 3), (NextStep.HUMAN, HandoffReason.REPHRASED)),
        ((QUESTION, Verdict.ANSWERED, SearchMode.HYBRID, 2), (NextStep.READ, None)),
        ((QUESTION, Verdict.ANSWERED, SearchMode.HYBRID, 3), (NextStep.HUMAN, HandoffReason.REPHRASED)),
    ],
)
def test_what_is_put_in_front(
    asked: tuple[QueryKind, Verdict, SearchMode, int], expected: tuple[NextStep, HandoffReason | None]
) -> None:
    assert choose_next_step(*asked) == expected


def test_what_must_not_wait_puts_a_person_in_front_of_any_answer() -> None:
    asked = (QUESTION, Verdict.ANSWERED, SearchMode.HYBRID)
    assert choose_next_step(*asked, urgent=True) == (NextStep.HUMAN, HandoffReason.CHOSE_HUMAN)


def test_the_first_search_of_a_journey_stands_alone() -> None:
    assert plan_log("hub offline", QUESTION, NOW, ()) == LogPlan()


@pytest.mark.parametrize(("before", "now"), [("hub", "hub off"), ("hub offline", "hub"), ("h", "hub")])
def test_typing_on_is_the_same_search(before: str, now: str) -> None:
    assert plan_log(now, QUESTION, NOW, (recent(before, 20),)) == LogPlan(replaces=before)


def test_typing_on_after_a_while_or_a_click_is_another_search() -> None:
    assert plan_log("hub off", QUESTION, NOW, (recent("hub", 31),)).replaces == ""
    assert plan_log("hub off", QUESTION, NOW, (recent("hub", 20, clicked=True),)).replaces == ""


def test_the_same_words_again_are_the_same_search_even_after_a_click() -> None:
    assert plan_log("hub", QUESTION, NOW, (recent("hub", 1200, clicked=True),)).replaces == "hub"
    assert plan_log("hub", QUESTION, NOW, (recent("hub", 1900),)).replaces == ""


def test_other_words_soon_after_say_it_anew() -> None:
    assert plan_log("ring is red", QUESTION, NOW, (recent("hub broken", 299),)).rephrased == "hub broken"


@pytest.mark.parametrize(
    "before",
    [
        recent("hub broken", 301),
        recent("hub broken", 60, clicked=True),
        recent("agent please", 60, kind=QueryKind.ASKS_FOR_HUMAN),
    ],
)
def test_what_does_not_say_it_anew(before: RecentSearch) -> None:
    assert plan_log("ring is red", QUESTION, NOW, (before,)).rephrased == ""


def test_asking_for_a_human_does_not_say_it_anew() -> None:
    assert plan_log("agent", QueryKind.ASKS_FOR_HUMAN, NOW, (recent("hub broken", 60),)).rephrased == ""


def test_searches_in_vain_are_counted_back_to_the_last_click() -> None:
    before = (recent("b", 60), recent("c", 120), recent("d", 180, clicked=True), recent("e", 200))
    assert plan_log("a", QUESTION, NOW, before).unclicked == 3
    assert plan_log("bb", QUESTION, NOW, (recent("b", 10), recent("c", 120))).unclicked == 2
    assert plan_log("a", QUESTION, NOW, (recent("b", 60), recent("c", 601))).unclicked == 2
