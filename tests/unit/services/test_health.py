from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest

from portal.container import Container
from portal.domain.clock import FrozenClock
from portal.domain.jobs import JobKind
from portal.domain.mail import MailDraft
from portal.services.health import FRESH_SECONDS, HealthService
from search_index import DegradedReason
from tests.conftest import NOON


@dataclass
class Seconds:
    """A monotonic clock that stands still until it is moved."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def health(container: Container, seconds: Seconds) -> HealthService:
    return HealthService(container.database, container.search_engine, container.clock, seconds)


def _draft() -> MailDraft:
    return MailDraft(
        conversation_id=None,
        to_name="Ada",
        to_address="ada@ostrel.example",
        subject="Hello",
        body="Hello",
        message_id="1@ostrel.example",
        automatic=True,
    )


def test_an_instance_without_index_is_ready_because_people_can_still_ask(health: HealthService) -> None:
    readiness = health.readiness()
    assert readiness.ready
    assert readiness.database == "current"
    assert readiness.index_problem == "index_missing"


def test_a_database_that_is_gone_is_not_ready(health: HealthService, container: Container) -> None:
    file = container.settings.instance / "portal.sqlite3"
    container.database.dispose()
    file.unlink()
    file.mkdir()
    assert not health.readiness().ready
    assert health.readiness().database == "unreachable"
    assert health.troubles().index_problem is DegradedReason.INDEX_MISSING


def test_troubles_are_counted(health: HealthService, container: Container, clock: FrozenClock) -> None:
    with container.database.work() as work:
        work.mails.mark_kept(work.mails.queue(_draft(), now=NOON))
        job = work.jobs.claim(NOON)
        assert job is not None
        work.jobs.bury(job.id, error="x")
        work.jobs.add(JobKind.REINDEX, now=NOON, key="all")
        work.jobs.add(JobKind.REINDEX, now=NOON + timedelta(hours=9), key="later")
    clock.move(timedelta(minutes=5))
    troubles = health.troubles()
    assert (troubles.mails_not_sent, troubles.dead_jobs, troubles.waiting_since_seconds) == (1, 1, 300)


def test_an_answer_is_good_for_a_few_seconds(health: HealthService, container: Container, seconds: Seconds) -> None:
    assert health.troubles().mails_not_sent == 0
    with container.database.work() as work:
        work.mails.mark_kept(work.mails.queue(_draft(), now=NOON))
    assert health.troubles().mails_not_sent == 0
    seconds.now += FRESH_SECONDS
    assert health.troubles().mails_not_sent == 1
