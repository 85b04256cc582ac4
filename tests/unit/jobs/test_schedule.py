from __future__ import annotations

from datetime import timedelta

from portal.domain.clock import FrozenClock
from portal.jobs.schedule import PeriodicTask, Schedule
from tests.conversation_builders import NOW


def test_each_task_runs_when_it_is_due() -> None:
    clock, ran = FrozenClock(NOW), []
    tasks = (
        PeriodicTask(name="often", every=timedelta(minutes=1), run=lambda: ran.append("often")),
        PeriodicTask(name="seldom", every=timedelta(hours=1), run=lambda: ran.append("seldom")),
    )
    schedule = Schedule(tasks, clock)
    assert schedule.run_due() == ("often", "seldom")
    assert schedule.run_due() == ()
    clock.move(timedelta(minutes=1))
    assert schedule.run_due() == ("often",)
    clock.move(timedelta(hours=3))
    assert schedule.run_due() == ("often", "seldom")
    assert ran == ["often", "seldom", "often", "often", "seldom"]


def test_a_task_that_fails_stops_no_other_and_is_tried_again() -> None:
    clock, ran = FrozenClock(NOW), []

    def broken() -> None:
        ran.append("broken")
        raise RuntimeError("no such table")

    tasks = (
        PeriodicTask(name="broken", every=timedelta(minutes=1), run=broken),
        PeriodicTask(name="whole", every=timedelta(minutes=1), run=lambda: ran.append("whole")),
    )
    schedule = Schedule(tasks, clock)
    schedule.run_due()
    clock.move(timedelta(minutes=1))
    schedule.run_due()
    assert ran == ["broken", "whole", "broken", "whole"]
