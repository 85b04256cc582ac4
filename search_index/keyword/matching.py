"""One query against the keyword side: which words it has, what they score, what they may have meant."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from search_index.keyword.bm25f import Bm25f, Scores
from search_index.keyword.spelling import Vocabulary, allowed_edits
from search_index.recipe import KeywordRecipe
from search_index.text import Analyzer, QueryWord

Rows = NDArray[np.bool_]

#: An identifier in more passages than this is a common name, such as a product's, and proves nothing.
_RARE_PASSAGES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchedWord:
    """A query word with what the index made of it.

    Attributes:
        terms: Index terms that count as this word, with the weight of each; its own first.
        maximum: The most it could add to a passage's score.
        passages: Visible passages that hold one of the terms.
        correction: The known word it was taken for, or None.
    """

    word: QueryWord
    terms: tuple[tuple[str, float], ...]
    maximum: float
    passages: int
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
        """False when nothing but stop words was typed."""
        return any(not each.word.stop for each in self.words)

    def holds_identifier(self) -> Rows:
        """Mark the passages that hold an identifier of the query which few passages hold: bool of shape (rows,)."""
        marked = np.zeros(len(self.scores), dtype=np.bool_)
        for each, scores in zip(self.words, self.by_word, strict=True):
            if each.word.is_identifier and 0 < each.passages <= _RARE_PASSAGES:
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
        matched = [self._look_up(word, analyzer, visible) for word in self._asked(text, analyzer)]
        rarest = sorted(range(len(matched)), key=lambda at: -matched[at][0].maximum)[: self._recipe.max_words]
        kept = [matched[at] for at in sorted(rarest)]
        by_word = np.stack([scores for _, scores in kept]) if kept else np.zeros((0, self._scorer.size), np.float32)
        return KeywordMatches(
            words=tuple(word for word, _ in kept),
            by_word=by_word,
            scores=by_word.sum(axis=0),
            maximum=max(sum(word.maximum for word, _ in kept), 1e-6),
        )

    def _asked(self, text: str, analyzer: Analyzer) -> list[QueryWord]:
        knows = self._scorer.knows
        return [
            word
            for word in analyzer.query_words(text)
            if not (word.optional and not knows(word.term)) and not any(map(knows, word.within))
        ]

    def _look_up(self, word: QueryWord, analyzer: Analyzer, visible: Rows) -> tuple[MatchedWord, Scores]:
        terms: tuple[tuple[str, float], ...] = ((word.term, 1.0),)
        correction: str | None = None
        if not self._scorer.knows(word.term):
            terms, correction = self._corrected(word, analyzer, visible)
        scores = np.zeros(self._scorer.size, dtype=np.float32)
        maximum = 0.0
        for term, weight in terms:
            found = self._scorer.score_term(term)
            alone = np.zeros_like(scores)
            np.add.at(alone, found.rows, found.scores * np.float32(weight))
            np.maximum(scores, alone, out=scores)
            maximum = max(maximum, found.best)
        passages = int(np.count_nonzero(scores[visible]))
        return MatchedWord(word=word, terms=terms, maximum=maximum, passages=passages, correction=correction), scores

    def _corrected(
        self, word: QueryWord, analyzer: Analyzer, visible: Rows
    ) -> tuple[tuple[tuple[str, float], ...], str | None]:
        edits = 0 if word.exact else allowed_edits(word.surface, self._recipe.typo_lengths)
        if not edits:
            return ((word.term, 1.0),), None
        accept = partial(self._visible_passages, analyzer, visible)
        found = self._vocabulary().corrections(word.surface, edits, accept, self._recipe.typo_candidates)
        own = (word.term, 1.0)
        others = ((analyzer.term(each.word), self._recipe.typo_weights[each.edits]) for each in found)
        return (own, *others), (found[0].word if found else None)

    def _visible_passages(self, analyzer: Analyzer, visible: Rows, surface: str) -> int:
        rows = self._scorer.score_term(analyzer.term(surface)).rows
        return int(np.count_nonzero(visible[rows]))
