"""One query against the keyword side: which words it has, what they score, what they may have meant."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from search_index.keyword.bm25f import Bm25f, Scores
from search_index.keyword.spelling import Vocabulary, allowed_edits
from search_index.recipe import KeywordRecipe
from search_index.text import Analyzer, QueryWord

Rows = NDArray[np.bool_]

#: An identifier in more places than this is a common name, such as a product's, and proves nothing. An error
#: code stands in title, heading and text of a passage or two.
_RARE_PLACES = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """A term that a query word may have meant.

    Attributes:
        weight: What a match of it is worth, 1.0 for the word itself.
        surface: The known word it is a correction to; empty for the word itself.
    """

    term: str
    weight: float
    surface: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchedWord:
    """A query word with what the index made of it.

    Attributes:
        terms: Index terms that count as this word; its own first.
        maximum: The most it could add to a passage's score.
        places: Fields of visible passages that hold one of the terms.
        correction: The known word it was taken for, or None.
    """

    word: QueryWord
    terms: tuple[str, ...]
    maximum: float
    places: int
    correction: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeywordMatches:
    """The keyword side's answer.

    Attributes:
        words: The scored query words.
        by_word: float32 of shape (words, rows): what each word gives each passage.
        scores: float32 of shape (rows,): their sum.
        maximum: The query's theoretical maximum; at least a small positive number.
    """

    words: tuple[MatchedWord, ...]
    by_word: Scores
    scores: Scores
    maximum: float

    @property
    def meaningful(self) -> bool:
        """False when nothing but empty words was typed."""
        return any(not each.word.empty for each in self.words)

    def holds_identifier(self) -> Rows:
        """Mark the passages that hold an identifier of the query which few passages hold: bool of shape (rows,)."""
        marked = np.zeros(len(self.scores), dtype=np.bool_)
        for each, scores in zip(self.words, self.by_word, strict=True):
            if each.word.is_identifier and 0 < each.places <= _RARE_PLACES:
                marked |= scores > 0
        return marked


class KeywordMatcher:
    """Looks queries up. Immutable, so safe for threads.

    Args:
        scorer: The scores of single terms.
        vocabulary: Called when a word is unknown; gives all known words.
    """

    def __init__(self, scorer: Bm25f, vocabulary: Callable[[], Vocabulary], recipe: KeywordRecipe) -> None:
        self._scorer = scorer
        self._vocabulary = vocabulary
        self._recipe = recipe

    def match(self, text: str, analyzer: Analyzer, visible: Rows) -> KeywordMatches:
        """Score every passage for a normalised query; no words, no scores.

        Args:
            visible: bool of shape (rows,). A correction is only offered where it finds something visible.
        """
        asked = self._asked(text, analyzer)
        by_word = np.zeros((len(asked), self._scorer.size), dtype=np.float32)
        corrections = self._corrections(asked, analyzer, visible)
        words = tuple(
            self._score(word, terms, visible, scores)
            for (word, terms), scores in zip(corrections, by_word, strict=True)
        )
        return KeywordMatches(
            words=words,
            by_word=by_word,
            scores=by_word.sum(axis=0),
            maximum=max(sum(word.maximum for word in words), 1e-6),
        )

    def _asked(self, text: str, analyzer: Analyzer) -> list[QueryWord]:
        """List the words to look up in the order typed; of too many the known and rare ones."""
        words = analyzer.query_words(text)
        known = {term: self._scorer.frequency(term) for word in words for term in (word.term, *word.within)}
        asked = [
            word
            for word in words
            if (known[word.term] or not word.optional) and not any(known[term] for term in word.within)
        ]
        rarest = sorted(asked, key=lambda word: (not known[word.term], known[word.term]))
        kept = set(rarest[: self._recipe.max_words])
        return [word for word in asked if word in kept]

    def _corrections(
        self, asked: Sequence[QueryWord], analyzer: Analyzer, visible: Rows
    ) -> Iterator[tuple[QueryWord, tuple[_Reading, ...]]]:
        """Read each word as itself, and the first few unknown ones also as the known words they are near to."""
        left = self._recipe.typo_words
        for word in asked:
            readings = [_Reading(term=word.term, weight=1.0)]
            if left and not word.empty and not self._scorer.frequency(word.term):
                left -= 1
                readings += self._corrected(word, analyzer, visible)
            yield word, tuple(readings)

    def _score(self, word: QueryWord, readings: tuple[_Reading, ...], visible: Rows, scores: Scores) -> MatchedWord:
        """Write the best reading's score of each passage into `scores`, zeros until now."""
        maximum, places = 0.0, 0
        for reading in readings:
            found = self._scorer.score_term(reading.term)
            alone = np.zeros_like(scores) if len(readings) > 1 else scores
            alone[found.rows] = found.scores * np.float32(reading.weight)
            np.maximum(scores, alone, out=scores)
            maximum = max(maximum, found.best)
            places += int(found.fields[visible[found.rows]].sum())
        return MatchedWord(
            word=word,
            terms=tuple(reading.term for reading in readings),
            maximum=maximum,
            places=places,
            correction=next((reading.surface for reading in readings if reading.surface), None),
        )

    def _corrected(self, word: QueryWord, analyzer: Analyzer, visible: Rows) -> list[_Reading]:
        edits = 0 if word.exact else allowed_edits(word.surface, self._recipe.typo_lengths)
        if not edits:
            return []
        accept = partial(self._visible_places, analyzer, visible)
        found = self._vocabulary().corrections(word.surface, edits, accept, self._recipe.typo_candidates)
        weights = self._recipe.typo_weights
        return [
            _Reading(term=analyzer.term(each.word), weight=weights[each.edits], surface=each.word) for each in found
        ]

    def _visible_places(self, analyzer: Analyzer, visible: Rows, surface: str) -> int:
        found = self._scorer.score_term(analyzer.term(surface))
        return int(found.fields[visible[found.rows]].sum())
