"""A mail server that is down, comes up, and refuses: every mail goes out, and each of them once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from portal.container import Container
from portal.domain.clock import FrozenClock
from portal.domain.conversations import HandoffReason
from portal.domain.mail import MailState
from portal.domain.users import Viewer
from portal.jobs.handlers import build_worker
from portal.services.handoff import HandoffRequest
from portal.settings import Settings
from tests.smtp_server import LocalSmtp

REQUESTS = 12


@pytest.fixture
def smtp() -> Iterator[LocalSmtp]:
    """A mail server that does not listen yet."""
    server = LocalSmtp()
    yield server
    server.stop()


@pytest.fixture
def mailing(container: Container, settings: Settings, clock: FrozenClock, smtp: LocalSmtp) -> Iterator[Container]:
    """The same instance with a mail server set."""
    values = {"smtp_host": "127.0.0.1", "smtp_port": smtp.port, "smtp_security": "none"}
    mailing = Container(settings.model_copy(update=values), clock)
    yield mailing
    mailing.database.dispose()


def ask_for_a_human(container: Container, number: int) -> str:
    request = HandoffRequest(
        viewer=Viewer(),
        journey_id="",
        kept_steps=frozenset(),
        reason=HandoffReason.CHOSE_HUMAN,
        form_key=f"{number:032x}",
        name=f"Customer {number}",
        email=f"customer{number}@ostrel.example",
        message="Please help.",
    )
    return container.handoff.submit(request).reference


def states(container: Container) -> dict[MailState, int]:
    with container.database.read() as work:
        return work.mails.count_by_state()


def test_down_then_up(mailing: Container, clock: FrozenClock, smtp: LocalSmtp) -> None:
    references = [ask_for_a_human(mailing, number) for number in range(REQUESTS)]
    worker = build_worker(mailing)
    for _ in range(10):  # the outage lasts for hours
        worker.run_all_due()
        clock.move(timedelta(minutes=20))
    assert states(mailing)[MailState.QUEUED] == REQUESTS
    smtp.start()
    for _ in range(3):
        worker.run_all_due()
        clock.move(timedelta(minutes=20))
    assert states(mailing)[MailState.SENT] == REQUESTS
    assert Counter(smtp.recipients) == {f"customer{number}@ostrel.example": 1 for number in range(REQUESTS)}
    assert len({message["Message-ID"] for message in smtp.messages}) == REQUESTS
    assert {message["Subject"].split()[-1] for message in smtp.messages} == set(references)


def test_several_workers_at_once(mailing: Container, smtp: LocalSmtp) -> None:
    smtp.start()
    for number in range(REQUESTS):
        ask_for_a_human(mailing, number)
    workers = [build_worker(mailing) for _ in range(3)]
    with ThreadPoolExecutor(max_workers=3) as pool:
        list(pool.map(lambda worker: worker.run_all_due(), workers))
    assert Counter(smtp.recipients) == {f"customer{number}@ostrel.example": 1 for number in range(REQUESTS)}


def test_one_address_that_is_refused_holds_up_no_other(mailing: Container, clock: FrozenClock, smtp: LocalSmtp) -> None:
    smtp.start()
    smtp.answers.to_recipient = "550 No such person"
    ask_for_a_human(mailing, 1)
    build_worker(mailing).run_all_due()
    smtp.answers.to_recipient = "250 OK"
    ask_for_a_human(mailing, 2)
    build_worker(mailing).run_all_due()
    assert (states(mailing)[MailState.FAILED], states(mailing)[MailState.SENT]) == (1, 1)
    (failed,) = mailing.outbox.page().mails
    assert "550 No such person" in failed.last_error
    mailing.outbox.send_again(failed.id)
    build_worker(mailing).run_all_due()
    assert Counter(smtp.recipients) == {"customer1@ostrel.example": 1, "customer2@ostrel.example": 1}


def test_mails_of_one_conversation_are_one_thread(mailing: Container, smtp: LocalSmtp) -> None:
    smtp.start()
    reference = ask_for_a_human(mailing, 1)
    agent = Viewer(user_id=1, name="Ben Okafor")
    mailing.desk.answer(reference, agent, text="Please **reset** it.", form_key="k")
    build_worker(mailing).run_all_due()
    first, second = smtp.messages
    assert first["Auto-Submitted"] == "auto-replied"
    assert "Auto-Submitted" not in second
    assert second["In-Reply-To"] == second["References"] == first["Message-ID"]
    text, html = second.iter_parts()
    assert "Please **reset** it." in text.get_content()
    assert "<strong>reset</strong>" in html.get_content()
