from __future__ import annotations

from datetime import timedelta

from pydantic import SecretStr

from portal.container import Container
from portal.domain.clock import FrozenClock
from portal.domain.jobs import JobKind
from portal.jobs.handlers import build_worker
from portal.settings import Settings
from tests.smtp_server import free_port


def with_mailbox(settings: Settings, clock: FrozenClock) -> Container:
    """An instance whose mailbox nobody answers at."""
    values = {"imap_host": "127.0.0.1", "imap_port": free_port(), "imap_security": "none", "imap_user": "help"}
    return Container(settings.model_copy(update={**values, "imap_password": SecretStr("hidden")}), clock)


def test_without_a_mailbox_nothing_is_looked_into(container: Container) -> None:
    assert not container.mailbox.is_set
    assert (container.mailbox.state(), container.mailbox.fetch(), container.mailbox.look()) == (None, 0, None)
    container.mailbox.ensure_job()
    with container.database.read() as work:
        assert not work.jobs.is_alive(JobKind.FETCH_MAIL, "mailbox")


def test_a_mailbox_out_of_reach_is_tried_again_and_said(
    container: Container, settings: Settings, clock: FrozenClock
) -> None:
    trying = with_mailbox(settings, clock)
    again = trying.mailbox.look()
    assert again == clock.now() + timedelta(minutes=2)
    state = trying.mailbox.state()
    assert state is not None
    assert "could not be read" in state.error
    trying.database.dispose()


def test_one_job_looks_for_ever(container: Container, settings: Settings, clock: FrozenClock) -> None:
    trying = with_mailbox(settings, clock)
    worker = build_worker(trying)
    for _ in range(3):
        worker.run_all_due()
        clock.move(timedelta(minutes=5))
    with trying.database.read() as work:
        jobs = work.session.connection().exec_driver_sql("SELECT count(*) FROM jobs WHERE kind = 'fetch_mail'").scalar()
    assert jobs == 1
    trying.database.dispose()
