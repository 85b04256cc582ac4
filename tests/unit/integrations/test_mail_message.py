from __future__ import annotations

from dataclasses import replace
from email import message_from_bytes
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.errors import DeliveryError, SetupError
from portal.domain.mail import MailFault
from portal.integrations.mail_message import Sender, build_message, one_line, parse_sender
from tests.contract import mailers as contract
from tests.contract.mailers import SENDER
from tests.conversation_builders import NOW

MAIL = replace(contract.MAIL, references="", automatic=False)


def test_a_mail_travels_with_the_headers_it_needs() -> None:
    message = build_message(MAIL, SENDER, at=NOW)
    assert message["From"] == "Ostrel Help <help@ostrel.example>"
    assert message["To"] == "Ada Berg <ada@ostrel.example>"
    assert message["Message-ID"] == "<r-222222.abc@ostrel.example>"
    assert message["Date"] == "Tue, 17 Nov 2026 11:00:00 +0000"
    assert message.get_content() == MAIL.body
    for absent in ("Auto-Submitted", "References", "In-Reply-To"):
        assert absent not in message


def test_what_a_machine_wrote_says_so() -> None:
    message = build_message(replace(MAIL, automatic=True), SENDER, at=NOW)
    assert message["Auto-Submitted"] == "auto-replied"


def test_a_mail_is_threaded_with_the_earlier_ones() -> None:
    message = build_message(replace(MAIL, references="<a@x.example> <b@x.example>"), SENDER, at=NOW)
    assert message["References"] == "<a@x.example> <b@x.example>"
    assert message["In-Reply-To"] == "<b@x.example>"


@pytest.mark.parametrize(
    "text",
    ["Hi\r\nBcc: eve@evil.example", "Hi\nBcc: eve@evil.example", "Hi\x0bBcc: x@x.example", "Hi\u2028Bcc: x@x.example"],
)
def test_no_header_can_be_smuggled_in(text: str) -> None:
    injected = replace(MAIL, to_name=text, subject=text, message_id=text)
    raw = build_message(injected, SENDER, at=NOW).as_bytes()
    head = raw.split(b"\r\n\r\n", 1)[0]
    assert not any(line.lower().startswith(b"bcc") for line in head.splitlines())
    read = message_from_bytes(raw, policy=default)
    assert "Bcc" not in read
    assert str(read["To"]).endswith("<ada@ostrel.example>")


@given(name=st.text(), subject=st.text())
def test_no_name_and_no_subject_breaks_a_mail_or_adds_to_it(name: str, subject: str) -> None:
    try:
        raw = build_message(replace(MAIL, to_name=name, subject=subject), SENDER, at=NOW).as_bytes()
    except DeliveryError as error:
        assert error.fault is MailFault.REFUSED
        return
    read = message_from_bytes(raw, policy=default)
    assert set(read.keys()) == set(build_message(MAIL, SENDER, at=NOW).keys())
    assert [address.addr_spec for address in read["To"].addresses] == ["ada@ostrel.example"]


@pytest.mark.parametrize(
    "address", ["", "ada", "ada@", "a@b.example\r\nBcc: eve@evil.example", "a b@c.example", "ädä@c.example"]
)
def test_an_address_that_is_none_is_refused_for_good(address: str) -> None:
    with pytest.raises(DeliveryError) as caught:
        build_message(replace(MAIL, to_address=address), SENDER, at=NOW)
    assert caught.value.fault is MailFault.REFUSED


def test_a_domain_in_another_script_travels_in_ascii() -> None:
    message = build_message(replace(MAIL, to_address="ada@bücher.example"), SENDER, at=NOW)
    assert message["To"].addresses[0].addr_spec == "ada@xn--bcher-kva.example"


def test_a_very_long_line_is_sent_whole() -> None:
    body = "x" * 20_000 + "\n"
    raw = build_message(replace(MAIL, body=body), SENDER, at=NOW).as_bytes()
    assert max(map(len, raw.splitlines())) < 998
    assert message_from_bytes(raw, policy=default).get_content().replace("\r\n", "\n") == body


def test_the_sender_is_read_from_the_setting() -> None:
    assert parse_sender("Ostrel Help <help@ostrel.example>") == SENDER
    assert parse_sender("help@ostrel.example") == Sender(name="", address="help@ostrel.example")
    assert SENDER.domain == "ostrel.example"


@pytest.mark.parametrize("setting", ["", "Ostrel Help", "help@", "<>"])
def test_a_setting_without_an_address_is_named(setting: str) -> None:
    with pytest.raises(SetupError, match="PORTAL_MAIL_FROM"):
        parse_sender(setting)


def test_one_line_folds_control_characters() -> None:
    assert one_line(" a\r\n\tb\x00c\x85d ") == "a b c d"


def test_a_mail_with_a_look_has_its_text_first() -> None:
    message = build_message(replace(MAIL, html="<p>Hello &amp; thank you</p>"), SENDER, at=NOW)
    assert message.get_content_type() == "multipart/alternative"
    text, html = message.iter_parts()
    assert (text.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert text.get_content() == MAIL.body
    assert "Hello &amp; thank you" in html.get_content()


def test_answers_go_where_the_mail_says_and_our_own_mails_are_known_again() -> None:
    message = build_message(replace(MAIL, reply_to="help+222222-3-abc@ostrel.example"), SENDER, at=NOW)
    assert message["Reply-To"] == "Ostrel Help <help+222222-3-abc@ostrel.example>"
    assert message["X-Loop"] == "help@ostrel.example"
    assert "Reply-To" not in build_message(MAIL, SENDER, at=NOW)
