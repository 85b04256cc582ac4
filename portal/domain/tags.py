"""Tags of requests: short words by which agents sort them."""

from __future__ import annotations

import unicodedata

MAX_TAGS = 12
MAX_TAG_LENGTH = 40


def parse_tags(text: str) -> tuple[str, ...]:
    """Read tags as somebody typed them, separated by commas or line ends.

    Case does not count, and neither does white space around or within. Characters that nobody sees are left out:
    two tags that look alike are one.

    Returns:
        At most 12, each of at most 40 characters, in the order typed, none twice.
    """
    parts = text.replace("\n", ",").split(",")
    cleaned = (_clean(part) for part in parts)
    return tuple(dict.fromkeys(tag for tag in cleaned if tag))[:MAX_TAGS]


def _clean(part: str) -> str:
    folded = unicodedata.normalize("NFC", part.encode("utf-8", "replace").decode("utf-8"))
    seen = "".join(letter if letter.isprintable() else " " for letter in folded)
    return " ".join(seen.split()).lower().lstrip("#")[:MAX_TAG_LENGTH].strip()
