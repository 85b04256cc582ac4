from __future__ import annotations

import base64
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.conversations import MAX_MESSAGE_LENGTH
from portal.domain.incoming_mail import IncomingMail, MailNature
from portal.integrations.incoming_message import (
    CUT_HEADER,
    MAX_QUOTED_LENGTH,
    message_id_of,
    read_headers,
    read_mail,
    sender_of,
    subject_of,
)
from portal.integrations.incoming_nature import OwnMail
from tests.file_samples import EXE, PNG
from tests.mail_samples import OURS, mail

OWN = OwnMail(address=OURS)
HEAD = (
    b"From: Ada <ada@ostrel.example>\r\nTo: help@ostrel.example\r\nMessage-ID: <a@b.example>\r\nMIME-Version: 1.0\r\n"
)


def read(message: EmailMessage | bytes) -> IncomingMail:
    return read_mail(message if isinstance(message, bytes) else message.as_bytes(), OWN)


def test_an_ordinary_mail() -> None:
    found = read(mail(In_Reply_To="<b@x.example>", References="<a@x.example> <b@x.example>", Cc="Ben <Ben@X.example>"))
    assert found == IncomingMail(
        message_id="first@mail.example",
        from_address="ada@ostrel.example",
        from_name="Ada Berg",
        subject="My hub is offline",
        recipients=("help@ostrel.example", "ben@x.example"),
        references=("b@x.example", "a@x.example"),
        nature=MailNature.PERSON,
        text="It still blinks.",
    )


@pytest.mark.parametrize(
    ("charset", "encoding"),
    [
        ("utf-8", "quoted-printable"),
        ("utf-8", "base64"),
        ("iso-8859-1", "quoted-printable"),
        ("windows-1252", "8bit"),
    ],
)
def test_texts_of_all_encodings_are_read(charset: str, encoding: str) -> None:
    message = mail("")
    message.set_content("Die Straße blinkt grün.", charset=charset, cte=encoding)
    assert read(message).text == "Die Straße blinkt grün."


@pytest.mark.parametrize("charset", ["unknown-8bit", "x-nonsense", "us-ascii", '"utf-8"', "utf-8; x", ""])
def test_a_wrong_or_unknown_charset_does_not_keep_the_text_out(charset: str) -> None:
    raw = HEAD + f"Content-Type: text/plain; charset={charset}\r\n\r\n".encode() + "grün".encode()
    assert read(raw).text == "grün"


def test_latin_letters_under_a_wrong_name_are_read() -> None:
    assert read(HEAD + b"Content-Type: text/plain; charset=utf-8\r\n\r\ngr\xfcn").text == "grün"


def test_plain_text_is_preferred_and_html_is_made_text() -> None:
    both = mail("The plain one.")
    both.add_alternative("<p>The other one.</p>", subtype="html")
    assert read(both).text == "The plain one."
    only = mail("")
    only.set_content("<style>p{}</style><p>Hello</p><script>alert(1)</script><p>It <b>blinks</b>.</p>", subtype="html")
    assert read(only).text == "Hello\n\nIt blinks."
    empty = mail("  \n")
    empty.add_alternative("<p>Only here.</p>", subtype="html")
    assert read(empty).text == "Only here."


def test_a_text_broken_for_travelling_is_joined() -> None:
    raw = (
        HEAD + b"Content-Type: text/plain; format=flowed\r\n\r\nThis is one \r\nline.\r\nAnd another.\r\n-- \r\nAda\r\n"
    )
    assert (read(raw).text, read(raw).quoted) == ("This is one line.\nAnd another.", "-- \nAda")


def test_files_come_along_and_logos_do_not() -> None:
    message = mail()
    message.add_attachment(PNG, maintype="image", subtype="png", filename="Grüße.png")
    message.add_attachment(EXE, maintype="application", subtype="octet-stream", filename="setup.exe")
    message.add_attachment(PNG, maintype="image", subtype="png", cid="<logo@x>", disposition="inline")
    message.add_attachment("a note", filename="note.txt")
    found = read(message)
    assert [file.file_name for file in found.files] == ["Grüße.png", "setup.exe", "note.txt"]
    assert found.files[0].content == PNG
    assert found.text == "It still blinks."


def test_a_text_between_pictures_is_read_whole() -> None:
    parts = [
        b"--b\r\nContent-Type: text/plain\r\n\r\nBefore.\r\n",
        b"--b\r\nContent-Type: image/png\r\nContent-Disposition: inline; filename=a.png\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(PNG) + b"\r\n",
        b"--b\r\nContent-Type: text/plain\r\n\r\nAfter.\r\n--b--\r\n",
    ]
    found = read(HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"".join(parts))
    assert found.text == "Before.\n\nAfter."
    assert [file.file_name for file in found.files] == ["a.png"]


def test_a_mail_inside_a_mail_is_a_file() -> None:
    message = mail("See below.")
    message.add_attachment(mail("The inner one."))
    found = read(message)
    assert (found.text, [file.file_name for file in found.files]) == ("See below.", ["mail.eml"])
    assert b"The inner one." in found.files[0].content


