"""What a file is by its content, whatever its name says.

Only types that may be allowed are known, each by the marks that its standard prescribes at its beginning; general
libraries for this know hundreds of types, and guess. Everything else is nothing.
"""

from __future__ import annotations

import io
import re
import zipfile

from portal.domain.attachments import ENDINGS
from portal.domain.errors import InvalidInput, SetupError

_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
)
_HEIC_BRANDS = (b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"heim", b"heis")
_MP4_BRANDS = (b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"dash", b"MSNV")
_OPEN_DOCUMENTS = (
    b"application/vnd.oasis.opendocument.text",
    b"application/vnd.oasis.opendocument.spreadsheet",
)
_OFFICE = "application/vnd.openxmlformats-officedocument."
_OFFICE_PARTS = (
    ("word/document.xml", f"{_OFFICE}wordprocessingml.document"),
    ("xl/workbook.xml", f"{_OFFICE}spreadsheetml.sheet"),
    ("ppt/presentation.xml", f"{_OFFICE}presentationml.presentation"),
)
#: Archives with more entries than this are not looked into.
_MOST_ENTRIES = 20_000
#: A text that begins like this is something that a browser or a shell may run.
_ACTIVE_TEXT = re.compile(r"\s*(?:<[!?a-zA-Z/]|#!|%!PS|\{\\rtf)")
_ACTIVE_TAG = re.compile(r"<(?:script|svg|html|iframe|object|embed|body|meta|!doctype)\b", re.IGNORECASE)
#: Characters of a text that are looked through for tags.
_LOOKED_THROUGH = 200_000


def detect_media_type(content: bytes) -> str:
    """Return what a file is; empty for what is not known or may be run."""
    for mark, kind in _SIGNATURES:
        if content.startswith(mark):
            return kind
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return "image/webp"
    if content[4:8] == b"ftyp":
        return _of_brand(content[8:12])
    if content.startswith(b"PK\x03\x04"):
        return _of_archive(content)
    return "text/plain" if _is_harmless_text(content) else ""


def decode_text(content: bytes) -> str:
    """Return the text of a file in one of the usual encodings.

    Raises:
        InvalidInput: It is no text.
    """
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"", "utf-8-sig"), (b"", "cp1252")):
        if content.startswith(mark):
            try:
                return content.decode(encoding)
            except UnicodeDecodeError:
                continue
    raise InvalidInput("This file is no text.", field="files")


def parse_endings(setting: str) -> frozenset[str]:
    """Read which types of files are taken.

    Args:
        setting: Endings with blanks between them, such as ``png pdf``.

    Raises:
        SetupError: One of them is not known; names those that are.
    """
    named = set(setting.lower().replace(",", " ").replace(".", " ").split())
    unknown = named - {ending for all_of in ENDINGS.values() for ending in all_of}
    if unknown:
        known = " ".join(all_of[0] for all_of in ENDINGS.values())
        raise SetupError(f"PORTAL_ATTACHMENT_TYPES names {' '.join(sorted(unknown))}. Possible are: {known}.")
    return frozenset(kind for kind, all_of in ENDINGS.items() if named & set(all_of))


def _of_brand(brand: bytes) -> str:
    if brand in _HEIC_BRANDS:
        return "image/heic"
    if brand in _MP4_BRANDS:
        return "video/mp4"
    return "video/quicktime" if brand == b"qt  " else ""


def _of_archive(content: bytes) -> str:
    """Say what an archive is; nothing of it is unpacked but a line that names the type of an open document."""
    for kind in _OPEN_DOCUMENTS:
        if content[30:38] == b"mimetype" and content[38 : 38 + len(kind) + 2] == kind + b"PK":
            return kind.decode("ascii")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = {entry.filename for entry in archive.infolist()[:_MOST_ENTRIES]}
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return ""
    if any(name.endswith("vbaProject.bin") for name in names):
        return ""
    return next((kind for part, kind in _OFFICE_PARTS if part in names), "application/zip")


def _is_harmless_text(content: bytes) -> bool:
    try:
        text = decode_text(content)
    except InvalidInput:
        return False
    controls = sum(character < " " and character not in "\t\n\r\f\x1b" for character in text[:_LOOKED_THROUGH])
    if controls or _ACTIVE_TEXT.match(text):
        return False
    return not _ACTIVE_TAG.search(text[:_LOOKED_THROUGH])
