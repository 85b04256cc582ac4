"""The sentences of a passage, as the model is asked about them one by one."""

from __future__ import annotations

import re

from search_index.lines import read_lines

_ENDS = re.compile(r"(?<=[.!?…])\s+(?=\S)|(?<=[。！？｡])(?=\S)")
#: Shorter ones, in characters, say nothing by themselves.
_LEAST_CHARACTERS = 3


def sentences_of(text: str) -> list[str]:
    """List the sentences of a passage in order, without the marks of its lines; none of a blank one."""
    parts = (part.strip() for line in read_lines(text) for part in _ENDS.split(line.text))
    return [part for part in parts if len(part) >= _LEAST_CHARACTERS and any(map(str.isalnum, part))]
