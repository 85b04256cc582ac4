from __future__ import annotations

from dataclasses import replace

import pytest

from portal.domain.attachments import Upload
from portal.domain.incoming_mail import (
    IncomingMail,
    MailContext,
    MailNature,
    MailOutcome,
    MailPlan,
    plan_incoming,
)
from tests.conversation_builders import conversation

ADAS = conversation()
OTHER = replace(conversation(), id=13, reference="R-333333", email="carl@ostrel.example")
MAIL = IncomingMail(
    message_id="a@mail.example",
    from_address="ada@ostrel.example",
    from_name="Ada Berg",
    subject="My hub",
    recipients=("help@ostrel.example",),
    references=(),
    nature=MailNature.PERSON,
    text="It blinks.",
)
STRANGERS = replace(MAIL, from_address="eve@evil.example")
NOTHING_KNOWN = MailContext(addressed=None, referred=None, recent=1, most=20)
ADDRESSED = replace(NOTHING_KNOWN, addressed=ADAS)
REFERRED = replace(NOTHING_KNOWN, referred=ADAS)


@pytest.mark.parametrize(
    ("mail", "context", "plan"),
    [
        (MAIL, NOTHING_KNOWN, MailPlan(outcome=MailOutcome.OPENED)),
        (MAIL, ADDRESSED, MailPlan(outcome=MailOutcome.ADDED, conversation=ADAS)),
        (MAIL, REFERRED, MailPlan(outcome=MailOutcome.ADDED, conversation=ADAS)),
        (STRANGERS, ADDRESSED, MailPlan(outcome=MailOutcome.NOTED, conversation=ADAS)),
        (STRANGERS, REFERRED, MailPlan(outcome=MailOutcome.OPENED, note_in=ADAS)),
        # the signed address says more than what a mail refers to
        (MAIL, replace(ADDRESSED, referred=OTHER), MailPlan(outcome=MailOutcome.ADDED, conversation=ADAS)),
        (MAIL, replace(REFERRED, addressed=OTHER), MailPlan(outcome=MailOutcome.NOTED, conversation=OTHER)),
    ],
)
def test_a_persons_mail_goes_where_it_belongs(mail: IncomingMail, context: MailContext, plan: MailPlan) -> None:
    assert plan_incoming(mail, context) == plan


@pytest.mark.parametrize(
    ("nature", "mail", "plan"),
    [
        (MailNature.OWN, MAIL, MailPlan(outcome=MailOutcome.LOOP)),
        (MailNature.BOUNCE, STRANGERS, MailPlan(outcome=MailOutcome.BOUNCE, conversation=ADAS)),
        (MailNature.AUTOMATIC, MAIL, MailPlan(outcome=MailOutcome.AUTOMATIC, conversation=ADAS)),
        (MailNature.AUTOMATIC, STRANGERS, MailPlan(outcome=MailOutcome.AUTOMATIC)),
    ],
)
def test_what_no_person_wrote_is_no_message(nature: MailNature, mail: IncomingMail, plan: MailPlan) -> None:
    assert plan_incoming(replace(mail, nature=nature), ADDRESSED) == plan


def test_more_mails_than_a_person_writes_are_held() -> None:
    assert plan_incoming(MAIL, replace(ADDRESSED, recent=20)).outcome is MailOutcome.ADDED
    assert plan_incoming(MAIL, replace(ADDRESSED, recent=21)).outcome is MailOutcome.HELD


def test_an_admin_has_the_last_word() -> None:
    forced = replace(ADDRESSED, recent=99, forced=True)
    assert plan_incoming(replace(MAIL, nature=MailNature.AUTOMATIC), forced).outcome is MailOutcome.ADDED


def test_what_says_nothing_is_empty() -> None:
    silent = replace(MAIL, text="")
    assert plan_incoming(silent, ADDRESSED).outcome is MailOutcome.EMPTY
    assert plan_incoming(replace(silent, subject=""), NOTHING_KNOWN).outcome is MailOutcome.EMPTY
    assert plan_incoming(silent, NOTHING_KNOWN).outcome is MailOutcome.OPENED
    files = (Upload(file_name="a.png", content=b"x"),)
    assert plan_incoming(replace(silent, files=files), ADDRESSED).outcome is MailOutcome.ADDED
    assert plan_incoming(replace(silent, dropped=("a.mov",)), ADDRESSED).outcome is MailOutcome.ADDED


def test_a_mail_from_nobody_cannot_be_placed() -> None:
    assert plan_incoming(replace(MAIL, from_address=""), NOTHING_KNOWN).outcome is MailOutcome.UNREADABLE
    nobody = replace(ADAS, email="")
    assert plan_incoming(replace(MAIL, from_address=""), replace(REFERRED, referred=nobody)).conversation is None
