"""A mail's bytes read into words and files. Mails are written by programs of thirty years: whatever can be read is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.policy import compat32
from email.utils import getaddresses

from portal.domain.attachments import Upload
from portal.domain.conversations import MAX_MESSAGE_LENGTH, MAX_NAME_LENGTH, clean_text
from portal.domain.errors import InvalidInput
from portal.domain.incoming_mail import IncomingMail, MailNature
from portal.domain.mail import MAX_SUBJECT_LENGTH
from portal.integrations.email_addresses import checked_email
from portal.integrations.incoming_html import html_to_text
from portal.integrations.incoming_nature import OwnMail, classify_nature, find_bounced
from portal.integrations.incoming_quotes import split_quoted
from portal.integrations.mail_message import one_line

#: A header that the portal puts on a mail of which only the beginning was kept; its value is the whole size in bytes.
CUT_HEADER = "X-Portal-Cut"
#: Whom the mail system delivered a mail to; put on it by the portal.
RECIPIENT_HEADER = "X-Portal-Recipient"
#: Longest text that is read, in characters, and longest repeated text that is kept.
MAX_TEXT_LENGTH = 500_000
MAX_QUOTED_LENGTH = 50_000
#: Characters of one header that are looked at, and bytes of all together; more is made to keep a machine busy.
MAX_HEADER_LENGTH = 10_000
MAX_HEADERS_BYTES = 300_000
#: Parts that are looked at; a mail of more is made to be a nuisance.
MAX_PARTS = 200
#: Message-IDs of a mail that are looked up, the latest first.
MAX_IDS = 50
#: Pictures below this many bytes inside a text are logos of signatures, or report who reads the mail.
SMALLEST_INLINE_BYTES = 6_000

_IDS = re.compile(r"<([^<>\s]{3,250})>")
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff]")
_RECIPIENTS = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", RECIPIENT_HEADER)
#: Parts that are nothing to anybody who reads the mail.
_IGNORED = frozenset(
    {
        "application/pgp-signature",
        "application/pkcs7-signature",
        "application/x-pkcs7-signature",
        "message/delivery-status",
        "message/disposition-notification",
        "text/rfc822-headers",
    }
)
#: Names of encodings as mails write them, and what is meant.
_ENCODINGS = {
    "iso-8859-1": "cp1252",
    "us-ascii": "utf-8",
    "ascii": "utf-8",
    "gb2312": "gb18030",
    "ks_c_5601-1987": "cp949",
    "iso-8859-8-i": "iso-8859-8",
}


def read_mail(raw: bytes, own: OwnMail) -> IncomingMail:
    """Read a mail.

    Args:
        raw: As it travelled; of a mail that was too large the beginning, with `CUT_HEADER` above it.

    Raises:
        ValueError: It has far too many headers.
        RecursionError: It is nested far too deeply.
    """
    if len(_head(raw)) > MAX_HEADERS_BYTES:
        raise ValueError("The headers of this mail are too long to be those of one.")
    message = message_from_bytes(raw, policy=compat32)
    name, address = _sender(message)
    subject = one_line(_header(message, "Subject"))[:MAX_SUBJECT_LENGTH]
    nature = classify_nature(message, from_address=address, subject=subject, own=own)
    text = _CONTROLS.sub("", clean_text(_text_of(message)[:MAX_TEXT_LENGTH]))
    split = split_quoted(text)
    files = tuple(_files(message))
    cut = _header(message, CUT_HEADER).strip().isdigit()
    fits = len(split.written) <= MAX_MESSAGE_LENGTH
    return IncomingMail(
        message_id=message_id_of(message),
        from_address=address,
        from_name=name[:MAX_NAME_LENGTH],
        subject=subject,
        recipients=_recipients(message),
        references=_references(message),
        nature=nature,
        text=split.written if fits else split.written[: MAX_MESSAGE_LENGTH - 2].rstrip() + " …",
        quoted=split.quoted[:MAX_QUOTED_LENGTH],
        whole_text="" if fits else split.written,
        # the last file of a mail that was cut is cut too
        files=files[:-1] if cut else files,
        dropped=tuple(file.file_name for file in files[-1:]) if cut else (),
        bounced=find_bounced(message, own) if nature is MailNature.BOUNCE else None,
    )


def read_headers(raw: bytes) -> Message:
    """Read the headers of a mail alone, as far as they are of a sensible length."""
    return message_from_bytes(_head(raw)[:MAX_HEADERS_BYTES] + b"\n\n", policy=compat32)


def message_id_of(message: Message) -> str:
    """Return a mail's Message-ID without angle brackets; empty when it has none."""
    found = _IDS.search(_raw_header(message, "Message-ID"))
    return found[1] if found else ""


def sender_of(message: Message) -> str:
    """Return the address a mail says it is from, as accounts are known by; empty when there is none."""
    return _sender(message)[1]


def subject_of(message: Message) -> str:
    """Return a mail's subject on one line."""
    return one_line(_header(message, "Subject"))[:MAX_SUBJECT_LENGTH]


def _head(raw: bytes) -> bytes:
    end = _HEAD_END.search(raw)
    return raw[: end.start()] if end else raw


def _sender(message: Message) -> tuple[str, str]:
    # Addresses are taken apart before words are decoded: a name may decode to something that looks like an address.
    for name, address in _addresses([_raw_header(message, "From")]):
        try:
            return one_line(_decoded(name)), checked_email(address)
        except InvalidInput:
            continue
    return "", ""


def _recipients(message: Message) -> tuple[str, ...]:
    raw = [str(value)[:MAX_HEADER_LENGTH] for header in _RECIPIENTS for value in message.get_all(header, [])]
    return tuple(dict.fromkeys(address.lower() for _, address in _addresses(raw[:MAX_IDS]) if address))


