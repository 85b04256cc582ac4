"""Requests that must not wait: what people write when money, safety or a deadline is at stake."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from portal.domain.errors import SetupError

#: Words that may stand between two words of a pattern.
WORDS_BETWEEN = 5
#: Characters of a text that are looked at, from its beginning.
MAX_LOOKED_AT = 20_000

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*\*?")


@dataclass(frozen=True, slots=True, kw_only=True)
class UrgentPatterns:
    """What must not wait; `expression` is None where nothing is set."""

    expression: re.Pattern[str] | None

    def fit(self, texts: Iterable[str]) -> bool:
        """Whether one of these texts must not wait."""
        if self.expression is None:
            return False
        return any(self.expression.search(text[:MAX_LOOKED_AT].casefold()) for text in texts)


def parse_urgent_patterns(text: str) -> UrgentPatterns:
    """Read the setting: patterns separated by commas, such as ``stolen, cancel* today``.

    A pattern fits where its words stand as whole words in this order, a few others between them perhaps; a word that
    ends in ``*`` stands for all that begin so. Upper and lower case are the same.

    Raises:
        SetupError: A pattern cannot be used; the message names it.
    """
    patterns = [part.strip() for part in text.split(",") if part.strip()]
    if not patterns:
        return UrgentPatterns(expression=None)
    return UrgentPatterns(expression=re.compile("|".join(_expression(pattern) for pattern in patterns)))


def _expression(pattern: str) -> str:
    words = pattern.casefold().split()
    bad = next((word for word in words if not _WORD.fullmatch(word)), None)
    if bad is not None:
        raise SetupError(
            f"PORTAL_URGENT_PATTERNS: {pattern!r} holds {bad!r}, which is no word. Write words, separated by blanks, "
            "and * at the end of one for any ending. An example that works: stolen, cancel* today"
        )
    between = rf"\W+(?:\w+\W+){{0,{WORDS_BETWEEN}}}?"
    return rf"(?<!\w){between.join(map(_one_word, words))}(?!\w)"


def _one_word(word: str) -> str:
    return re.escape(word.removesuffix("*")) + (r"\w*" if word.endswith("*") else "")