def test_of_a_mail_that_was_cut_the_last_file_is_dropped() -> None:
    message = mail()
    message.add_attachment(PNG, maintype="image", subtype="png", filename="whole.png")
    message.add_attachment(PNG * 20, maintype="image", subtype="png", filename="large.png")
    raw = f"{CUT_HEADER}: 99999999\r\n".encode() + message.as_bytes()[:-800]
    assert [file.file_name for file in read(raw).files] == ["whole.png"]
    assert read(raw).dropped == ("large.png",)


def test_a_text_of_100_000_characters_is_cut_and_kept_whole() -> None:
    found = read(mail("It blinks. " * 9_100 + "\n\nOn Tue, 17 Nov 2026, Ben wrote:\n" + "> quoted line\n" * 6_000))
    assert len(found.text) <= MAX_MESSAGE_LENGTH
    assert found.text.endswith(" …")
    assert len(found.whole_text) > 100_000 - 100
    assert len(found.quoted) == MAX_QUOTED_LENGTH


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nHello", "Hello"),
        (HEAD + b"Content-Type: multipart/mixed\r\n\r\nHello", "Hello"),
        (HEAD + b"Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!not base64!!!", None),
        (HEAD + b"Content-Type: nonsense\r\n\r\nHello", "Hello"),
        (HEAD + b"Content-Type: text/plain; charset*0*=x'y'%zz\r\n\r\nHello", "Hello"),
        (HEAD + b"Subject: =?utf-8?b?broken\r\n\r\nHello", "Hello"),
        (HEAD + b"\r\nHel\x00lo\x0b\xe2\x80\xa8", "Hello"),
        (b"Hello without any header", "Hello without any header"),
        (b"", ""),
        (b"\r\n\r\n", ""),
        (b"\xff\xfe\x00\x01", None),
    ],
)
def test_a_broken_mail_is_read_as_far_as_it_goes(raw: bytes, text: str | None) -> None:
    found = read(raw)
    assert text is None or found.text == text


def test_no_header_can_be_smuggled_in() -> None:
    sender = b"From: =?utf-8?q?Eve=0D=0ABcc=3A_x=40evil.example?= <eve@evil.example>\r\n"
    found = read(sender + b"Subject: =?utf-8?q?Hi=0D=0ABcc:_y?=\r\n\r\nx")
    assert (found.from_name, found.subject) == ("Eve Bcc: x@evil.example", "Hi Bcc: y")


@pytest.mark.parametrize(
    ("header", "address"),
    [
        ("=?utf-8?q?ada=40ostrel.example?= <eve@evil.example>", "eve@evil.example"),
        ('"ada@ostrel.example" <eve@evil.example>', "eve@evil.example"),
        ("Ada@Ostrel.Example", "ada@ostrel.example"),
        ("undisclosed:;", ""),
        ("nobody", ""),
        ("", ""),
    ],
)
def test_whom_a_mail_is_from(header: str, address: str) -> None:
    assert read(f"From: {header}\r\n\r\nHello".encode()).from_address == address


def test_recipients_come_from_all_headers_that_tell() -> None:
    raw = b"To: a@x.example\r\nDelivered-To: b@x.example\r\nX-Portal-Recipient: C@x.example\r\n\r\nHello"
    assert read(raw).recipients == ("a@x.example", "b@x.example", "c@x.example")


@pytest.mark.parametrize(
    "header",
    [
        b"From: " + b"(" * 40_000 + b" a@b.example",
        b"To: " + b"(" * 40_000,
        b"Subject: " + b"=?utf-8?q?x?= " * 30_000,
        b"References: " + b"<a@b> " * 50_000,
        b"Cc: " + b"a@b.example, " * 30_000,
    ],
    ids=["sender", "recipient", "subject", "references", "copies"],
)
def test_a_header_made_to_be_a_nuisance_keeps_nothing_from_being_read(header: bytes) -> None:
    raw = header[:290_000] + b"\r\nMessage-ID: <a@b.example>\r\n\r\nHello"
    assert read(raw).text == "Hello"
    assert message_id_of(read_headers(raw)) == "a@b.example"
    sender_of(read_headers(raw))


def test_a_mail_of_nothing_but_headers_or_nesting_is_refused() -> None:
    with pytest.raises(ValueError, match="too long"):
        read(b"X-A: b\r\n" * 50_000 + b"\r\nHello")
    nested = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(1_200))
    with pytest.raises(RecursionError):
        read(nested + b"\r\nHello")


def test_headers_alone_can_be_read() -> None:
    assert subject_of(read_headers(mail(Subject="Grüße").as_bytes())) == "Grüße"
    assert subject_of(read_headers(b"")) == ""


@given(st.binary(max_size=400))
def test_no_bytes_make_trouble(raw: bytes) -> None:
    read(HEAD + raw)
    read(raw)


@given(st.lists(st.sampled_from([b"--b\r\n", b"--b--\r\n", b"Content-Type: text/html\r\n", b"\r\n", b"<p>x", b"\x00"])))
def test_no_mixture_of_parts_makes_trouble(pieces: list[bytes]) -> None:
    read(HEAD + b"Content-Type: multipart/alternative; boundary=b\r\n\r\n" + b"".join(pieces))
