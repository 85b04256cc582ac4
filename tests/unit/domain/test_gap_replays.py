"""The rule of proof, and the suspicion."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from portal.domain.gap_replays import (
    Answered,
    AskedNow,
    Evidence,
    GapCause,
    GapReplay,
    GapReplayRow,
    NearArticle,
    choose_cause,
    choose_fixing_article,
    is_enough,
    may_still_be_enough,
    plan_after_replay,
)
from portal.domain.gaps import GapEvent, GapState
from search_index import Verdict

NOW = datetime(2026, 11, 17, 11, 0, tzinfo=UTC)
YES = Answered(verdict=Verdict.ANSWERED, rank=3)
NO = Answered(verdict=Verdict.NO_ANSWER)


def replay(passed: int, asked: int, before: Answered | None = NO) -> GapReplay:
    rows = tuple(
        GapReplayRow(wording=str(number), locale="en", before=before, after=YES if number < passed else NO)
        for number in range(asked)
    )
    return GapReplay(at=NOW, article_id="a", generation="g", rows=rows)


@pytest.mark.parametrize(
    ("passed", "asked", "enough"), [(79, 100, False), (80, 100, True), (4, 5, True), (0, 0, False)]
)
def test_eighty_of_a_hundred(passed: int, asked: int, enough: bool) -> None:
    assert is_enough(passed, asked) is enough
    assert may_still_be_enough(asked - passed, asked) is enough


@pytest.mark.parametrize(
    ("verdict", "rank", "passes"),
    [
        (Verdict.ANSWERED, 1, True),
        (Verdict.ANSWERED, 3, True),
        (Verdict.ANSWERED, 4, False),
        (Verdict.ANSWERED, 0, False),
        (Verdict.UNSURE, 1, False),
        (Verdict.NO_ANSWER, 1, False),
    ],
)
def test_only_the_first_three_of_an_answered_search_pass(verdict: Verdict, rank: int, passes: bool) -> None:
    assert Answered(verdict=verdict, rank=rank).passes is passes


@pytest.mark.parametrize("state", [GapState.NEW, GapState.PLANNED, GapState.DRAFTED, GapState.PUBLISHED])
def test_proof_verifies_from_every_open_state(state: GapState) -> None:
    proved = GapState.VERIFIED, GapEvent.PROVED
    assert plan_after_replay(state, replay(4, 5), changed_since=True) == proved
    assert plan_after_replay(state, replay(4, 5), changed_since=False) == proved
    assert plan_after_replay(state, replay(3, 5), changed_since=False) is None


def test_an_article_that_changed_and_does_not_answer_is_published() -> None:
    published = GapState.PUBLISHED, GapEvent.ARTICLE_CHANGED
    assert plan_after_replay(GapState.PLANNED, replay(3, 5), changed_since=True) == published
    assert plan_after_replay(GapState.PUBLISHED, replay(3, 5), changed_since=True) is None


def test_what_was_found_all_along_is_no_proof() -> None:
    assert plan_after_replay(GapState.NEW, replay(5, 5, before=YES), changed_since=False) is None
    assert plan_after_replay(GapState.NEW, replay(5, 5, before=YES), changed_since=True) is not None


def test_verified_falls_out_and_dismissed_rests() -> None:
    assert plan_after_replay(GapState.VERIFIED, replay(3, 5), changed_since=False) == (GapState.NEW, GapEvent.FELL_OUT)
    assert plan_after_replay(GapState.VERIFIED, replay(4, 5), changed_since=False) is None
    assert plan_after_replay(GapState.VERIFIED, replay(0, 0), changed_since=False) is None
    assert plan_after_replay(GapState.DISMISSED, replay(5, 5), changed_since=True) is None


def asked(*hits: str, verdict: Verdict = Verdict.ANSWERED) -> AskedNow:
    return AskedNow(verdict=verdict, hits=hits, titles=hits, corrected=False, generation="g")


def test_the_fixing_article_is_a_new_one_that_answers_enough() -> None:
    answers = [asked("old", "new")] * 4 + [asked("old")]
    assert choose_fixing_article(answers, {"new"}) == "new"
    assert choose_fixing_article(answers[1:], {"new"}) == ""
    assert choose_fixing_article(answers, set()) == ""
    assert choose_fixing_article([asked("new", verdict=Verdict.UNSURE)], {"new"}) == ""
    assert choose_fixing_article([], {"new"}) == ""


NEAR = NearArticle(id="a", title="A", slug="a", wordings=5, answers=0, shares_words=True)
SHY = replace(NEAR, shares_words=False)
NOTHING = Evidence(asked=5, likely=0, corrected=0, near=(), hidden="", read_in_vain=False)


@pytest.mark.parametrize(
    ("evidence", "cause"),
    [
        (NOTHING, GapCause.MISSING),
        (replace(NOTHING, near=(NEAR,)), GapCause.MISSING),
        (replace(NOTHING, near=(NEAR,), likely=3), GapCause.NOT_ENOUGH),
        (replace(NOTHING, near=(NEAR,), read_in_vain=True), GapCause.NOT_ENOUGH),
        (replace(NOTHING, near=(SHY,), likely=3), GapCause.OTHER_WORDS),
        (replace(NOTHING, near=(SHY,), read_in_vain=True), GapCause.MISSING),
        (replace(NOTHING, corrected=3), GapCause.TYPO),
        (replace(NOTHING, corrected=2), GapCause.MISSING),
        (replace(NOTHING, near=(NEAR,), likely=5, hidden="For agents"), GapCause.AUDIENCE),
    ],
)
def test_the_suspicion(evidence: Evidence, cause: GapCause) -> None:
    assert choose_cause(evidence) is cause
