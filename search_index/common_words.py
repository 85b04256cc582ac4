"""Common English words: whoever types one has not mistyped another, though no article holds it."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from search_index.text import Analyzer


@cache
def _words() -> tuple[str, ...]:
    return tuple((files("search_index") / "data" / "common_en.txt").read_text(encoding="utf-8").split())


def common_terms(analyzer: Analyzer) -> frozenset[str]:
    """Give the terms of the words, and so of their inflections."""
    return frozenset(analyzer.term(word) for word in _words())
