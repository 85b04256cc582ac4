"""What a query's words may stand for: themselves, what they mean as well, and what was mistyped."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

import numpy as np
from numpy.typing import NDArray

from search_index.common_words import common_terms
from search_index.keyword.bm25f import Bm25f
from search_index.keyword.spelling import Vocabulary, allowed_edits
from search_index.recipe import KeywordRecipe
from search_index.synonyms import FoundSynonyms, Synonyms
from search_index.text import Analyzer, QueryWord

Rows = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Terms that a query word may have meant; a passage must hold all of them.

    Attributes:
        weight: What a match of them is worth, 1.0 for the word itself.
        surface: The known word it is a correction to; empty for the word itself and for synonyms.
    """

    terms: tuple[str, ...]
    weight: float
    surface: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadWord:
    """A query word with all that it may stand for; itself first."""

    word: QueryWord
    readings: tuple[Reading, ...]


class QueryReader:
    """Reads queries. Immutable, so safe for threads.

    Args:
        scorer: Says how common a term is.
        vocabulary: Called when a word is unknown; gives all known words.
        recipe: What each reading is worth.
    """

    def __init__(self, scorer: Bm25f, vocabulary: Callable[[], Vocabulary], recipe: KeywordRecipe) -> None:
        self._scorer = scorer
        self._vocabulary = vocabulary
        self._recipe = recipe
        #: Words that are no mistakes, though no article holds them.
        self._common: Callable[[Analyzer], frozenset[str]] = lru_cache(maxsize=1)(common_terms)

    def read(self, text: str, analyzer: Analyzer, visible: Rows, synonyms: Synonyms) -> list[ReadWord]:
        """List the words to look up, in the order typed, each with its readings.

        Args:
            visible: bool of shape (rows,). A correction is only offered where it finds something visible.
        """
        asked = self._asked(text, analyzer)
        others = self._synonyms(text, asked, analyzer, synonyms)
        left = self._recipe.typo_words
        found: list[ReadWord] = []
        for word in asked:
            readings = [Reading(terms=(word.term,), weight=1.0), *others.get(word.term, ())]
            if left and word.term not in others and not word.empty and not self._scorer.frequency(word.term):
                left -= 1
                readings += self._corrected(word, analyzer, visible)
            found.append(ReadWord(word=word, readings=tuple(readings)))
        return found

    def _asked(self, text: str, analyzer: Analyzer) -> list[QueryWord]:
        """List the words to look up; of too many the known and rare ones."""
        words = analyzer.query_words(text)
        known = {term: self._scorer.frequency(term) for word in words for term in (word.term, *word.within)}
        asked = [
            word
            for word in words
            if (known[word.term] or not word.optional) and not any(known[term] for term in word.within)
        ]
        if len(asked) <= self._recipe.max_words:
            return asked
        rarest = sorted(asked, key=lambda word: (not known[word.term], known[word.term]))
        kept = set(rarest[: self._recipe.max_words])
        return [word for word in asked if word in kept]

    def _synonyms(
        self, text: str, asked: Sequence[QueryWord], analyzer: Analyzer, synonyms: Synonyms
    ) -> dict[str, list[Reading]]:
        """Read words and phrases as what means the same; known phrases only, by the term of the asked word."""
        spoken = analyzer.spoken(text)
        terms = {word.term for word in asked}
        readings: dict[str, list[Reading]] = {}
        for found in synonyms.find([word.term for word in spoken]):
            covered = set().union(*(word.asked for word in spoken[found.start : found.end])) & terms
            for term, reading in self._shared(found, sorted(covered)):
                if len(readings.setdefault(term, [])) < self._recipe.synonym_readings:
                    readings[term].append(reading)
        return readings

    def _shared(self, found: FoundSynonyms, covered: Sequence[str]) -> list[tuple[str, Reading]]:
        """Share what a synonym is worth among the words it stands for, so that it counts once.

        A synonym is never worth more than the words that were typed, however rare it is.
        """
        worth = {term: self._scorer.best(term) for term in covered}
        total = sum(worth.values())
        known = any(self._scorer.frequency(term) for term in covered)
        readings: list[tuple[str, Reading]] = []
        for terms in found.alternatives:
            if not all(self._scorer.frequency(term) for term in terms):
                continue
            best = sum(self._scorer.best(term) for term in terms) / len(terms)
            weight = self._recipe.synonym_weight * (min(1.0, total / best) if known else 1.0)
            readings += [(term, Reading(terms=terms, weight=weight * worth[term] / total)) for term in covered]
        return readings

    def _corrected(self, word: QueryWord, analyzer: Analyzer, visible: Rows) -> list[Reading]:
        edits = 0 if word.exact else allowed_edits(word.surface, self._recipe.typo_lengths)
        if not edits or word.term in self._common(analyzer):
            return []
        accept = partial(self._visible_places, analyzer, visible)
        found = self._vocabulary().corrections(word.surface, edits, accept, self._recipe.typo_candidates)
        weights = self._recipe.typo_weights
        return [
            Reading(terms=(analyzer.term(each.word),), weight=weights[each.edits], surface=each.word) for each in found
        ]

    def _visible_places(self, analyzer: Analyzer, visible: Rows, surface: str) -> int:
        return self._scorer.places(analyzer.term(surface), visible)
