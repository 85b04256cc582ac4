"""A real SMTP server for tests, on a port of its own, that can be taken down and brought back."""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

USER, PASSWORD = "portal", "a password for the server"


@dataclass
class Answers:
    """What the server says at each step; a test sets what it wants to hear."""

    to_recipient: str = "250 OK"
    to_text: str = "250 Taken"


class _Handler:
    def __init__(self, answers: Answers) -> None:
        self.answers = answers
        self.messages: list[EmailMessage] = []
        self.recipients: list[str] = []

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self.answers.to_recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.answers.to_recipient

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.answers.to_text.startswith("250"):
            assert isinstance(envelope.content, bytes)
            self.messages.append(message_from_bytes(envelope.content, policy=default))  # type: ignore[arg-type]
            self.recipients += envelope.rcpt_tos
        return self.answers.to_text


class LocalSmtp:
    """Starts and stops the server; what it has taken stays known over a restart."""

    def __init__(self, **options: object) -> None:
        self.answers = Answers()
        self.port = free_port()
        self._handler = _Handler(self.answers)
        self._options = options
        self._controller: Controller | None = None

    @property
    def messages(self) -> list[EmailMessage]:
        """The messages taken so far."""
        return self._handler.messages

    @property
    def recipients(self) -> list[str]:
        """Whom they were for, as the server was told."""
        return self._handler.recipients

    def start(self) -> None:
        """Begin to listen."""
        self._controller = Controller(self._handler, hostname="127.0.0.1", port=self.port, **self._options)  # type: ignore[arg-type]
        self._controller.start()

    def stop(self) -> None:
        """Stop listening; does nothing when it does not listen."""
        if self._controller is not None:
            self._controller.stop()
            self._controller = None


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def authenticate(
    _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, auth_data: LoginPassword
) -> AuthResult:
    """Let in whoever knows the password."""
    known = (auth_data.login, auth_data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=known, handled=False)


def make_certificate(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Make a certificate for 127.0.0.1; return a server's context that has it and a client's that believes it."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not installed, so there is no certificate to test TLS with")
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    command = [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *subject]
    subprocess.run([*command, "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True)
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(certificate, key)
    return server, ssl.create_default_context(cafile=str(certificate))
