"""One query against the keyword side: which words it has, what they score, what they may have meant."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from search_index.keyword.bm25f import Bm25f
from search_index.keyword.readings import QueryReader, Reading, ReadWord
from search_index.keyword.spelling import Vocabulary
from search_index.keyword.term_cache import Scores, TermScores
from search_index.recipe import KeywordRecipe
from search_index.synonyms import Synonyms
from search_index.text import Analyzer, QueryWord

Rows = NDArray[np.bool_]

#: An identifier in more places than this is a common name, such as a product's, and proves nothing. An error
#: code stands in title, heading and text of a passage or two.
_RARE_PLACES = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchedWord:
    """A query word with what the index made of it.

    Attributes:
        terms: Index terms that count as this word; its own first.
        maximum: The most it could add to a passage's score.
        places: Fields of visible passages that hold one of the terms; a passage with a phrase counts once. Only
            counted for identifiers and mistyped words, 0 for all others.
        correction: The known word it was taken for, or None.
        readings: All that it was taken for, itself first.
    """

    word: QueryWord
    terms: tuple[str, ...]
    maximum: float
    places: int
    correction: str | None = None
    readings: tuple[Reading, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WordScores:
    """What one word of a query gives to passages: the best of its readings, each times its weight."""

    readings: tuple[tuple[TermScores, float], ...]

    def add_to(self, totals: Scores) -> None:
        """Add the scores to those of all passages."""
        own, weight = self.readings[0]
        if len(self.readings) == 1 and weight == 1:
            own.add_to(totals)
            return
        best = np.zeros_like(totals)
        for scores, weight in self.readings:
            scores.raise_to(best, weight)
        totals += best

    def at(self, rows: NDArray[np.integer]) -> Scores:
        """Give the scores of some passages: float32 of shape (rows,)."""
        found = [scores.at(rows) * np.float32(weight) for scores, weight in self.readings]
        best: Scores = np.max(found, axis=0)
        return best


@dataclass(frozen=True, slots=True, kw_only=True)
class KeywordMatches:
    """The keyword side's answer.

    Attributes:
        words: The scored query words.
        found: What each of them gives.
        scores: float32 of shape (rows,): the sum of what they give.
        maximum: The query's theoretical maximum; at least a small positive number.
    """

    words: tuple[MatchedWord, ...]
    found: tuple[WordScores, ...]
    scores: Scores
    maximum: float

    @property
    def meaningful(self) -> bool:
        """False when nothing but empty words was typed."""
        return any(not each.word.empty for each in self.words)

    def by_word(self, rows: NDArray[np.integer]) -> Scores:
        """Give what each word gives each of some passages: float32 of shape (words, rows)."""
        given = np.zeros((len(self.found), len(rows)), dtype=np.float32)
        for each, found in zip(given, self.found, strict=True):
            each[:] = found.at(rows)
        return given

    def holds_identifier(self) -> Rows:
        """Mark the passages that hold an identifier of the query which few passages hold: bool of shape (rows,)."""
        marked = np.zeros(len(self.scores), dtype=np.bool_)
        for each, scores in zip(self.words, self.found, strict=True):
            if each.word.is_identifier and 0 < each.places <= _RARE_PLACES:
                for found, _ in scores.readings:
                    marked[found.held()[0]] = True
        return marked


class KeywordMatcher:
    """Looks queries up. Immutable, so safe for threads.

    Args:
        scorer: The scores of single terms.
        vocabulary: Called when a word is unknown; gives all known words.
        recipe: What each reading of a word is worth.
        synonyms: What words mean as well.
    """

    def __init__(
        self, scorer: Bm25f, vocabulary: Callable[[], Vocabulary], recipe: KeywordRecipe, synonyms: Synonyms
    ) -> None:
        self._scorer = scorer
        self._reader = QueryReader(scorer, vocabulary, recipe)
        self._synonyms = synonyms

    @property
    def synonyms(self) -> Synonyms:
        """What words mean as well."""
        return self._synonyms

    def match(self, text: str, analyzer: Analyzer, visible: Rows, synonyms: Synonyms | None = None) -> KeywordMatches:
        """Score every passage for a normalised query; no words, no scores.

        Args:
            visible: bool of shape (rows,). A correction is only offered where it finds something visible.
            synonyms: Instead of those of the generation; None for these.
        """
        read = self._reader.read(text, analyzer, visible, self._synonyms if synonyms is None else synonyms)
        found = tuple(self._look_up(word) for word in read)
        totals = np.zeros(self._scorer.size, dtype=np.float32)
        for each in found:
            each.add_to(totals)
        words = tuple(self._describe(word, scores, visible) for word, scores in zip(read, found, strict=True))
        return KeywordMatches(
            words=words,
            found=found,
            scores=totals,
            maximum=max(sum(word.maximum for word in words), 1e-6),
        )

    def _look_up(self, read: ReadWord) -> WordScores:
        found = ((self._scorer.score_together(reading.terms), reading.weight) for reading in read.readings)
        return WordScores(readings=tuple(found))

    def _describe(self, read: ReadWord, scores: WordScores, visible: Rows) -> MatchedWord:
        own, *others = (found for found, _ in scores.readings)
        if not others and not read.word.is_identifier:
            return MatchedWord(
                word=read.word, terms=read.readings[0].terms, maximum=own.best, places=0, readings=read.readings
            )
        unknown = not len(own.scores)
        correction = next((reading.surface for reading in read.readings if reading.surface), None)
        counted = read.word.is_identifier or correction is not None
        return MatchedWord(
            word=read.word,
            terms=tuple(dict.fromkeys(term for reading in read.readings for term in reading.terms)),
            maximum=max([own.best, *(other.best for other in others if unknown)]),
            places=self._places(read, scores, visible) if counted else 0,
            correction=correction,
            readings=read.readings,
        )

    def _places(self, read: ReadWord, scores: WordScores, visible: Rows) -> int:
        return sum(
            self._scorer.places(reading.terms[0], visible)
            if len(reading.terms) == 1
            else int(np.count_nonzero(visible[found.held()[0]]))
            for reading, (found, _) in zip(read.readings, scores.readings, strict=True)
        )
