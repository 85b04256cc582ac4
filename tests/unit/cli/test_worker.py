from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import portal
from portal.cli.main import EXIT_PROBLEMS
from portal.container import Container
from portal.domain.errors import SetupError
from portal.domain.jobs import JobKind
from portal.domain.mail import MailState
from portal.services.indexing import IndexingService
from portal.settings import Settings
from tests.conversation_builders import MAIL_DRAFT
from tests.unit.cli.conftest import Run


def queue(instance: Path, kind: JobKind) -> None:
    container = Container(Settings(instance=instance))
    now = container.clock.now()
    with container.database.work() as work:
        if kind is JobKind.SEND_MAIL:
            work.mails.queue(MAIL_DRAFT, now=now)
        else:
            work.jobs.add(kind, now=now)
    container.database.dispose()


def test_what_is_due_is_done_once(run: Run, instance: Path) -> None:
    run("init")
    queue(instance, JobKind.SEND_MAIL)
    first, second = run("worker", "--once"), run("worker", "--once")
    assert (first.exit_code, first.output) == (0, "Jobs: 1 done, 0 later, 0 failed.\n")
    assert second.output == "Jobs: 0 done, 0 later, 0 failed.\n"


def test_a_job_that_failed_is_told(run: Run, instance: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def read_only(_service: IndexingService) -> None:
        raise OSError("read-only")

    monkeypatch.setattr(IndexingService, "update", read_only)
    run("init")
    queue(instance, JobKind.REINDEX)
    result = run("worker", "--once")
    assert result.exit_code == EXIT_PROBLEMS
    assert "1 failed" in result.output


def test_without_a_database_the_way_out_is_named(run: Run) -> None:
    result = run("worker", "--once")
    assert isinstance(result.exception, SetupError)
    assert "portal init" in str(result.exception)


def test_it_ends_when_it_is_asked_to(run: Run, instance: Path) -> None:
    run("init")
    environment = os.environ | {"PYTHONUNBUFFERED": "1"}
    environment["PYTHONPATH"] = str(Path(portal.__file__).parent.parent)
    process = subprocess.Popen([sys.executable, "-m", "portal", "worker"], env=environment, cwd=instance.parent)
    try:
        wait_for_the_first_round(instance)
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    finally:
        process.kill()


def wait_for_the_first_round(instance: Path) -> None:
    """Queue a mail and wait until the worker has taken it up: then it listens to signals."""
    queue(instance, JobKind.SEND_MAIL)
    container = Container(Settings(instance=instance))
    for _ in range(300):
        with container.database.read() as work:
            if work.mails.count_by_state()[MailState.KEPT]:
                break
        time.sleep(0.1)
    else:
        pytest.fail("The worker took up no mail within 30 seconds.")
    container.database.dispose()
