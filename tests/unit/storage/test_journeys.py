"""A journey is what happened, in order, read once."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import event

from portal.domain.journeys import Journey, StepKind
from portal.domain.votes import Vote
from portal.storage.database import Database
from portal.storage.journeys import MAX_STEPS
from portal.storage.rows import JourneyRow
from tests.search_builders import JOURNEY, NOW, add_search, put_article

MINUTE = timedelta(minutes=1)


def test_a_journey_remembers_its_beginning_its_end_and_who_signed_in(database: Database) -> None:
    with database.work() as work:
        work.journeys.touch(JOURNEY, NOW)
        work.journeys.touch(JOURNEY, NOW + MINUTE, user_id=7)
        work.journeys.touch(JOURNEY, NOW + 2 * MINUTE)
        row = work.session.get(JourneyRow, JOURNEY)
        assert row is not None
        assert (row.started_at, row.last_at, row.user_id) == (NOW, NOW + 2 * MINUTE, 7)


def test_a_reload_is_the_same_reading(database: Database) -> None:
    with database.work() as work:
        assert work.journeys.add_view(JOURNEY, "hub", NOW)
        assert not work.journeys.add_view(JOURNEY, "hub", NOW + MINUTE)
        assert work.journeys.add_view(JOURNEY, "hub", NOW + MINUTE, search_id="s")
        assert not work.journeys.add_view(JOURNEY, "hub", NOW + 2 * MINUTE, search_id="s")
        assert work.journeys.add_view(JOURNEY, "plug", NOW + MINUTE)
        assert work.journeys.add_view("k" * 32, "hub", NOW + MINUTE)
        assert work.journeys.add_view(JOURNEY, "hub", NOW + 40 * MINUTE)
        assert len(work.journeys.journey_steps(JOURNEY).steps) == 4


def test_the_search_that_led_to_an_article_is_the_last_one(database: Database) -> None:
    with database.work() as work:
        assert work.journeys.search_that_led_to(JOURNEY, "hub") == ""
        work.journeys.add_view(JOURNEY, "hub", NOW, search_id="first")
        work.journeys.add_view(JOURNEY, "hub", NOW + MINUTE, search_id="second")
        work.journeys.add_view(JOURNEY, "plug", NOW + 2 * MINUTE)
        assert work.journeys.search_that_led_to(JOURNEY, "hub") == "second"
        assert work.journeys.search_that_led_to(JOURNEY, "plug") == ""


def test_steps_merge_searches_readings_and_votes_in_time(database: Database) -> None:
    put_article(database, "hub", "Your Hub is offline")
    with database.work() as work:
        add_search(work, id="one", query="hub dead")
        work.journeys.add_view(JOURNEY, "hub", NOW + MINUTE, search_id="one", section_anchor="reset")
        work.journeys.add_view(JOURNEY, "gone", NOW + 3 * MINUTE)
        work.votes.put(
            Vote(
                journey_id=JOURNEY,
                article_id="hub",
                helpful=False,
                reason=None,
                comment="",
                search_id="one",
                at=NOW + 2 * MINUTE,
            )
        )
        journey = work.journeys.journey_steps(JOURNEY)
    assert [(step.kind, step.text, step.detail, step.article_id) for step in journey.steps] == [
        (StepKind.SEARCHED, "hub dead", "answered", ""),
        (StepKind.OPENED, "Your Hub is offline", "reset", "hub"),
        (StepKind.VOTED, "Your Hub is offline", "no", "hub"),
        (StepKind.OPENED, "gone", "", "gone"),
    ]
    assert len({step.key for step in journey.steps}) == 4
    assert [step.at for step in journey.steps] == sorted(step.at for step in journey.steps)


def test_an_unknown_journey_has_no_steps(database: Database) -> None:
    with database.read() as work:
        assert work.journeys.journey_steps("nobody") == Journey(id="nobody")


def test_a_long_journey_is_cut_to_its_newest_steps_in_few_queries(database: Database) -> None:
    with database.work() as work:
        for number in range(MAX_STEPS):
            add_search(work, id=str(number), at=NOW + number * MINUTE)
            work.journeys.add_view(JOURNEY, f"article-{number}", NOW + number * MINUTE)
    statements: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    with database.read() as work:
        steps = work.journeys.journey_steps(JOURNEY).steps
    assert len(steps) == MAX_STEPS
    assert steps[-1].at == NOW + (MAX_STEPS - 1) * MINUTE
    assert steps[0].at == NOW + MAX_STEPS // 2 * MINUTE
    assert len([each for each in statements if each.startswith("SELECT")]) == 3
