"""An outgoing mail as the message that travels: headers that nobody's words can add to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from portal.domain.errors import DeliveryError, InvalidInput, SetupError
from portal.domain.mail import MailFault, OutgoingMail
from portal.integrations.email_addresses import transport_address

#: By this we know a mail of ours that comes back to us.
LOOP_HEADER = "X-Loop"

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who mails come from."""

    name: str
    address: str

    @property
    def domain(self) -> str:
        """The part of the address that Message-IDs are made in."""
        return self.address.rsplit("@", 1)[1]


def parse_sender(mail_from: str) -> Sender:
    """Read the setting of the sender.

    Args:
        mail_from: Such as ``Ostrel Help <help@ostrel.example>`` or the address alone.

    Raises:
        SetupError: It holds no address.
    """
    name, address = parseaddr(mail_from)
    try:
        return Sender(name=one_line(name), address=transport_address(address))
    except InvalidInput as error:
        example = "Ostrel Help <help@ostrel.example>"
        raise SetupError(f"PORTAL_MAIL_FROM holds no e-mail address: {mail_from!r}. Write it as {example}") from error


def build_message(mail: OutgoingMail, sender: Sender, *, at: datetime) -> EmailMessage:
    """Make the message of a mail.

    Args:
        at: The time of sending, for the Date header.

    Raises:
        DeliveryError: The mail can never be sent, because its address is none.
    """
    try:
        return _build(mail, sender, at)
    except (InvalidInput, ValueError) as error:
        message = f"No mail to {mail.to_address!r} can be made: {error}"
        raise DeliveryError(message, fault=MailFault.REFUSED) from error


def one_line(text: str) -> str:
    """Return a text that fits into one header: control characters and line ends become spaces."""
    return " ".join(_CONTROLS.sub(" ", text).split())


def _build(mail: OutgoingMail, sender: Sender, at: datetime) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(sender.name, addr_spec=sender.address)
    message["To"] = Address(one_line(mail.to_name), addr_spec=transport_address(mail.to_address))
    message["Subject"] = one_line(mail.subject)
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{one_line(mail.message_id)}>"
    if mail.reply_to:
        message["Reply-To"] = Address(sender.name, addr_spec=transport_address(mail.reply_to))
    _add_threading(message, mail.references)
    message[LOOP_HEADER] = sender.address
    if mail.automatic:
        message["Auto-Submitted"] = "auto-replied"
        message["X-Auto-Response-Suppress"] = "All"
    message.set_content(mail.body, charset="utf-8")
    if mail.html:
        message.add_alternative(mail.html, subtype="html", charset="utf-8")
    return message


def _add_threading(message: EmailMessage, references: str) -> None:
    earlier = references.split()
    if earlier:
        message["In-Reply-To"] = earlier[-1]
        message["References"] = " ".join(earlier)
