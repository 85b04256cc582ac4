"""Suggestions while a query is typed: titles and headings that hold words beginning as typed."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from search_index.catalogue import ArticleEntry
from search_index.records import Suggestion
from search_index.text import fold, normalise, words_of

#: Most words of a prefix that are looked at; nobody needs more to find a title.
_MAX_WORDS = 8
#: Most suggestions looked at for each one shown, to leave out equal texts.
_SPARE = 4


@dataclass(frozen=True, slots=True)
class _Entry:
    text: str
    anchor: str


class Suggester:
    """Finds titles and headings by the beginnings of their words. Immutable, so safe for threads.

    Args:
        articles: In any order; their number is their position.
    """

    def __init__(self, articles: Sequence[ArticleEntry]) -> None:
        self._articles = articles
        self._entries: list[_Entry] = []
        owners: list[int] = []
        firsts: list[str] = []
        pairs: list[tuple[str, int]] = []
        for number, article in enumerate(articles):
            for anchor, text in (("", article.title), *article.headings):
                words = _words(text)
                pairs.extend((word, len(owners)) for word in set(words))
                self._entries.append(_Entry(text, anchor))
                owners.append(number)
                firsts.append(words[0] if words else "")
        pairs.sort()
        self._words = [word for word, _ in pairs]
        self._postings = np.array([entry for _, entry in pairs], dtype=np.int64)
        self._owners = np.array(owners, dtype=np.int64)
        self._firsts = firsts
        self._prior = self._priors()

    def suggest(self, prefix: str, allowed: NDArray[np.bool_], limit: int) -> tuple[Suggestion, ...]:
        """Complete what was typed.

        Args:
            prefix: Every word of it must begin some word of the suggestion.
            allowed: bool of shape (articles,): articles that may be named.
            limit: Most suggestions.

        Returns:
            Titles before headings, those that begin as typed first; none for a blank prefix.
        """
        typed = _words(normalise(prefix))[:_MAX_WORDS]
        if not typed or not self._entries or limit < 1:
            return ()
        holds = allowed[self._owners]
        for word in typed:
            holds &= self._with_prefix(word)
        found = np.flatnonzero(holds)
        scores = self._prior[found] + self._begins(found, typed[0])
        order = found[np.argsort(-scores, kind="stable")]
        return self._distinct(order[: limit * _SPARE], limit)

    def _with_prefix(self, word: str) -> NDArray[np.bool_]:
        first, last = bisect_left(self._words, word), bisect_left(self._words, word + "\U0010ffff")
        holds = np.zeros(len(self._entries), dtype=np.bool_)
        holds[self._postings[first:last]] = True
        return holds

    def _priors(self) -> NDArray[np.float64]:
        """Titles before headings, short before long."""
        titles = np.array([not entry.anchor for entry in self._entries], dtype=np.float64)
        lengths = np.array([len(entry.text) for entry in self._entries], dtype=np.float64)
        return titles - lengths / 1000.0

    def _begins(self, found: NDArray[np.intp], word: str) -> NDArray[np.float64]:
        return np.array([0.5 if self._firsts[entry].startswith(word) else 0.0 for entry in found], dtype=np.float64)

    def _distinct(self, order: NDArray[np.intp], limit: int) -> tuple[Suggestion, ...]:
        chosen: dict[str, Suggestion] = {}
        for number in order:
            entry = self._entries[number]
            article = self._articles[self._owners[number]]
            suggestion = Suggestion(text=entry.text, article_id=article.id, section_anchor=entry.anchor)
            chosen.setdefault(entry.text.casefold(), suggestion)
        return tuple(chosen.values())[:limit]


def _words(text: str) -> list[str]:
    return [fold(part) for word in words_of(text) for part in (word.parts or (word.text,))]
