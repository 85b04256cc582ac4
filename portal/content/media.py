"""Pictures of the articles folder: what they are by their content, how large they look, and which are refused."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from xml.etree import ElementTree

from portal.domain.errors import ContentError

#: Suffixes of files that are taken for pictures; other files beside the articles are passed over.
MEDIA_SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg"})
#: Media types the portal serves, with the suffixes their files may have.
SUFFIXES = {
    "image/png": frozenset({".png"}),
    "image/jpeg": frozenset({".jpg", ".jpeg"}),
    "image/gif": frozenset({".gif"}),
    "image/webp": frozenset({".webp"}),
    "image/svg+xml": frozenset({".svg"}),
}
_SVG_NAMESPACE = "http://www.w3.org/2000/svg"
#: Elements of a drawing that run code, embed pages or fetch.
_SVG_REFUSED = frozenset(
    {"script", "foreignobject", "iframe", "object", "embed", "handler", "listener", "audio", "video"}
)
_SVG_OUTSIDE = re.compile(r"url\(\s*['\"]?\s*(?!['\"]?\s*#)|@import|expression\(|javascript:|\\", re.IGNORECASE)
_JPEG_MARK = 0xFF
#: Frame markers of JPEG that hold the size; C4, C8 and CC are other things.
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
#: Largest side that is believed, in pixels.
_MAX_SIDE = 30_000


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaFacts:
    """What a picture's bytes say of it; the size is in CSS pixels and None where they do not say."""

    media_type: str
    width: int | None = None
    height: int | None = None


def inspect_media(data: bytes, *, path: str) -> MediaFacts:
    """Say what kind of picture a file is by its content.

    Args:
        data: The whole file.
        path: Relative to the articles folder, for messages; its suffix must fit the content.

    Raises:
        ContentError: If it is no PNG, JPEG, GIF, WebP or SVG, has another kind's suffix, or is a drawing that holds
            scripts, event handlers, embedded pages or references to other files.
    """
    facts = _inspect(data, path)
    suffix = path[path.rfind(".") :].lower()
    if suffix not in SUFFIXES[facts.media_type]:
        fitting = " or ".join(sorted(SUFFIXES[facts.media_type]))
        raise ContentError(f"The file is {facts.media_type} inside. Rename it to end in {fitting}.", path=path)
    return facts


def media_type_of(path: str) -> str:
    """Return the media type of a picture that was inspected, by its suffix; an unknown suffix is plain bytes."""
    suffix = path[path.rfind(".") :].lower()
    return next((kind for kind, suffixes in SUFFIXES.items() if suffix in suffixes), "application/octet-stream")


def _inspect(data: bytes, path: str) -> MediaFacts:
    try:
        if data.startswith(b"\x89PNG\r\n\x1a\n"):
            return _facts("image/png", *struct.unpack(">II", data[16:24]))
        if data.startswith((b"GIF87a", b"GIF89a")):
            return _facts("image/gif", *struct.unpack("<HH", data[6:10]))
        if data.startswith(b"\xff\xd8\xff"):
            return _facts("image/jpeg", *_jpeg_size(data))
        if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
            return _facts("image/webp", *_webp_size(data))
    except (struct.error, IndexError) as error:
        raise ContentError("The picture is cut off. Save it again.", path=path) from error
    return _inspect_svg(data, path)


def _facts(media_type: str, width: int, height: int) -> MediaFacts:
    known = 0 < width <= _MAX_SIDE and 0 < height <= _MAX_SIDE
    return MediaFacts(media_type=media_type, width=width if known else None, height=height if known else None)


def _jpeg_size(data: bytes) -> tuple[int, int]:
    place = 2
    while place < len(data):
        if data[place] != _JPEG_MARK:
            return 0, 0
        marker = data[place + 1]
        if marker == _JPEG_MARK:
            place += 1
            continue
        if marker in _JPEG_FRAMES:
            height, width = struct.unpack(">HH", data[place + 5 : place + 9])
            return width, height
        place += 2 + struct.unpack(">H", data[place + 2 : place + 4])[0]
    return 0, 0


def _webp_size(data: bytes) -> tuple[int, int]:
    match data[12:16]:
        case b"VP8X":
            return 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
        case b"VP8L":
            bits = int.from_bytes(data[21:25], "little")
            return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
        case _:
            width, height = struct.unpack("<HH", data[26:30])
            return width & 0x3FFF, height & 0x3FFF


def _inspect_svg(data: bytes, path: str) -> MediaFacts:
    text = data.decode("utf-8", "replace")
    if "<!ENTITY" in text or "<!DOCTYPE" in text or "<?xml-stylesheet" in text:
        raise ContentError(
            "The drawing has a document type or a style sheet of its own. Save it as plain SVG.", path=path
        )
    try:
        root = ElementTree.fromstring(data)  # noqa: S314 - entities are refused above
    except (ElementTree.ParseError, ValueError, RecursionError) as error:
        message = "The file is no PNG, JPEG, GIF, WebP or SVG picture that can be read. Save it again, or remove it."
        raise ContentError(message, path=path) from error
    if root.tag != f"{{{_SVG_NAMESPACE}}}svg":
        raise ContentError(f"The file holds <{_local(root.tag)}>, not an SVG drawing.", path=path)
    for element in root.iter():
        _refuse_active(element, path)
    return _facts("image/svg+xml", *_svg_size(root))


def _refuse_active(element: ElementTree.Element, path: str) -> None:
    """Refuse what could run, fetch or embed; a drawing needs none of it."""
    name = _local(element.tag).lower() if isinstance(element.tag, str) else ""
    reason = f"<{name}>" if name in _SVG_REFUSED else ""
    if name == "style" and _SVG_OUTSIDE.search(element.text or ""):
        reason = "a style that refers to another file"
    for attribute, value in element.attrib.items():
        key = _local(attribute).lower()
        if key.startswith("on"):
            reason = f"the event handler {key}"
        elif key in ("href", "src") and not value.strip().startswith("#"):
            reason = f"a reference to “{value[:60]}”"
        elif key in ("from", "to", "values", "by") and "script:" in value.lower():
            reason = f"a script in “{key}”"
        elif _SVG_OUTSIDE.search(value) and key not in ("d", "aria-label"):
            reason = f"a reference to another file in “{key}”"
    if reason:
        raise ContentError(f"The drawing holds {reason}, which is not allowed. Remove it and save again.", path=path)


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _svg_size(root: ElementTree.Element) -> tuple[int, int]:
    """The size the drawing asks for, or else the shape of its view box."""
    sides = [re.fullmatch(r"\s*(\d+(?:\.\d+)?)(?:px)?\s*", root.get(side, "")) for side in ("width", "height")]
    if sides[0] and sides[1]:
        return round(float(sides[0][1])), round(float(sides[1][1]))
    box = re.findall(r"-?\d+(?:\.\d+)?", root.get("viewBox", ""))
    return (round(float(box[2])), round(float(box[3]))) if len(box) == len("xywh") else (0, 0)
