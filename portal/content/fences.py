"""Which lines of a Markdown text are code and must be left as they are."""

from __future__ import annotations

import re
from collections.abc import Iterator

_FENCE = re.compile(r"^(?P<indent>[ \t>]*)(?P<fence>`{3,}|~{3,})(?P<info>[^\n]*)$")
_INLINE_CODE = re.compile(r"(?<!`)(`+)(?!`)(?:[^\n]|\n(?![ \t]*\n))*?(?<!`)\1(?!`)")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


def mark_fences(lines: list[str]) -> Iterator[tuple[str, bool]]:
    """Yield every line with whether it belongs to a fenced code block, the fences included."""
    fence = ""
    for line in lines:
        match = _FENCE.match(line)
        if fence:
            yield line, True
            closes = match and match["fence"].startswith(fence) and not match["info"].strip()
            fence = "" if closes else fence
        elif match and "`" not in match["info"]:
            fence = match["fence"]
            yield line, True
        else:
            yield line, False


def blank_code(text: str) -> str:
    """Replace fenced code, code spans and comments by spaces, so that places in the text stay where they are."""
    kept = [" " * len(line) if is_code else line for line, is_code in mark_fences(text.split("\n"))]
    without_code = _INLINE_CODE.sub(_blank, "\n".join(kept))
    return _COMMENT.sub(_blank, without_code)


def _blank(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", match[0])
