"""Personal data goes, what explains the question stays."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from portal.domain.redaction import MAX_WORDING_CHARACTERS, passes_luhn, redact, wording_of


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("mail me at ada@example.com please", "mail me at [email] please"),
        ("Ada.Lovelace+shop@mail.example.co.uk", "[email]"),
        ("jörg@müller.example, thanks", "[email], thanks"),
        ("ada＠example.com", "[email]"),
        ("ada%40example.com", "[email]"),
        ("write to ada (at) example.com", "write to [email]"),
        ("<ada@example.com>.", "<[email]>."),
        ("is it ada@example.com?", "is it [email]?"),
        ("mailto:ada@example.com", "mailto:[email]"),
    ],
)
def test_email_addresses_go(typed: str, kept: str) -> None:
    assert redact(typed) == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("call +49 30 1234567 today", "call [phone] today"),
        ("call +49 (0)30 1234-567", "call [phone]"),
        ("+49.30.1234567", "[phone]"),
        ("0171/1234567", "[phone]"),
        ("0171 1234567", "[phone]"),
        ("01 23 45 67 89", "[phone]"),
        ("07911 123456", "[phone]"),
        ("(555) 123-4567", "[phone]"),
        ("555-123-4567", "[phone]"),
        ("555.123.4567", "[phone]"),
        ("1 555 123 4567", "[phone]"),
        ("0049 30 1234567", "[phone]"),
        ("٠١٢٣ ٤٥٦٧٨٩", "[phone]"),
    ],
)
def test_telephone_numbers_go(typed: str, kept: str) -> None:
    assert redact(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "4111 1111 1111 1111",
        "4111111111111111",
        "4111-1111-1111-1111",
        "4111.1111.1111.1111",
        "4111_1111_1111_1111",
        "4111\u200b1111\u200b1111\u200b1111",
        "3782 822463 10005",
        "4111\u00a01111\u20111111\u20131111",
    ],
)
def test_cards_go(typed: str) -> None:
    assert redact(f"my card {typed} was refused") == "my card [card] was refused"


def test_a_card_is_found_between_other_numbers() -> None:
    assert redact("pay 12 4111 1111 1111 1111 12/27") == "pay 12 [card] 12/27"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("DE89 3704 0044 0532 0130 00 is not accepted", "[iban] is not accepted"),
        ("de89370400440532013000", "[iban]"),
        ("NO93 8601 1117 947", "[iban]"),
        ("AT61 1904 3002 3457 3201 help", "[iban] help"),
        ("GB29NWBK60161331926819", "[iban]"),
        ("MT84 MALT 0110 0012 345M TLCA ST00 1S now", "[iban] now"),
        ("DE00 3704 0044 0532 0130 01 mistyped", "[iban] mistyped"),
    ],
)
def test_ibans_go(typed: str, kept: str) -> None:
    assert redact(typed) == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("order OS-12345678 is late", "order OS-[number] is late"),
        ("1234567", "[number]"),
        ("12 34 56 7", "[number]"),
        ("12-34-56-7", "[number]"),
        ("customer1234567x", "customer[number]x"),
        ("9" * 40, "[number]"),
        ("serial OST1234567890", "serial OST[number]"),
        ("born 1985-03-02", "born [number]"),
    ],
)
def test_long_numbers_go(typed: str, kept: str) -> None:
    assert redact(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "error E-101 and E-204",
        "since 2019",
        "between 2019-2024",
        "on 2026-10-14 and 14-10-2026",
        "costs €49.90, was 1,299.00 or 1.299.000 EUR",
        "version 1.2.3 and 10.15.7, build 16.0.17928.20114",
        "address 192.168.178.21",
        "iOS 16 or Android 10",
        "max 2,300 W / 10 A",
        "hub resets 3 times in 10 days, 24 hours a day",
        "where is @ostrel @ home",
        "5 @ 3.50 each",
        "a call (at) noon",
        "de12 is not an iban",
        "between 12 and 123456",
        "01/02/2026",
        "",
        "💥 ??? \x00",
    ],
)
def test_what_explains_the_question_stays(typed: str) -> None:
    assert redact(typed) == typed


@given(st.text())
@example("0" * 17 + " " + "0" * 3)
@example("20 20 20 20 2020")
def test_redacting_twice_is_redacting_once(text: str) -> None:
    assert redact(redact(text)) == redact(text)


@given(st.text(alphabet="0123456789 -+()./@ae\u00a0", max_size=60))
@example("+4111 1111 1111 1111 1")
def test_dense_numbers_leave_no_long_run(text: str) -> None:
    once = redact(text)
    assert redact(once) == once
    assert not re.search(r"\d{7}", once)


@given(st.text(alphabet=st.characters(exclude_categories=["Nd"], exclude_characters="@＠%([")))
def test_text_without_digits_and_at_signs_stays(text: str) -> None:
    assert redact(text) == text


@given(st.emails())
def test_no_ordinary_address_survives(address: str) -> None:
    assert address not in redact(f"from {address} to you")


@given(st.integers(10**6, 10**18), st.sampled_from(["", "my order ", "x", "nr.", "#", "("]))
def test_a_long_number_never_survives(number: int, before: str) -> None:
    assert str(number) not in redact(f"{before}{number} is it")


def test_long_texts_are_quick() -> None:
    for text in (
        "a" * 10_000,
        "1 " * 5_000,
        "a.b" * 3_000 + "@",
        "de12" * 2_500,
        "+" * 10_000,
        "4 1" * 3_000,
        "((((" * 2_500,
    ):
        redact(text)


@pytest.mark.parametrize(("digits", "fine"), [("4111111111111111", True), ("4111111111111112", False), ("0", True)])
def test_luhn(digits: str, fine: bool) -> None:
    assert passes_luhn(digits) is fine


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Where is my package?", "where is my  package"),
        ("Can’t log in!", "cant log in"),
        ("Wi-Fi", "wi fi"),
        ("ＷＩＦＩ", "wifi"),
        ("STRASSE", "straße"),
    ],
)
def test_wordings_that_are_grouped(one: str, other: str) -> None:
    assert wording_of(one) == wording_of(other)


@pytest.mark.parametrize(("text", "wording"), [("", ""), ("  ", ""), ("???", "???"), ("C++", "c++"), ("😀", "😀")])
def test_wordings_of_little(text: str, wording: str) -> None:
    assert wording_of(text) == wording


@given(st.text(max_size=700))
def test_a_wording_is_stable_and_short(text: str) -> None:
    wording = wording_of(text)
    assert len(wording) <= MAX_WORDING_CHARACTERS
    assert wording == wording.strip()
