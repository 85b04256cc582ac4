from __future__ import annotations

from datetime import timedelta

import pytest

from portal.container import Container
from portal.domain.clock import FrozenClock
from portal.domain.errors import DeliveryError, NotFound
from portal.domain.mail import MailFault, MailState, OutgoingMail
from portal.integrations.mail import RecordingMailer
from portal.services.outbox import OutboxService
from tests.conversation_builders import MAIL_DRAFT


@pytest.fixture
def mailer(container: Container, clock: FrozenClock) -> RecordingMailer:
    return RecordingMailer(container.mail_sender, clock)


@pytest.fixture
def outbox(container: Container, mailer: RecordingMailer) -> OutboxService:
    return OutboxService(container.database, container.clock, mailer)


@pytest.fixture
def mail_id(container: Container) -> int:
    """A mail that waits."""
    with container.database.work() as work:
        return work.mails.queue(MAIL_DRAFT, now=container.clock.now())


def mail(container: Container, mail_id: int) -> OutgoingMail:
    with container.database.read() as work:
        return work.mails.get(mail_id)


def fail(mailer: RecordingMailer, fault: MailFault) -> None:
    mailer.failure = DeliveryError(f"It is {fault.value}.", fault=fault)


def test_a_mail_is_sent_once(
    container: Container, clock: FrozenClock, outbox: OutboxService, mailer: RecordingMailer, mail_id: int
) -> None:
    assert outbox.send(mail_id) is None
    assert outbox.send(mail_id) is None
    assert len(mailer.messages) == 1
    sent = mail(container, mail_id)
    assert (sent.state, sent.sent_at, sent.attempts) == (MailState.SENT, clock.now(), 1)


def test_a_mail_that_is_not_there_is_done(outbox: OutboxService) -> None:
    assert outbox.send(99) is None


def test_without_a_server_mail_is_kept(container: Container, mail_id: int) -> None:
    assert container.outbox.send(mail_id) is None
    assert mail(container, mail_id).state is MailState.KEPT
    page = container.outbox.page()
    assert (page.kept, page.failed, page.waiting, page.can_send) == (1, 0, 0, False)
    assert [one.body for one in page.mails] == ["Hello Ada"]


def test_a_mail_refused_for_good_has_failed_at_once(
    container: Container, outbox: OutboxService, mailer: RecordingMailer, mail_id: int
) -> None:
    fail(mailer, MailFault.REFUSED)
    assert outbox.send(mail_id) is None
    failed = mail(container, mail_id)
    assert (failed.state, failed.last_error) == (MailState.FAILED, "It is refused.")


def test_a_mail_wanted_later_is_tried_eight_times(
    container: Container, clock: FrozenClock, outbox: OutboxService, mailer: RecordingMailer, mail_id: int
) -> None:
    fail(mailer, MailFault.LATER)
    waits = []
    while (again := outbox.send(mail_id)) is not None:
        assert mail(container, mail_id).state is MailState.QUEUED
        waits.append(again - clock.now())
        clock.move(waits[-1])
    assert len(waits) == 7
    assert waits[:4] == [timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2)]
    assert mail(container, mail_id).attempts == 8
    assert mail(container, mail_id).state is MailState.FAILED


def test_an_outage_costs_a_mail_no_attempts(
    container: Container, clock: FrozenClock, outbox: OutboxService, mailer: RecordingMailer, mail_id: int
) -> None:
    fail(mailer, MailFault.OUTAGE)
    for _ in range(50):
        again = outbox.send(mail_id)
        assert again is not None
        clock.move(again - clock.now())
    assert mail(container, mail_id).attempts == 0
    mailer.failure = None
    assert outbox.send(mail_id) is None
    assert mail(container, mail_id).state is MailState.SENT
    assert len(mailer.messages) == 1


def test_after_a_crash_in_mid_sending_the_mail_keeps_its_message_id(
    container: Container, outbox: OutboxService, mailer: RecordingMailer, mail_id: int
) -> None:
    with container.database.work() as work:
        work.mails.begin_sending(mail_id)
    outbox.send(mail_id)
    assert mailer.messages[0]["Message-ID"] == "<m1@ostrel.example>"


def test_kept_mails_are_sent_when_a_server_is_set(
    container: Container, outbox: OutboxService, mailer: RecordingMailer, mail_id: int
) -> None:
    container.outbox.send(mail_id)
    assert outbox.send(mail_id) is None
    assert mailer.messages == []
    assert outbox.send_all_kept() == 1
    assert outbox.send_all_kept() == 0
    outbox.send(mail_id)
    assert len(mailer.messages) == 1


def test_a_failed_mail_is_sent_again_and_a_sent_one_is_not(
    container: Container, outbox: OutboxService, mailer: RecordingMailer, mail_id: int
) -> None:
    fail(mailer, MailFault.REFUSED)
    outbox.send(mail_id)
    mailer.failure = None
    outbox.send_again(mail_id)
    outbox.send(mail_id)
    outbox.send_again(mail_id)
    outbox.send(mail_id)
    assert len(mailer.messages) == 1
    with pytest.raises(NotFound):
        outbox.send_again(99)


def test_a_mail_whose_job_is_gone_gets_another(container: Container, outbox: OutboxService, mail_id: int) -> None:
    assert outbox.recover() == 0
    with container.database.work() as work:
        job = work.jobs.claim(container.clock.now())
        assert job is not None
        work.jobs.bury(job.id, error="crashed")
    assert outbox.recover() == 1
    assert outbox.page().waiting == 1
