from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Event, Thread

import pytest

from portal.container import Container
from portal.domain.clock import FrozenClock
from portal.domain.jobs import MAX_ATTEMPTS, Job, JobKind, JobState
from portal.jobs import worker as worker_module
from portal.jobs.schedule import PeriodicTask, Schedule
from portal.jobs.worker import Handler, JobOutcome, Worker
from portal.storage.jobs import LEASE_SECONDS


def make(container: Container, *, mail: Handler | None = None, index: Handler | None = None) -> Worker:
    def nothing(_job: Job) -> None:
        return None

    handlers = {JobKind.SEND_MAIL: mail or nothing, JobKind.REINDEX: index or nothing}
    return Worker(container.database, container.clock, handlers, Schedule((), container.clock))


def add(container: Container, kind: JobKind = JobKind.REINDEX) -> None:
    with container.database.work() as work:
        work.jobs.add(kind, now=container.clock.now())


def count(container: Container, state: JobState) -> int:
    with container.database.read() as work:
        return work.jobs.count(state)


def broken(_job: Job) -> datetime | None:
    raise OSError("disk full")


def test_a_tick_runs_one_job(container: Container) -> None:
    ran: list[JobKind] = []

    def note(job: Job) -> None:
        ran.append(job.kind)

    worker = make(container, mail=note, index=note)
    assert worker.tick() is None
    add(container)
    add(container, JobKind.SEND_MAIL)
    assert worker.tick() is JobOutcome.DONE
    assert worker.tick([JobKind.REINDEX]) is None
    assert worker.tick() is JobOutcome.DONE
    assert ran == [JobKind.REINDEX, JobKind.SEND_MAIL]
    assert count(container, JobState.DONE) == 2


def test_a_job_says_when_it_wants_to_run_again(container: Container, clock: FrozenClock) -> None:
    later = clock.now() + timedelta(minutes=5)
    worker = make(container, index=lambda _job: later)
    add(container)
    assert worker.tick() is JobOutcome.AGAIN
    assert worker.tick() is None
    clock.move(timedelta(minutes=5))
    assert worker.tick() is JobOutcome.AGAIN


def test_a_failing_job_is_tried_eight_times_and_then_given_up(container: Container, clock: FrozenClock) -> None:
    worker = make(container, index=broken)
    add(container)
    attempts = 0
    while count(container, JobState.DEAD) == 0:
        if worker.tick() is JobOutcome.FAILED:
            attempts += 1
        clock.move(timedelta(hours=1))
    assert attempts == MAX_ATTEMPTS
    with container.database.read() as work:
        (dead,) = work.jobs.list_dead()
    assert dead.last_error == "OSError: disk full"


def test_a_failing_index_never_stops_mail(container: Container) -> None:
    worker = make(container, index=broken)
    add(container)
    add(container, JobKind.SEND_MAIL)
    assert [worker.tick(), worker.tick(), worker.tick()] == [JobOutcome.FAILED, JobOutcome.DONE, None]


def test_a_job_that_kills_its_worker_each_time_is_given_up(container: Container, clock: FrozenClock) -> None:
    add(container)
    for _ in range(MAX_ATTEMPTS):
        with container.database.work() as work:
            assert work.jobs.claim(clock.now()) is not None
        clock.move(timedelta(seconds=LEASE_SECONDS + 1))
    assert make(container).tick() is JobOutcome.FAILED
    assert count(container, JobState.DEAD) == 1


def test_what_fails_is_not_tried_again_in_the_same_round(container: Container) -> None:
    add(container)
    add(container, JobKind.SEND_MAIL)
    counts = make(container, index=broken).run_all_due()
    assert counts == {JobOutcome.DONE: 1, JobOutcome.AGAIN: 0, JobOutcome.FAILED: 1}


@pytest.fixture
def _in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_module, "IDLE_SECONDS", 0.01)
    monkeypatch.setattr(worker_module, "TROUBLE_SECONDS", 0.01)


@pytest.mark.usefixtures("_in_a_hurry")
def test_a_long_indexing_run_holds_up_no_mail_and_the_worker_ends_when_told(container: Container) -> None:
    indexing, mailed = Event(), Event()
    go_on = Event()

    def index(_job: Job) -> None:
        indexing.set()
        assert go_on.wait(10)

    def mail(_job: Job) -> None:
        assert indexing.wait(10)
        mailed.set()

    worker, stop = make(container, mail=mail, index=index), Event()
    add(container)
    add(container, JobKind.SEND_MAIL)
    thread = _in_a_thread(lambda: worker.run(stop))
    assert mailed.wait(10)
    stop.set()
    go_on.set()
    thread.join(10)
    assert not thread.is_alive()
    assert count(container, JobState.DONE) == 2


@pytest.mark.usefixtures("_in_a_hurry")
def test_the_worker_survives_a_queue_that_cannot_be_read(container: Container, monkeypatch: pytest.MonkeyPatch) -> None:
    looked, stop = Event(), Event()
    tries: list[int] = []
    worker = make(container)

    def locked(*_args: object, **_values: object) -> None:
        tries.append(1)
        if len(tries) > 2:
            looked.set()
        raise OSError("database is locked")

    monkeypatch.setattr(worker, "tick", locked)
    thread = _in_a_thread(lambda: worker.run(stop))
    assert looked.wait(10)
    stop.set()
    thread.join(10)


@pytest.mark.usefixtures("_in_a_hurry")
def test_periodic_tasks_run_beside_the_jobs(container: Container) -> None:
    ran, stop = Event(), Event()
    task = PeriodicTask(name="t", every=timedelta(minutes=1), run=ran.set)
    worker = Worker(container.database, container.clock, {}, Schedule((task,), container.clock))
    thread = _in_a_thread(lambda: worker.run(stop))
    assert ran.wait(10)
    stop.set()
    thread.join(10)


def _in_a_thread(run: Callable[[], None]) -> Thread:
    thread = Thread(target=run)
    thread.start()
    return thread
