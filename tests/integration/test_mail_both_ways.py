"""A customer who only ever writes mails, with real servers on both sides that are down when it matters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage

import pytest
from pydantic import SecretStr

from portal.container import Container
from portal.domain.clock import FrozenClock
from portal.domain.conversations import Conversation, ConversationState, MessageKind, MessageSource
from portal.domain.incoming_mail import MailOutcome
from portal.domain.mail import MailState
from portal.domain.users import Viewer
from portal.jobs.handlers import build_worker
from portal.jobs.worker import Worker
from portal.settings import Settings
from tests.file_samples import PNG
from tests.imap_server import PASSWORD, USER, LocalImap, local_imap
from tests.mail_samples import bounce, mail
from tests.smtp_server import LocalSmtp

BEN = Viewer(user_id=2, name="Ben Okafor")


@pytest.fixture
def smtp() -> Iterator[LocalSmtp]:
    """A mail server that does not listen yet."""
    server = LocalSmtp()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def imap_server() -> Iterator[LocalImap]:
    """A mailbox server that does not listen yet."""
    server = local_imap()
    yield server
    server.remove()


@pytest.fixture
def imap(imap_server: LocalImap) -> Iterator[LocalImap]:
    """The same, stopped again after each test."""
    yield imap_server
    imap_server.stop()


@pytest.fixture
def mailing(
    container: Container, settings: Settings, clock: FrozenClock, smtp: LocalSmtp, imap: LocalImap
) -> Iterator[Container]:
    """The same instance with both servers set."""
    values = {
        "smtp_host": "127.0.0.1",
        "smtp_port": smtp.port,
        "smtp_security": "none",
        "imap_host": "127.0.0.1",
        "imap_port": imap.port,
        "imap_user": USER,
        "imap_password": SecretStr(PASSWORD),
        "imap_security": "none",
        "reply_address": "help@ostrel.example",
    }
    mailing = Container(settings.model_copy(update=values), clock)
    yield mailing
    mailing.database.dispose()


def work_for_an_hour(worker: Worker, clock: FrozenClock) -> None:
    for _ in range(5):
        worker.run_all_due()
        clock.move(timedelta(minutes=15))


def requests(container: Container) -> list[Conversation]:
    with container.database.read() as work:
        ids = [row[0] for row in work.session.connection().exec_driver_sql("SELECT id FROM conversations ORDER BY id")]
        return [work.conversations.get(number) for number in ids]


def answer_to(sent: EmailMessage, text: str, number: int) -> EmailMessage:
    """What a mail program makes of an answer."""
    quoted = "\n".join(f"> {line}" for line in ["Hello Ada,", "", "Please reset it."])
    whole = f"{text}\n\nOn Tue, 17 Nov 2026 at 12:00, Ostrel Help wrote:\n{quoted}\n"
    headers = {
        "To": str(sent["Reply-To"]),
        "Subject": f"Re: {sent['Subject']}",
        "In_Reply_To": str(sent["Message-ID"]),
        "References": f"{sent.get('References', '')} {sent['Message-ID']}".strip(),
        "Message_ID": f"<answer-{number}@mail.example>",
    }
    return mail(whole, **headers)


def test_a_whole_conversation_by_mail_with_both_servers_down_at_first(
    mailing: Container, clock: FrozenClock, smtp: LocalSmtp, imap: LocalImap
) -> None:
    worker = build_worker(mailing)
    work_for_an_hour(worker, clock)  # neither server is up
    state = mailing.mailbox.state()
    assert state is not None
    assert "refused" in state.error
    imap.start()
    first = mail(Message_ID="<question@mail.example>")
    first.add_attachment(PNG, maintype="image", subtype="png", filename="hub.png")
    imap.deliver(first.as_bytes())
    work_for_an_hour(worker, clock)
    (request,) = requests(mailing)
    assert [file.file_name for file in request.messages[0].files] == ["hub.png"]
    mailing.desk.answer(request.reference, BEN, text="Please **reset** it.", form_key="one")
    work_for_an_hour(worker, clock)
    assert smtp.messages == []
    smtp.start()
    work_for_an_hour(worker, clock)
    confirmation, answer = smtp.messages
    assert confirmation["Auto-Submitted"] == "auto-replied"
    assert confirmation["In-Reply-To"] == "<question@mail.example>"
    assert answer["Subject"] == "Re: My hub is offline"
    assert answer["References"].split() == ["<question@mail.example>", confirmation["Message-ID"]]

    for _ in range(2):  # the mail system delivers it twice
        imap.deliver(answer_to(answer, "It still blinks.", 1).as_bytes())
    work_for_an_hour(worker, clock)
    (request,) = requests(mailing)
    assert request.state is ConversationState.OPEN
    said = request.messages[-1]
    assert (said.body, said.source) == ("It still blinks.", MessageSource.EMAIL)
    assert "> Please reset it." in said.quoted
    assert len(request.messages) == 3
    assert Counter(smtp.recipients) == {"ada@ostrel.example": 2}


def test_no_mail_is_lost_or_doubled_while_the_mailbox_comes_and_goes(
    mailing: Container, clock: FrozenClock, imap: LocalImap
) -> None:
    imap.start()
    worker = build_worker(mailing)
    worker.run_all_due()
    for number in range(8):
        sender = f"customer{number}@mail.example"
        imap.deliver(mail(f"Question {number}", From=sender, Message_ID=f"<{number}@mail.example>").as_bytes())
    worker.run_all_due()
    imap.stop()
    clock.move(timedelta(minutes=5))
    worker.run_all_due()
    imap.start()
    work_for_an_hour(worker, clock)
    texts = Counter(request.messages[0].body.split("\n")[-1] for request in requests(mailing))
    assert texts == {f"Question {number}": 1 for number in range(8)}


def test_two_automatic_answerers_end_after_one(
    mailing: Container, clock: FrozenClock, smtp: LocalSmtp, imap: LocalImap
) -> None:
    smtp.start()
    imap.start()
    worker = build_worker(mailing)
    worker.run_all_due()
    imap.deliver(mail("I wrote first.", From="robot@robot.example", Message_ID="<robot-0@robot.example>").as_bytes())
    answered = 0
    for _ in range(6):  # the other one answers whatever it gets, and says nowhere that it is a machine
        clock.move(timedelta(minutes=2))
        worker.run_all_due()
        for sent in smtp.messages[answered:]:
            answered += 1
            headers = {"To": "help@ostrel.example", "Subject": f"Got it: {sent['Subject']}"}
            reply = mail(
                "Thanks.", From="robot@robot.example", Message_ID=f"<robot-{answered}@robot.example>", **headers
            )
            imap.deliver(reply.as_bytes())
    assert answered == len(smtp.messages) == 1


def test_a_bounce_and_a_stranger_reach_the_agents_alone(
    mailing: Container, clock: FrozenClock, smtp: LocalSmtp, imap: LocalImap
) -> None:
    smtp.start()
    imap.start()
    worker = build_worker(mailing)
    imap.deliver(mail().as_bytes())
    work_for_an_hour(worker, clock)
    (request,) = requests(mailing)
    mailing.desk.answer(request.reference, BEN, text="Please reset it.", form_key="one")
    work_for_an_hour(worker, clock)
    sent = smtp.messages[-1]
    stranger = answer_to(sent, "Tell me all.", 1)
    stranger.replace_header("From", "Eve <eve@evil.example>")
    imap.deliver(stranger.as_bytes())
    imap.deliver(bounce(str(sent["Message-ID"]).strip("<>")))
    work_for_an_hour(worker, clock)
    (request,) = requests(mailing)
    notes = [message.body for message in request.messages if message.kind is MessageKind.NOTE]
    assert ["eve@evil.example" in notes[0], "could not be delivered" in notes[1]] == [True, True]
    assert len(request.public_messages) == 2
    with mailing.database.read() as work:
        assert work.mails.list_for_conversation(request.id)[-1].state is MailState.FAILED
        assert work.incoming_mails.count(MailOutcome.NOTED) == 1
