"""Handing mails over to a mail server; the only file that speaks SMTP."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Protocol

from portal.domain.clock import Clock
from portal.domain.errors import DeliveryError
from portal.domain.mail import MailFault, OutgoingMail
from portal.integrations.mail_message import Sender, build_message

#: For connecting and for each answer before the text is sent, in seconds.
ANSWER_TIMEOUT_SECONDS = 20.0
#: For each answer while the mail itself is handed over, which servers may check for long: a mail sent twice is worse
#: than waiting. All waits together stay below the lease of a job.
TEXT_TIMEOUT_SECONDS = 90.0

_SERVER_BUSY = 421
_PERMANENT = range(500, 600)


class Mailer(Protocol):
    """Hands a mail over to whatever delivers it."""

    def send(self, mail: OutgoingMail) -> None:
        """Hand one mail over; when this returns, it has been taken.

        Raises:
            DeliveryError: It has not been taken; `fault` says whose fault that is.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpServer:
    """How to reach a mail server.

    Attributes:
        user: Empty where the server asks for no password.
        security: ``starttls``, ``tls`` or ``none``; with the first two nothing is ever sent in clear.
        tls: Whose certificates are believed.
    """

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    security: str = "starttls"
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context, repr=False)
    answer_timeout_seconds: float = ANSWER_TIMEOUT_SECONDS
    text_timeout_seconds: float = TEXT_TIMEOUT_SECONDS


class SmtpMailer:
    """Sends through an SMTP server, one connection for each mail."""

    def __init__(self, server: SmtpServer, sender: Sender, clock: Clock) -> None:
        self._server = server
        self._sender = sender
        self._clock = clock

    def send(self, mail: OutgoingMail) -> None:
        """Hand one mail over to the server.

        Raises:
            DeliveryError: It has not been taken; `fault` says whose fault that is.
        """
        message = build_message(mail, self._sender, at=self._clock.now())
        try:
            with self._connection() as smtp:
                self._hand_over(smtp, message)
        except (smtplib.SMTPException, OSError) as error:
            raise DeliveryError(describe(error), fault=classify_fault(error)) from error

    def check(self) -> None:
        """Connect and sign in without sending anything.

        Raises:
            DeliveryError: The server cannot be reached or does not let us in.
        """
        try:
            with self._connection():
                pass
        except (smtplib.SMTPException, OSError) as error:
            raise DeliveryError(describe(error), fault=MailFault.OUTAGE) from error

    @contextmanager
    def _connection(self) -> Iterator[smtplib.SMTP]:
        smtp = self._connect()
        try:
            if self._server.security == "starttls":
                smtp.starttls(context=self._server.tls)
            if self._server.user:
                smtp.login(self._server.user, self._server.password)
            yield smtp
            # The mail is taken: a server that stumbles over the farewell must not make us send it again.
            with suppress(smtplib.SMTPException, OSError):
                smtp.quit()
        finally:
            smtp.close()

    def _connect(self) -> smtplib.SMTP:
        server, timeout = self._server, self._server.answer_timeout_seconds
        if server.security == "tls":
            return smtplib.SMTP_SSL(server.host, server.port, timeout=timeout, context=server.tls)
        return smtplib.SMTP(server.host, server.port, timeout=timeout)

    def _hand_over(self, smtp: smtplib.SMTP, message: EmailMessage) -> None:
        if smtp.sock is not None:
            smtp.sock.settimeout(self._server.text_timeout_seconds)
        smtp.send_message(message)


class RecordingMailer:
    """A mailer for tests: keeps the messages it is given, or fails in the way it is told to."""

    def __init__(self, sender: Sender, clock: Clock) -> None:
        self.messages: list[EmailMessage] = []
        self.failure: DeliveryError | None = None
        self._sender = sender
        self._clock = clock

    def send(self, mail: OutgoingMail) -> None:
        """Keep the message.

        Raises:
            DeliveryError: The one that was put into `failure`.
        """
        message = build_message(mail, self._sender, at=self._clock.now())
        if self.failure is not None:
            raise self.failure
        self.messages.append(message)


def classify_fault(error: Exception) -> MailFault:
    """Say whose fault a failed attempt is.

    What concerns connection, sign-in or sender concerns every mail; what concerns recipient or text concerns this one.
    """
    code = _code_about_this_mail(error)
    if code is None or code == _SERVER_BUSY:
        return MailFault.OUTAGE
    return MailFault.REFUSED if code in _PERMANENT else MailFault.LATER


def describe(error: Exception) -> str:
    """Say in one line what went wrong, for an admin."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, text = next(iter(error.recipients.values()))
        return f"The server refused the recipient: {code} {_decoded(text)}"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"The server answered {error.smtp_code} {_decoded(error.smtp_error)}"
    return f"The server could not be used: {type(error).__name__}: {error}"


def _code_about_this_mail(error: Exception) -> int | None:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return int(next(iter(error.recipients.values()))[0])
    return int(error.smtp_code) if isinstance(error, smtplib.SMTPDataError) else None


def _decoded(text: bytes | str) -> str:
    return " ".join((text.decode("utf-8", "replace") if isinstance(text, bytes) else text).split())
