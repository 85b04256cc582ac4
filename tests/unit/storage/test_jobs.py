from __future__ import annotations

from datetime import timedelta

from portal.domain.jobs import Job, JobKind, JobState
from portal.storage.database import Database, UnitOfWork
from portal.storage.jobs import LEASE_SECONDS
from tests.conversation_builders import NOW


def claimed(work: UnitOfWork, *, after: timedelta = timedelta(0)) -> Job:
    job = work.jobs.claim(NOW + after)
    assert job is not None
    return job


def test_jobs_of_one_key_are_one_while_they_wait(database: Database) -> None:
    with database.work() as work:
        work.jobs.add(JobKind.REINDEX, now=NOW, key="all")
        work.jobs.add(JobKind.REINDEX, now=NOW, key="all")
        assert work.jobs.count(JobState.WAITING) == 1
        claimed(work)
        work.jobs.add(JobKind.REINDEX, now=NOW, key="all")
        assert work.jobs.count(JobState.WAITING) == 1


def test_the_oldest_due_job_comes_first(database: Database) -> None:
    with database.work() as work:
        work.jobs.add(JobKind.REINDEX, now=NOW + timedelta(minutes=1), key="later")
        work.jobs.add(JobKind.REINDEX, now=NOW, key="now")
        assert claimed(work).key == "now"
        assert work.jobs.claim(NOW) is None
        assert claimed(work, after=timedelta(minutes=1)).key == "later"


def test_a_worker_may_ask_for_some_kinds_only(database: Database) -> None:
    with database.work() as work:
        work.jobs.add(JobKind.REINDEX, now=NOW)
        assert work.jobs.claim(NOW, [JobKind.SEND_MAIL]) is None
        assert work.jobs.claim(NOW, [JobKind.REINDEX]) is not None


def test_a_job_whose_worker_died_is_taken_over(database: Database) -> None:
    with database.work() as work:
        work.jobs.add(JobKind.REINDEX, now=NOW)
        first = claimed(work)
        assert work.jobs.claim(NOW + timedelta(seconds=LEASE_SECONDS)) is None
        again = claimed(work, after=timedelta(seconds=LEASE_SECONDS + 1))
    assert (again.id, first.attempts, again.attempts) == (first.id, 1, 2)


def test_a_job_that_wants_to_run_again_begins_anew(database: Database) -> None:
    with database.work() as work:
        work.jobs.add(JobKind.SEND_MAIL, now=NOW)
        work.jobs.reschedule(claimed(work).id, run_at=NOW + timedelta(minutes=5))
        assert work.jobs.claim(NOW) is None
        assert claimed(work, after=timedelta(minutes=5)).attempts == 1


def test_a_failed_job_remembers_why_and_counts(database: Database) -> None:
    with database.work() as work:
        work.jobs.add(JobKind.REINDEX, now=NOW)
        work.jobs.retry(claimed(work).id, run_at=NOW, error="disk full")
        again = claimed(work)
    assert (again.attempts, again.last_error) == (2, "disk full")


def test_only_a_dead_job_is_revived(database: Database) -> None:
    with database.work() as work:
        work.jobs.add(JobKind.REINDEX, now=NOW)
        job = claimed(work)
        assert not work.jobs.revive(job.id, now=NOW)
        work.jobs.bury(job.id, error="disk full")
        assert [(one.id, one.last_error) for one in work.jobs.list_dead()] == [(job.id, "disk full")]
        assert work.jobs.revive(job.id, now=NOW)
        assert not work.jobs.revive(99, now=NOW)
    with database.work() as work:
        assert claimed(work).attempts == 1


def test_done_jobs_are_forgotten_in_time_and_others_are_not(database: Database) -> None:
    with database.work() as work:
        work.jobs.add(JobKind.REINDEX, now=NOW, key="done")
        work.jobs.finish(claimed(work).id)
        work.jobs.add(JobKind.REINDEX, now=NOW, key="waiting")
        assert work.jobs.forget_done(before=NOW) == 0
        assert work.jobs.forget_done(before=NOW + timedelta(seconds=1)) == 1
        assert work.jobs.count(JobState.WAITING) == 1
