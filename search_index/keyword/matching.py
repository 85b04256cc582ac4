"""One query against the keyword side: which words it has, what they score, what they may have meant."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from search_index.keyword.bm25f import Bm25f, Scores
from search_index.keyword.readings import QueryReader, Reading, ReadWord
from search_index.keyword.spelling import Vocabulary
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
        places: Fields of visible passages that hold one of the terms.
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
        by_word = np.zeros((len(read), self._scorer.size), dtype=np.float32)
        words = tuple(self._score(word, visible, scores) for word, scores in zip(read, by_word, strict=True))
        return KeywordMatches(
            words=words,
            by_word=by_word,
            scores=by_word.sum(axis=0),
            maximum=max(sum(word.maximum for word in words), 1e-6),
        )

    def _score(self, read: ReadWord, visible: Rows, scores: Scores) -> MatchedWord:
        """Write the best reading's score of each passage into `scores`, zeros until now."""
        own, *others = read.readings
        found = self._scorer.score_term(own.terms[0])
        scores[found.rows] = found.scores
        maximum, places = found.best, int(found.fields[visible[found.rows]].sum())
        unknown = not len(found.rows)
        for reading in others:
            other = self._scorer.score_together(reading.terms)
            scores[other.rows] = np.maximum(scores[other.rows], other.scores * np.float32(reading.weight))
            maximum = max(maximum, other.best) if unknown else maximum
            places += int(other.fields[visible[other.rows]].sum())
        return MatchedWord(
            word=read.word,
            terms=tuple(dict.fromkeys(term for reading in read.readings for term in reading.terms)),
            maximum=maximum,
            places=places,
            correction=next((reading.surface for reading in others if reading.surface), None),
            readings=read.readings,
        )
