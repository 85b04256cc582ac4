"""Files that come with messages: what may come, and under which names they are shown."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

#: Longest name of a file that is kept, in characters.
MAX_FILE_NAME_LENGTH = 120

#: Media types that can be allowed, each with the endings its files have; the first is given to a file without one.
#: Nothing is here that a browser runs: SVG and HTML never are.
ENDINGS = {
    "image/png": ("png",),
    "image/jpeg": ("jpg", "jpeg", "jpe", "jfif"),
    "image/gif": ("gif",),
    "image/webp": ("webp",),
    "image/heic": ("heic", "heif"),
    "application/pdf": ("pdf",),
    "text/plain": ("txt", "log", "csv", "md", "ics", "json", "yaml", "yml", "ini", "conf", "eml"),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ("docx",),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ("xlsx",),
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ("pptx",),
    "application/vnd.oasis.opendocument.text": ("odt",),
    "application/vnd.oasis.opendocument.spreadsheet": ("ods",),
    "video/mp4": ("mp4", "m4v"),
    "video/quicktime": ("mov", "qt"),
    "application/zip": ("zip",),
}
#: Types that may be shown in a page; everything else is only ever downloaded.
PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})

#: What no file system and no header takes, and marks that turn the reading direction, by which an ending can be hidden.
_NOT_IN_NAMES = re.compile(r'[\x00-\x1f\x7f-\x9f\u2028\u2029\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff<>:"/\\|?*]+')


class FileProblem(StrEnum):
    """Why a file was refused."""

    TOO_LARGE = "too_large"
    TOO_MANY = "too_many"
    KIND = "kind"
    DISGUISED = "disguised"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file as it was sent: nothing about it is believed.

    Attributes:
        content: Of a file that is too large, at least one byte more than is allowed; the rest may be missing.
    """

    file_name: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that was checked and lies in the instance folder.

    Attributes:
        stored_name: Random; its name on disk and in addresses.
        file_name: What its sender called it, made safe.
        media_type: As its content says, whatever its sender said.
    """

    stored_name: str
    file_name: str
    media_type: str
    size_bytes: int

    @property
    def is_picture(self) -> bool:
        """Whether a page may show it."""
        return self.media_type in PICTURES


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentLimits:
    """What may come with one message.

    Attributes:
        max_bytes: Largest file.
        max_count: Most files of one message.
        types: Media types that are taken.
    """

    max_bytes: int
    max_count: int
    types: frozenset[str]

    @property
    def endings(self) -> tuple[str, ...]:
        """Every ending that a file which is taken may have."""
        return tuple(ending for kind, all_of in ENDINGS.items() if kind in self.types for ending in all_of)

    @property
    def usual_endings(self) -> tuple[str, ...]:
        """One ending for each type that is taken, for people to read."""
        return tuple(all_of[0] for kind, all_of in ENDINGS.items() if kind in self.types)


def choose_file_problem(
    file_name: str, *, size_bytes: int, media_type: str, limits: AttachmentLimits
) -> FileProblem | None:
    """Say why a file is refused; None takes it.

    Args:
        media_type: What the content is; empty when it is nothing we know.
    """
    if size_bytes > limits.max_bytes:
        return FileProblem.TOO_LARGE
    if not size_bytes:
        return FileProblem.EMPTY
    if media_type in limits.types:
        return None
    promised = {ending for kind in limits.types for ending in ENDINGS.get(kind, ())}
    return FileProblem.DISGUISED if _ending(file_name) in promised else FileProblem.KIND


def safe_file_name(file_name: str, media_type: str) -> str:
    """Return a name that is harmless on every system and ends as its content does.

    A path is cut down to its last part, and ``setup.exe`` that holds a PNG picture becomes ``setup.exe.png``, so that
    nobody's computer runs it.
    """
    last = file_name.replace("\\", "/").rsplit("/", maxsplit=1)[-1]
    cleaned = " ".join(_NOT_IN_NAMES.sub(" ", last).split()).strip(". ")
    name = cleaned.encode("utf-8", "ignore").decode("utf-8") or "file"
    endings = ENDINGS.get(media_type, ("bin",))
    if _ending(name) in endings:
        stem, _, ending = name.rpartition(".")
    else:
        stem, ending = name, endings[0]
    return f"{stem[: MAX_FILE_NAME_LENGTH - len(ending) - 1].rstrip('. ') or 'file'}.{ending}"


def _ending(file_name: str) -> str:
    stem, dot, ending = file_name.strip().rpartition(".")
    return ending.lower() if dot and stem else ""