def _addresses(headers: list[str]) -> list[tuple[str, str]]:
    """Take headers apart; none that is made to be a nuisance keeps the others from being read."""
    found: list[tuple[str, str]] = []
    for header in headers:
        try:
            found.extend(getaddresses([header]))
        except (RecursionError, ValueError, IndexError, TypeError):
            continue
    return found


def _references(message: Message) -> tuple[str, ...]:
    ids = [*_IDS.findall(_raw_header(message, "In-Reply-To")), *_IDS.findall(_raw_header(message, "References"))[::-1]]
    return tuple(dict.fromkeys(ids))[:MAX_IDS]


def _raw_header(message: Message, name: str) -> str:
    return str(message.get(name, ""))[:MAX_HEADER_LENGTH]


def _header(message: Message, name: str) -> str:
    return _decoded(_raw_header(message, name))


def _decoded(value: str) -> str:
    """Decode the encoded words of a header; what cannot be decoded stays readable."""
    try:
        pieces = decode_header(value[:MAX_HEADER_LENGTH])
    except (HeaderParseError, ValueError):
        return value
    return "".join(piece if isinstance(piece, str) else _decode(piece, charset) for piece, charset in pieces)


def _decode(content: bytes, charset: str | None) -> str:
    named = (charset or "utf-8").strip().strip("\"'").lower()
    for encoding in (_ENCODINGS.get(named, named), "utf-8"):
        try:
            return content.decode(encoding)
        except (UnicodeError, LookupError, ValueError):
            continue
    return content.decode("cp1252", "replace")


def _text_of(part: Message, depth: int = 0) -> str:
    """Return the text of a part and those below it; of several forms of one text the plain one."""
    kind = part.get_content_type()
    if _is_file(part) or depth > MAX_PARTS:
        return ""
    if part.is_multipart() and kind.startswith("multipart/"):
        children = [each for each in part.get_payload() if isinstance(each, Message)][:MAX_PARTS]
        if kind == "multipart/alternative":
            children.sort(key=lambda each: each.get_content_type() != "text/plain")
            return next((text for each in children if (text := _text_of(each, depth + 1)).strip()), "")
        return "\n\n".join(text for each in children if (text := _text_of(each, depth + 1)).strip())
    if kind == "text/html":
        return html_to_text(_words(part))
    # what calls itself a multipart without having parts is a text
    plain = kind in ("text/plain", "text/enriched") or kind.startswith("multipart/")
    return _unflowed(part, _words(part)) if plain else ""


def _words(part: Message) -> str:
    payload = part.get_payload(decode=True)
    charset = part.get_content_charset()
    return _decode(payload, charset).replace("\r\n", "\n") if isinstance(payload, bytes) else ""


def _unflowed(part: Message, text: str) -> str:
    """Join the lines of a text that was broken for travelling (RFC 3676)."""
    if str(part.get_param("format", "")).lower() != "flowed":
        return text
    ending = "" if str(part.get_param("delsp", "")).lower() == "yes" else " "
    joined: list[str] = []
    goes_on = False
    for line in text.split("\n"):
        words = line[1:] if line.startswith(" ") else line
        if goes_on and not words.startswith(">"):
            joined[-1] += words
        else:
            joined.append(words)
        goes_on = words.endswith(" ") and words != "-- " and not words.startswith(">")
        if goes_on:
            joined[-1] = joined[-1][:-1] + ending
    return "\n".join(joined)


def _is_file(part: Message) -> bool:
    if part.get_content_maintype() == "multipart":
        return False
    return part.get_content_disposition() == "attachment" or bool(_name_of(part)) or _is_mail(part)


def _is_mail(part: Message) -> bool:
    return part.get_content_type() == "message/rfc822"


def _files(message: Message) -> Iterator[Upload]:
    """Yield what came with a mail, but for signatures and the small pictures inside a text."""
    for number, part in enumerate(_leaves(message)):
        if number >= MAX_PARTS:
            return
        kind = part.get_content_type()
        worded = kind in ("text/plain", "text/html", "text/enriched") and not _is_file(part)
        if worded or kind in _IGNORED or kind.startswith("multipart/"):
            continue
        content = _content(part)
        is_logo = kind.startswith("image/") and "Content-ID" in part and part.get_content_disposition() != "attachment"
        if content and not (is_logo and len(content) < SMALLEST_INLINE_BYTES):
            yield Upload(file_name=_name_of(part) or _made_up_name(part), content=content)


def _leaves(message: Message) -> Iterator[Message]:
    """Yield the parts that hold something; a mail inside a mail is one of them, and is not opened."""
    waiting = [message]
    while waiting:
        part = waiting.pop()
        payload = part.get_payload()
        if isinstance(payload, list) and part.get_content_type().startswith("multipart/"):
            waiting.extend(reversed([each for each in payload[:MAX_PARTS] if isinstance(each, Message)]))
        else:
            yield part


def _content(part: Message) -> bytes:
    if _is_mail(part):
        payload = part.get_payload()
        inner = payload[0] if isinstance(payload, list) and payload else None
        return inner.as_bytes() if isinstance(inner, Message) else b""
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _name_of(part: Message) -> str:
    try:
        return one_line(_decoded(part.get_filename() or ""))
    except (UnicodeError, LookupError, ValueError):  # a name that says it is in an encoding which it is not
        return ""


def _made_up_name(part: Message) -> str:
    if _is_mail(part):
        return "mail.eml"
    return f"file.{part.get_content_subtype()}"
