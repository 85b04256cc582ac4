"""Words turned into parts of addresses, and back."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

#: Longest slug or anchor made from words; longer ones are cut between words.
MAX_LENGTH = 80


def slugify(text: str) -> str:
    """Turn words into the part of an address: lower case, words joined by hyphens, any script kept.

    Args:
        text: Any text, such as a heading.

    Returns:
        At most 80 characters; empty when the text holds no letter and no digit.
    """
    plain = unicodedata.normalize("NFKC", text).lower()
    plain = re.sub(r"['’ʼ`]", "", plain)
    slug = re.sub(r"[\W_]+", "-", plain).strip("-")
    if len(slug) <= MAX_LENGTH:
        return slug
    return slug[: MAX_LENGTH + 1].rpartition("-")[0] or slug[:MAX_LENGTH]


def title_from_slug(slug: str) -> str:
    """Turn ``reset-your_password`` into ``Reset your password``; empty stays empty."""
    words = re.sub(r"[-_\s]+", " ", slug).strip()
    return words[:1].upper() + words[1:]


def first_free(wanted: str, is_taken: Callable[[str], bool]) -> str:
    """Return `wanted`, or else `wanted` with the lowest number from 2 that nothing else has."""
    if not is_taken(wanted):
        return wanted
    number = 2
    while is_taken(f"{wanted}-{number}"):
        number += 1
    return f"{wanted}-{number}"
