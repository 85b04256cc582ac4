"""What every mailer has to do; the tests of each one inherit this."""

from __future__ import annotations

from dataclasses import replace
from email.message import EmailMessage

import pytest

from portal.domain.errors import DeliveryError
from portal.domain.mail import MailFault, MailState, OutgoingMail
from portal.integrations.mail import Mailer
from portal.integrations.mail_message import Sender
from tests.conversation_builders import NOW

SENDER = Sender(name="Ostrel Help", address="help@ostrel.example")
MAIL = OutgoingMail(
    id=1,
    to_name="Ada Berg",
    to_address="ada@ostrel.example",
    subject="We have your request R-222222",
    body="Hello Ada,\n\nthank you — 你好 😀\n",
    message_id="r-222222.abc@ostrel.example",
    references="<first@ostrel.example>",
    automatic=True,
    state=MailState.QUEUED,
    attempts=0,
    last_error="",
    created_at=NOW,
    sent_at=None,
)


class MailerContract:
    """Inherit this, and override the two methods below."""

    def mailer(self) -> Mailer:
        """Return the mailer under test."""
        raise NotImplementedError

    def taken(self) -> list[EmailMessage]:
        """Return what was handed over so far."""
        raise NotImplementedError

    def test_a_mail_is_handed_over_as_it_was_written(self) -> None:
        self.mailer().send(MAIL)
        (message,) = self.taken()
        assert message["To"] == "Ada Berg <ada@ostrel.example>"
        assert message["Subject"] == MAIL.subject
        assert message["Message-ID"] == "<r-222222.abc@ostrel.example>"
        assert message["In-Reply-To"] == "<first@ostrel.example>"
        assert message["Auto-Submitted"] == "auto-replied"
        assert message.get_content().replace("\r\n", "\n") == MAIL.body

    def test_a_mail_to_no_address_is_refused_for_good(self) -> None:
        with pytest.raises(DeliveryError) as caught:
            self.mailer().send(replace(MAIL, to_address="nobody"))
        assert caught.value.fault is MailFault.REFUSED
        assert self.taken() == []
