"""The YAML between two lines of hyphens at the top of an article's file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from portal.content.yaml_reader import read_yaml
from portal.domain.errors import ContentError

_OPENING = re.compile(r"---[ \t]*(?:\n|\Z)")
_CLOSING = re.compile(r"^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.MULTILINE)
_LOOKS_LIKE_A_KEY = re.compile(r"[\w-]+[ \t]*:(?:\s|\Z)")


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontMatter:
    """A file taken apart.

    Attributes:
        values: The keys of the front matter; empty when there is none.
        key_lines: 1-based line of each key in the file.
        body: The Markdown below.
        body_line: 1-based line of the file on which the body begins.
    """

    values: Mapping[str, object]
    key_lines: Mapping[str, int]
    body: str
    body_line: int


def split_front_matter(text: str, *, path: str) -> FrontMatter:
    """Take an article's file apart into front matter and body.

    A byte order mark and line ends of any system are understood. A file that does not begin with ``---`` has no
    front matter; neither has one whose first ``---`` is never closed and is followed by prose.

    Args:
        text: The whole file.
        path: Relative to the articles folder, for messages.

    Raises:
        ContentError: If the front matter is not YAML, is not a mapping of keys to values, or is never closed.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    opening = _OPENING.match(text)
    if opening is None:
        return FrontMatter(values={}, key_lines={}, body=text, body_line=1)
    closing = _CLOSING.search(text, opening.end())
    if closing is None:
        return _unclosed(text, text[opening.end() :], path)
    document = read_yaml(text[opening.end() : closing.start()], path=path, first_line=2)
    return FrontMatter(
        values=_as_mapping(document.value, path),
        key_lines=document.key_lines,
        body=text[closing.end() :],
        body_line=text.count("\n", 0, closing.end()) + 1,
    )


def _as_mapping(value: object, path: str) -> Mapping[str, object]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        kind = "a list" if isinstance(value, list) else "plain text"
        raise ContentError(
            f"The front matter is {kind}, but must be keys with values, such as “title: Track your parcel”.",
            path=path,
            line=2,
        )
    return {str(key): item for key, item in value.items()}


def _unclosed(text: str, rest: str, path: str) -> FrontMatter:
    if _LOOKS_LIKE_A_KEY.match(rest.lstrip()):
        raise ContentError("The front matter is not closed. Put a line “---” below its last key.", path=path, line=1)
    body = rest if not rest.strip() else text
    return FrontMatter(values={}, key_lines={}, body=body, body_line=1)
