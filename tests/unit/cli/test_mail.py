"""`portal mail receive` as a mail system calls it: what it answers decides whether a mail is lost."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner

from portal.cli.mail import EX_TEMPFAIL, command, envelope_headers, read_whole
from portal.container import Container
from portal.domain.incoming_mail import MailOutcome
from portal.integrations.incoming_message import CUT_HEADER
from portal.jobs.handlers import build_handlers
from tests.mail_samples import mail

RAW = mail().as_bytes()


@pytest.fixture(autouse=True)
def _instance(container: Container, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_INSTANCE", str(container.settings.instance))
    monkeypatch.setenv("PORTAL_SECRET_KEY", "a secret for tests, 32 characters")


def receive(raw: bytes = RAW, *arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(command, ["receive", *arguments], input=raw)
    return result.exit_code, result.output


def outcomes(container: Container) -> dict[MailOutcome, int]:
    with container.database.read() as work:
        return {outcome: number for outcome in MailOutcome if (number := work.incoming_mails.count(outcome))}


def test_a_mail_is_stored_and_waits_for_the_worker(container: Container) -> None:
    assert receive() == (0, "")
    assert outcomes(container) == {MailOutcome.RECEIVED: 1}
    with container.database.work() as work:  # the command asks the machine for the time, this container does not
        job = work.jobs.claim(datetime.now(UTC))
    assert job is not None
    build_handlers(container)[job.kind](job)
    assert outcomes(container) == {MailOutcome.OPENED: 1}


def test_a_mail_delivered_again_is_taken_once(container: Container) -> None:
    assert [receive()[0], receive()[0]] == [0, 0]
    assert outcomes(container) == {MailOutcome.RECEIVED: 1}


def test_without_a_database_the_mail_system_tries_again_and_the_mail_is_on_the_disk(container: Container) -> None:
    (container.settings.instance / "portal.sqlite3").write_bytes(b"this is no database")
    code, said = receive()
    assert code == EX_TEMPFAIL
    assert "could not be taken in now" in said
    (file,) = container.settings.mail_folder.rglob("*.eml")
    assert file.read_bytes() == RAW


@pytest.mark.parametrize("arguments", [("--no-such-option",), ("one", "two")])
def test_a_mistake_in_the_call_sends_no_mail_back(arguments: tuple[str, ...]) -> None:
    assert receive(RAW, *arguments)[0] == EX_TEMPFAIL


def test_a_setting_that_cannot_be_used_sends_no_mail_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_MAX_MAIL_BYTES", "a secret in the wrong line")
    code, said = receive()
    assert code == EX_TEMPFAIL
    assert "secret" not in said


def test_no_mail_is_no_mail() -> None:
    assert receive(b"")[0] == EX_TEMPFAIL


def test_the_envelope_is_written_down(container: Container) -> None:
    assert receive(RAW, "--recipient", "help+x@ostrel.example", "--sender", "")[0] == 0
    (file,) = container.settings.mail_folder.rglob("*.eml")
    assert file.read_bytes() == b"X-Portal-Recipient: help+x@ostrel.example\r\nReturn-Path: <>\r\n" + RAW
    assert envelope_headers("a@x.example\r\nBcc: b", "ada@x.example") == b"X-Portal-Recipient: a@x.example Bcc: b\r\n"


def test_of_a_mail_that_is_too_large_the_beginning_is_kept() -> None:
    assert read_whole(io.BytesIO(b"x" * 2_500_000), 100) == f"{CUT_HEADER}: 2500000\r\n".encode() + b"x" * 100
    assert read_whole(io.BytesIO(b"x" * 100), 100) == b"x" * 100
    assert read_whole(io.BytesIO(b"From ada Tue Nov 17\nTo: x\n\ny"), 100) == b"To: x\n\ny"


def test_fetching_without_a_mailbox_says_what_to_set() -> None:
    result = CliRunner().invoke(command, ["fetch"])
    assert result.exit_code == 1
    assert "PORTAL_IMAP_HOST" in result.output
