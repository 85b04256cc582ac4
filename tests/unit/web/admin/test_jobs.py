from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient

from portal.container import Container
from portal.domain.jobs import JobKind, JobState
from tests.cast import Person

SignIn = Callable[[FlaskClient, Person], None]


def test_jobs_given_up_are_shown_and_tried_again(
    client: FlaskClient, container: Container, dan: Person, sign_in: SignIn
) -> None:
    sign_in(client, dan)
    now = container.clock.now()
    with container.database.work() as work:
        work.jobs.add(JobKind.REINDEX, now=now)
        job = work.jobs.claim(now)
        assert job is not None
        work.jobs.bury(job.id, error="OSError: disk full")
    html = client.get("/admin/jobs").get_data(as_text=True)
    assert "Bring the index up to date" in html
    assert "OSError: disk full" in html
    assert client.post(f"/admin/jobs/{job.id}/try").status_code == 303
    with container.database.read() as work:
        assert work.jobs.count(JobState.WAITING) == 1
    assert "Nothing was given up" in client.get("/admin/jobs").get_data(as_text=True)


def test_a_job_that_is_not_dead_is_not_found(strict_app: Flask, dan: Person, sign_in: SignIn) -> None:
    strict_app.config["WTF_CSRF_ENABLED"] = False
    client = strict_app.test_client()
    sign_in(client, dan)
    assert client.post("/admin/jobs/99/try").status_code == 404
    assert client.post("/admin/mail/99/send").status_code == 404
