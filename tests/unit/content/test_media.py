"""Pictures known by their content."""

from __future__ import annotations

import struct

import pytest

from portal.content.media import inspect_media
from portal.domain.errors import ContentError
from tests.content_samples import SVG, png

JPEG = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x0b\x08\x00\x07\x00\x09\x01\x01\x11\x00"
GIF = b"GIF89a" + struct.pack("<HH", 5, 6) + b"\0" * 8
WEBP = b"RIFF\0\0\0\0WEBPVP8X" + b"\x0a\0\0\0" + b"\0\0\0\0" + (8).to_bytes(3, "little") + (9).to_bytes(3, "little")


@pytest.mark.parametrize(
    ("name", "data", "media_type", "size"),
    [
        ("a.png", png(3, 2), "image/png", (3, 2)),
        ("a.JPG", JPEG, "image/jpeg", (9, 7)),
        ("a.gif", GIF, "image/gif", (5, 6)),
        ("a.webp", WEBP, "image/webp", (9, 10)),
        ("a.svg", SVG, "image/svg+xml", (40, 20)),
        ("a.svg", b'<svg xmlns="http://www.w3.org/2000/svg" width="10px" height="12.4"/>', "image/svg+xml", (10, 12)),
        ("a.svg", b'<svg xmlns="http://www.w3.org/2000/svg" width="100%"/>', "image/svg+xml", (None, None)),
    ],
)
def test_kinds_and_sizes(name: str, data: bytes, media_type: str, size: tuple[int | None, int | None]) -> None:
    facts = inspect_media(data, path=name)
    assert (facts.media_type, (facts.width, facts.height)) == (media_type, size)


def test_a_name_that_lies() -> None:
    with pytest.raises(ContentError, match=r"Rename it to end in \.png"):
        inspect_media(png(), path="a.svg")


@pytest.mark.parametrize("data", [b"", b"hello", b"<html/>", b"\x89PNG\r\n\x1a\n\0", b"<svg/>", b"\xff\xd8\xff\xc0"])
def test_what_is_no_picture(data: bytes) -> None:
    with pytest.raises(ContentError):
        inspect_media(data, path="a.svg")


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        "<foreignObject><p/></foreignObject>",
        '<path onload="x()" d=""/>',
        '<a href="https://a.example"><path d=""/></a>',
        '<image href="data:image/png;base64,x"/>',
        '<use xmlns:x="http://www.w3.org/1999/xlink" x:href="other.svg#a"/>',
        "<style>@import 'x.css';</style>",
        "<style>path { fill: url(https://a.example/x) }</style>",
        '<path style="fill: url(//a.example)" d=""/>',
        '<set attributeName="href" to="javascript:alert(1)"/>',
    ],
)
def test_drawings_that_are_refused(inside: str) -> None:
    with pytest.raises(ContentError, match="not allowed"):
        inspect_media(f'<svg xmlns="http://www.w3.org/2000/svg">{inside}</svg>'.encode(), path="a.svg")


def test_drawings_with_entities_are_refused() -> None:
    bomb = b'<!DOCTYPE svg [<!ENTITY a "aaaa">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>'
    with pytest.raises(ContentError, match="plain SVG"):
        inspect_media(bomb, path="a.svg")


@pytest.mark.parametrize(
    "inside",
    [
        "<style>path { fill: url(#g) }</style>",
        '<use href="#a"/>',
        '<path fill="url(#g)" d="M0 0"/>',
        "<title>Only on</title>",
    ],
)
def test_drawings_may_refer_to_themselves(inside: str) -> None:
    data = f'<svg xmlns="http://www.w3.org/2000/svg">{inside}</svg>'.encode()
    assert inspect_media(data, path="a.svg").media_type == "image/svg+xml"
