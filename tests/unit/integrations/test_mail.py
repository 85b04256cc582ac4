from __future__ import annotations

import smtplib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from portal.domain.clock import FrozenClock
from portal.domain.errors import DeliveryError
from portal.domain.mail import MailFault
from portal.integrations.mail import Mailer, RecordingMailer, SmtpMailer, SmtpServer, classify_fault, describe
from tests.contract.mailers import MAIL, SENDER, MailerContract
from tests.conversation_builders import NOW
from tests.smtp_server import PASSWORD, USER, LocalSmtp, authenticate, free_port, make_certificate

Start = Callable[..., LocalSmtp]


@pytest.fixture
def start() -> Iterator[Start]:
    """Start servers that are stopped in the end."""
    started: list[LocalSmtp] = []

    def start(**options: object) -> LocalSmtp:
        smtp = LocalSmtp(**options)
        smtp.start()
        started.append(smtp)
        return smtp

    yield start
    for smtp in started:
        smtp.stop()


def mailer(port: int, **values: object) -> SmtpMailer:
    usual: dict[str, object] = {"security": "none", "answer_timeout_seconds": 5.0, "text_timeout_seconds": 5.0}
    server = SmtpServer(host="127.0.0.1", port=port, **{**usual, **values})  # type: ignore[arg-type]
    return SmtpMailer(server, SENDER, FrozenClock(NOW))


def fault_of(sender: SmtpMailer) -> MailFault:
    with pytest.raises(DeliveryError) as caught:
        sender.send(MAIL)
    return caught.value.fault


class TestSmtpMailer(MailerContract):
    @pytest.fixture(autouse=True)
    def _with_a_server(self, start: Start) -> None:
        self.smtp = start()

    def mailer(self) -> Mailer:
        return mailer(self.smtp.port)

    def taken(self) -> list[EmailMessage]:
        return self.smtp.messages


class TestRecordingMailer(MailerContract):
    @pytest.fixture(autouse=True)
    def _with_a_mailer(self) -> None:
        self.recording = RecordingMailer(SENDER, FrozenClock(NOW))

    def mailer(self) -> Mailer:
        return self.recording

    def taken(self) -> list[EmailMessage]:
        return self.recording.messages


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        ("550 5.1.1 No such person", MailFault.REFUSED),
        ("450 4.2.0 Greylisted, come back", MailFault.LATER),
        ("421 Busy", MailFault.OUTAGE),
    ],
)
def test_what_the_server_says_of_the_recipient_decides(start: Start, answer: str, fault: MailFault) -> None:
    smtp = start()
    smtp.answers.to_recipient = answer
    assert fault_of(mailer(smtp.port)) is fault
    assert smtp.messages == []


@pytest.mark.parametrize(("answer", "fault"), [("554 Spam", MailFault.REFUSED), ("451 Full", MailFault.LATER)])
def test_what_the_server_says_of_the_text_decides(start: Start, answer: str, fault: MailFault) -> None:
    smtp = start()
    smtp.answers.to_text = answer
    assert fault_of(mailer(smtp.port)) is fault


def test_a_server_that_is_down_is_an_outage() -> None:
    assert fault_of(mailer(free_port())) is MailFault.OUTAGE


def test_a_server_that_says_nothing_is_an_outage() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        assert fault_of(mailer(silent.getsockname()[1], answer_timeout_seconds=0.2)) is MailFault.OUTAGE


def test_a_server_that_hangs_up_after_taking_the_mail_has_taken_it() -> None:
    """A stumble over the farewell must not make the mail go out twice."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        thread = threading.Thread(target=_take_one_mail_and_hang_up, args=(listening,))
        thread.start()
        mailer(listening.getsockname()[1]).send(MAIL)
        thread.join()


def _take_one_mail_and_hang_up(listening: socket.socket) -> None:
    connection, _ = listening.accept()
    with connection, connection.makefile("rb") as lines:
        connection.sendall(b"220 here\r\n")
        for answer in (b"250 hello\r\n", b"250 from\r\n", b"250 to\r\n", b"354 go on\r\n"):
            lines.readline()
            connection.sendall(answer)
        while lines.readline() != b".\r\n":
            pass
        connection.sendall(b"250 taken\r\n")


def test_a_person_is_signed_in_where_the_server_asks_for_it(start: Start, tmp_path: Path) -> None:
    of_server, of_client = make_certificate(tmp_path)
    options = {"tls_context": of_server, "authenticator": authenticate, "auth_required": True}
    smtp = start(**options)
    values = {"security": "starttls", "tls": of_client, "user": USER}
    mailer(smtp.port, **values, password=PASSWORD).send(MAIL)
    assert len(smtp.messages) == 1
    assert fault_of(mailer(smtp.port, **values, password="wrong")) is MailFault.OUTAGE
    mailer(smtp.port, **values, password=PASSWORD).check()
    with pytest.raises(DeliveryError, match="535"):
        mailer(smtp.port, **values, password="wrong").check()


def test_tls_from_the_first_byte(start: Start, tmp_path: Path) -> None:
    of_server, of_client = make_certificate(tmp_path)
    smtp = start(ssl_context=of_server)
    mailer(smtp.port, security="tls", tls=of_client).send(MAIL)
    assert len(smtp.messages) == 1


def test_nothing_is_sent_to_a_server_whose_certificate_nobody_vouches_for(start: Start, tmp_path: Path) -> None:
    of_server, _ = make_certificate(tmp_path)
    smtp = start(tls_context=of_server)
    assert fault_of(mailer(smtp.port, security="starttls", tls=ssl.create_default_context())) is MailFault.OUTAGE
    assert smtp.messages == []


def test_nothing_is_sent_in_clear_where_encryption_is_asked_for(start: Start) -> None:
    smtp = start()
    assert fault_of(mailer(smtp.port, security="starttls")) is MailFault.OUTAGE
    assert smtp.messages == []


def test_a_password_is_not_shown() -> None:
    assert "hidden" not in repr(SmtpServer(host="h", port=1, user="u", password="hidden"))


def test_a_sender_that_is_refused_concerns_every_mail() -> None:
    assert classify_fault(smtplib.SMTPSenderRefused(550, b"no", "help@ostrel.example")) is MailFault.OUTAGE


def test_an_admin_reads_what_the_server_said() -> None:
    assert describe(smtplib.SMTPDataError(554, b"5.7.1\nSpam")) == "The server answered 554 5.7.1 Spam"
    assert "ada" not in describe(smtplib.SMTPRecipientsRefused({"ada@ostrel.example": (550, b"Unknown")}))
    assert describe(TimeoutError("timed out")) == "The server could not be used: TimeoutError: timed out"
