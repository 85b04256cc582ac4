from __future__ import annotations

from datetime import timedelta

import pytest

from portal.container import Container
from portal.domain.clock import FrozenClock
from portal.domain.jobs import JobKind, JobState
from portal.domain.mail import MailState
from portal.jobs.handlers import build_handlers, build_schedule, build_worker
from portal.jobs.worker import LANES, JobOutcome
from tests.conversation_builders import MAIL_DRAFT


def test_every_kind_of_job_has_a_handler_and_exactly_one_lane(container: Container) -> None:
    assert set(build_handlers(container)) == set(JobKind)
    assert sorted(kind for kinds in LANES.values() for kind in kinds) == sorted(JobKind)


def test_a_queued_mail_is_kept_by_the_worker_where_no_server_is_set(container: Container) -> None:
    with container.database.work() as work:
        mail_id = work.mails.queue(MAIL_DRAFT, now=container.clock.now())
    assert build_worker(container).run_all_due()[JobOutcome.DONE] == 1
    with container.database.read() as work:
        assert work.mails.get(mail_id).state is MailState.KEPT


def test_an_index_that_cannot_be_written_is_tried_again(container: Container, monkeypatch: pytest.MonkeyPatch) -> None:
    def locked() -> None:
        raise OSError("read-only")

    monkeypatch.setattr(container.indexing, "update", locked)
    with container.database.work() as work:
        work.jobs.add(JobKind.REINDEX, now=container.clock.now())
        work.mails.queue(MAIL_DRAFT, now=container.clock.now())
    counts = build_worker(container).run_all_due()
    assert (counts[JobOutcome.DONE], counts[JobOutcome.FAILED]) == (1, 1)
    with container.database.read() as work:
        assert work.jobs.count(JobState.WAITING) == 1


def test_the_schedule_recovers_mails_and_clears_done_jobs_away(container: Container, clock: FrozenClock) -> None:
    schedule = build_schedule(container)
    with container.database.work() as work:
        work.mails.queue(MAIL_DRAFT, now=clock.now())
        job = work.jobs.claim(clock.now())
        assert job is not None
        work.jobs.finish(job.id)
    clock.move(timedelta(days=8))
    assert len(schedule.run_due()) == 16
    with container.database.read() as work:
        assert work.jobs.count(JobState.DONE) == 0
        assert work.jobs.count(JobState.WAITING) == 1
