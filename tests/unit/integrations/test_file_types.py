from __future__ import annotations

import pytest

from portal.domain.errors import InvalidInput, SetupError
from portal.integrations.file_types import decode_text, detect_media_type, parse_endings
from tests.file_samples import EXE, PDF, PNG, SVG, archive

OFFICE = "application/vnd.openxmlformats-officedocument."
OPEN_TEXT = "application/vnd.oasis.opendocument.text"

KNOWN = {
    "png": (PNG, "image/png"),
    "jpeg": (b"\xff\xd8\xff\xe0\x00\x10JFIF", "image/jpeg"),
    "gif": (b"GIF89a\x01\x00", "image/gif"),
    "webp": (b"RIFF\x1a\x00\x00\x00WEBPVP8L", "image/webp"),
    "heic": (b"\x00\x00\x00\x18ftypheic\x00\x00", "image/heic"),
    "pdf": (PDF, "application/pdf"),
    "mp4": (b"\x00\x00\x00\x18ftypmp42\x00\x00", "video/mp4"),
    "mov": (b"\x00\x00\x00\x14ftypqt  \x00\x00", "video/quicktime"),
    "docx": (archive("[Content_Types].xml", "word/document.xml"), f"{OFFICE}wordprocessingml.document"),
    "xlsx": (archive("[Content_Types].xml", "xl/workbook.xml"), f"{OFFICE}spreadsheetml.sheet"),
    "odt": (archive("content.xml", first=OPEN_TEXT.encode()), OPEN_TEXT),
    "zip": (archive("notes.txt"), "application/zip"),
    "text": ("Straße, 3 < 4\n".encode(), "text/plain"),
    "latin text": ("Straße\n".encode("cp1252"), "text/plain"),
    "windows text": ("Straße\n".encode("utf-16"), "text/plain"),
}
NOT_TAKEN = {
    "windows program": EXE,
    "linux program": b"\x7fELF\x02\x01\x01" + bytes(40),
    "svg": SVG,
    "svg after an xml line": b'<?xml version="1.0"?>\n' + SVG,
    "svg after blanks": b"\n\n  " + SVG,
    "html": b"<!DOCTYPE html><html><body>hello</body></html>",
    "html after words": b"hello there\n<script>alert(1)</script>",
    "shell script": b"#!/bin/sh\nrm -rf /\n",
    "postscript": b"%!PS-Adobe-3.0\n",
    "macros": archive("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"),
    "cut archive": archive("a.txt")[:40],
    "avi": b"RIFF\x1a\x00\x00\x00AVI LIST",
    "nothing": b"\x00\x01\x02\x03",
}


@pytest.mark.parametrize(("content", "media_type"), KNOWN.values(), ids=KNOWN)
def test_a_file_is_known_by_its_content(content: bytes, media_type: str) -> None:
    assert detect_media_type(content) == media_type


@pytest.mark.parametrize("content", NOT_TAKEN.values(), ids=NOT_TAKEN)
def test_what_may_be_run_or_is_unknown_is_nothing(content: bytes) -> None:
    assert detect_media_type(content) == ""


def test_a_text_in_any_usual_encoding_can_be_read() -> None:
    assert [decode_text("Straße".encode(name)) for name in ("utf-8-sig", "utf-16", "cp1252")] == ["Straße"] * 3
    with pytest.raises(InvalidInput):
        decode_text(b"\x81\x8d")


def test_the_setting_names_types_by_their_endings() -> None:
    assert parse_endings(".PNG, jpeg") == {"image/png", "image/jpeg"}
    assert parse_endings("") == frozenset()
    with pytest.raises(SetupError, match="PORTAL_ATTACHMENT_TYPES names exe svg"):
        parse_endings("png svg exe")
