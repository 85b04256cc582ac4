"""`portal mail`: mail that comes in, from a pipe of the mail system or from a mailbox."""

from __future__ import annotations

import hashlib
import sys
from typing import BinaryIO, NoReturn

import click

from portal.cli.main import EXIT_PROBLEMS
from portal.domain.errors import PortalError
from portal.integrations.incoming_message import CUT_HEADER, RECIPIENT_HEADER

#: The mail system keeps the mail and comes back with it (sysexits.h).
EX_TEMPFAIL = 75


class PatientCommand(click.Command):
    """A command that mail systems call: whatever goes wrong, they are to try again, and never to send the mail back."""

    def make_context(self, *args: object, **kwargs: object) -> click.Context:
        """Read the arguments; a mistake in them is the administrator's, not the customer's."""
        try:
            return super().make_context(*args, **kwargs)  # type: ignore[arg-type]
        except click.UsageError as error:
            try_again(error.format_message())

    def invoke(self, ctx: click.Context) -> object:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except (click.exceptions.Exit, SystemExit):
            raise
        except BaseException as error:
            # mail systems quote this to the sender at last: what an unforeseen error says is not for them
            try_again(str(error) if isinstance(error, PortalError) else type(error).__name__)


@click.group(name="mail")
def command() -> None:
    """Take in mail of customers."""


@command.command(cls=PatientCommand)
@click.option("--recipient", default="", help="Whom the mail was delivered to, where the mail itself may not say so.")
@click.option("--sender", default=None, help="The envelope's sender; empty for what mail servers send.")
def receive(recipient: str, sender: str | None) -> None:
    """Take in the mail on standard input, for a pipe of the mail system.

    Exit code 0: it is stored, and the worker reads it. 75: it is not; the mail system keeps it and comes back.
    """
    from portal.settings import Settings
    from portal.storage.attachments_folder import AttachmentsFolder

    settings = Settings()
    raw = envelope_headers(recipient, sender) + read_whole(sys.stdin.buffer, settings.max_mail_bytes)
    if not raw.strip():
        raise ValueError("There was no mail on standard input.")
    AttachmentsFolder(settings.mail_folder, ending=".eml").write(hashlib.sha256(raw).hexdigest(), raw)

    from portal.cli.instance import open_ready_container

    open_ready_container().incoming_mail.store(raw)


@command.command()
def fetch() -> None:
    """Fetch new mail from the mailbox now, as the worker does from time to time."""
    from portal.cli.instance import open_ready_container

    container = open_ready_container()
    if not container.mailbox.is_set:
        click.echo("No mailbox is set: set PORTAL_IMAP_HOST.", err=True)
        sys.exit(EXIT_PROBLEMS)
    number = container.mailbox.fetch()
    click.echo(f"{number} new {'mail' if number == 1 else 'mails'} fetched. The worker reads them.")


def read_whole(stream: BinaryIO, max_bytes: int) -> bytes:
    """Read a mail; of one that is too large the beginning, which says so above it, and the rest is read and dropped."""
    raw = stream.read(max_bytes + 1)
    if raw.startswith(b"From "):  # the line that mailbox files have between mails
        raw = raw.partition(b"\n")[2]
    if len(raw) <= max_bytes:
        return raw
    size = len(raw)
    while piece := stream.read(1_000_000):
        size += len(piece)
    return f"{CUT_HEADER}: {size}\r\n".encode() + raw[:max_bytes]


def envelope_headers(recipient: str, sender: str | None) -> bytes:
    """Return what the envelope says as headers to stand above the mail."""
    lines = []
    if recipient:
        lines.append(f"{RECIPIENT_HEADER}: {' '.join(recipient.split())}\r\n")
    if sender is not None and not sender.strip("<> "):
        lines.append("Return-Path: <>\r\n")
    return "".join(lines).encode("utf-8", "replace")


def try_again(why: str) -> NoReturn:
    """End so that the mail system keeps the mail, and say why for its log."""
    click.echo(
        f"This mail could not be taken in now: {' '.join(why.split()).rstrip('.')}. `portal doctor` tells more.",
        err=True,
    )
    sys.exit(EX_TEMPFAIL)
