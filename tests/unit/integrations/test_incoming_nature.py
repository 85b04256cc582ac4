from __future__ import annotations

from email import message_from_bytes

import pytest

from portal.domain.incoming_mail import MailNature
from portal.integrations.incoming_message import read_mail
from portal.integrations.incoming_nature import OwnMail, find_bounced
from tests.mail_samples import OURS, bounce, mail

OWN = OwnMail(address=OURS)
SENT = "r-222222.0123456789abcdef01234567@ostrel.example"


def nature(**headers: str) -> MailNature:
    return read_mail(mail(**headers).as_bytes(), OWN).nature


def test_a_person_wrote_an_ordinary_mail() -> None:
    assert nature() is MailNature.PERSON
    assert nature(Auto_Submitted="no", Precedence="normal") is MailNature.PERSON
    assert nature(X_Auto_Response_Suppress="DR, OOF") is MailNature.PERSON
    assert nature(Subject="Automatic door does not reply") is MailNature.PERSON


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Auto_Submitted": "auto-generated; type=x"},
        {"Precedence": "bulk"},
        {"Precedence": "Auto_Reply"},
        {"X_Autoreply": "yes"},
        {"List_Id": "<news.example>"},
        {"List_Unsubscribe": "<mailto:leave@news.example>"},
        {"Return_Path": "<>"},
        {"From": "no-reply@shop.example"},
        {"From": "Mailer-Daemon@mail.example"},
        {"From": "bounces+123@news.example"},
        {"Subject": "Automatic reply: We have your request R-222222"},
        {"Subject": "Abwesenheitsnotiz: Hub"},
        {"Subject": "Réponse automatique : Hub"},
    ],
    ids=lambda headers: " ".join(headers.values()),
)
def test_what_a_machine_wrote_is_known(headers: dict[str, str]) -> None:
    assert nature(**headers) is MailNature.AUTOMATIC


@pytest.mark.parametrize(
    "headers",
    [{"X_Loop": OURS.upper()}, {"From": f"Ostrel Help <{OURS}>"}, {"Message_ID": f"<{SENT}>"}],
)
def test_our_own_mail_is_known(headers: dict[str, str]) -> None:
    assert nature(**headers) is MailNature.OWN


def test_a_colleagues_mail_from_our_domain_is_not_our_own() -> None:
    assert nature(Message_ID="<abc@ostrel.example>") is MailNature.PERSON


def test_a_bounce_says_which_mail_and_why() -> None:
    read = read_mail(bounce(SENT), OWN)
    assert read.nature is MailNature.BOUNCE
    assert read.bounced is not None
    assert read.bounced.message_id == SENT
    assert read.bounced.reason.startswith("smtp; 550 5.1.1 <ada@ostrel.example>: Recipient address rejected: User")


def test_a_mail_that_is_only_late_has_not_bounced() -> None:
    read = read_mail(bounce(SENT, action="delayed"), OWN)
    assert (read.nature, read.bounced) == (MailNature.BOUNCE, None)


def test_a_bounce_without_a_report_is_known_by_our_id() -> None:
    told = mail(f"Could not deliver.\n\nMessage-ID: <{SENT}>\n", From="postmaster@mail.example", Return_Path="<>")
    read = read_mail(told.as_bytes(), OWN)
    assert read.nature is MailNature.BOUNCE
    assert read.bounced is not None
    assert read.bounced.message_id == SENT


def test_an_id_of_somebody_else_is_not_ours() -> None:
    assert find_bounced(message_from_bytes(bounce("r-222222.0123456789abcdef@evil.example")), OWN) is None


def test_an_exim_bounce_is_known() -> None:
    assert nature(X_Failed_Recipients="ada@ostrel.example") is MailNature.BOUNCE
