from __future__ import annotations

import pytest

from portal.container import Container
from portal.domain.errors import NotFound
from portal.domain.jobs import JobKind


def test_a_job_given_up_is_shown_and_tried_again(container: Container) -> None:
    now = container.clock.now()
    with container.database.work() as work:
        work.jobs.add(JobKind.REINDEX, now=now)
        job = work.jobs.claim(now)
        assert job is not None
        work.jobs.bury(job.id, error="disk full")
        work.jobs.add(JobKind.REINDEX, now=now)
    page = container.jobs.page()
    assert [(one.id, one.last_error) for one in page.dead] == [(job.id, "disk full")]
    assert (page.waiting, page.running) == (1, 0)
    container.jobs.revive(job.id)
    assert container.jobs.page().dead == ()
    for job_id in (job.id, 99):
        with pytest.raises(NotFound):
            container.jobs.revive(job_id)
