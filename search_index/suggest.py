"""Suggestions while a query is typed: titles and headings that hold words beginning as typed."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from search_index.catalogue import ArticleEntry
from search_index.keyword.spelling import Vocabulary, allowed_edits
from search_index.records import Suggestion
from search_index.text import fold, normalise, words_of

#: Most words of a prefix that are looked at; nobody needs more to find a title.
_MAX_WORDS = 8
#: Most suggestions looked at for each one shown, to leave out equal texts.
_SPARE = 4
#: What it counts that a suggestion begins as typed; a title counts 1.0 more than a heading.
_BEGINNING = 0.5
#: Shortest mistyped word, in letters, that is taken for another with one edit, and with two.
_TYPO_LENGTHS = (5, 9)

_ASCII_WORDS = re.compile(r"[a-z0-9]+")


class Suggester:
    """Finds titles and headings by the beginnings of their words. Safe for threads.

    Args:
        articles: In any order; their number is their position.
        favour: What each counts more than others, in the unit of a title's advantage over a heading; nothing when None.
    """

    def __init__(self, articles: Sequence[ArticleEntry], favour: Sequence[float] | None = None) -> None:
        self._articles = articles
        labels = [
            (number, anchor, text)
            for number, article in enumerate(articles)
            for anchor, text in (("", article.title), *article.headings)
        ]
        self._owners = np.array([number for number, _, _ in labels], dtype=np.int32)
        self._anchors = [anchor for _, anchor, _ in labels]
        self._texts = [text for _, _, text in labels]
        firsts: list[str] = []
        entries: dict[str, list[int]] = {}
        for entry, text in enumerate(self._texts):
            words = _words(text)
            firsts.append(words[0] if words else "")
            for word in set(words):
                entries.setdefault(word, []).append(entry)
        self._words = sorted(entries)
        numbers = {word: number for number, word in enumerate(self._words)}
        self._firsts = np.array([numbers.get(word, -1) for word in firsts], dtype=np.int32)
        self._postings = np.fromiter(chain.from_iterable(entries[word] for word in self._words), dtype=np.int32)
        self._starts = np.cumsum([0, *(len(entries[word]) for word in self._words)])
        self._prior = self._priors()
        if favour is not None:
            self._prior += np.array(favour, dtype=np.float64)[self._owners]
        self._vocabulary: Callable[[], Vocabulary] = lru_cache(maxsize=1)(lambda: Vocabulary(self._words))

    def suggest(self, prefix: str, allowed: NDArray[np.bool_], limit: int) -> tuple[Suggestion, ...]:
        """Complete what was typed.

        Args:
            prefix: Every word of it must begin some word of the suggestion; mistyped words are forgiven where
                nothing is found otherwise.
            allowed: bool of shape (articles,): articles that may be named.
            limit: Most suggestions.

        Returns:
            Titles before headings, those that begin as typed first; none for a blank prefix.
        """
        typed = _words(normalise(prefix))[:_MAX_WORDS]
        if not typed or not self._texts or limit < 1:
            return ()
        found = self._find(typed, allowed)
        if not len(found):
            typed = [self._corrected(word) for word in typed]
            found = self._find(typed, allowed)
        first, last = self._range(typed[0])
        begins = (self._firsts[found] >= first) & (self._firsts[found] < last)
        order = found[np.argsort(-(self._prior[found] + _BEGINNING * begins), kind="stable")]
        return self._distinct(order[: limit * _SPARE], limit)

    def _find(self, typed: Sequence[str], allowed: NDArray[np.bool_]) -> NDArray[np.intp]:
        holds = allowed[self._owners]
        for word in typed:
            first, last = self._range(word)
            marked = np.zeros(len(holds), dtype=np.bool_)
            marked[self._postings[self._starts[first] : self._starts[last]]] = True
            holds &= marked
        return np.flatnonzero(holds)

    def _range(self, prefix: str) -> tuple[int, int]:
        return bisect_left(self._words, prefix), bisect_left(self._words, prefix + "\U0010ffff")

    def _corrected(self, word: str) -> str:
        first, last = self._range(word)
        edits = allowed_edits(word, _TYPO_LENGTHS) if first == last else 0
        nearest = self._vocabulary().corrections(word, edits, self._weight, 1)
        return nearest[0].word if nearest else word

    def _weight(self, word: str) -> int:
        first = bisect_left(self._words, word)
        return int(self._starts[first + 1] - self._starts[first])

    def _priors(self) -> NDArray[np.float64]:
        """Titles before headings, short before long."""
        titles = np.array([not anchor for anchor in self._anchors], dtype=np.float64)
        return titles - np.array([len(text) for text in self._texts], dtype=np.float64) / 1000.0

    def _distinct(self, order: NDArray[np.intp], limit: int) -> tuple[Suggestion, ...]:
        chosen: dict[str, Suggestion] = {}
        for entry in order:
            text, article = self._texts[entry], self._articles[self._owners[entry]]
            suggestion = Suggestion(text=text, article_id=article.id, section_anchor=self._anchors[entry])
            chosen.setdefault(text.casefold(), suggestion)
        return tuple(chosen.values())[:limit]


def _words(text: str) -> list[str]:
    if text.isascii():
        return _ASCII_WORDS.findall(text.lower().replace("'", ""))
    return [fold(part) for word in words_of(text) for part in (word.parts or (word.text,))]
