"""What the verdict gets to see."""

from __future__ import annotations

from math import log1p

import numpy as np
import pytest

from search_index.keyword.matching import KeywordMatches, MatchedWord, WordScores
from search_index.keyword.term_cache import TermScores
from search_index.ranking.evidence import gather_evidence, informative
from search_index.ranking.fusion import Candidate
from search_index.ranking.reranking import Parts, Ranked
from search_index.ranking.verdict import Evidence
from search_index.recipe import FusionRecipe
from search_index.text import QueryWord

RECIPE = FusionRecipe()
ALL = np.ones(3, dtype=np.bool_)
BY_WORD = np.array([[2, 0, 0], [0, 1, 0], [0, 0, 0]], dtype=np.float32)
COSINES = np.array([0.5, 0.7, -0.2], dtype=np.float32)


def word(term: str, maximum: float, places: int, *, empty: bool = False) -> MatchedWord:
    return MatchedWord(
        word=QueryWord(surface=term, term=term, empty=empty), terms=(term,), maximum=maximum, places=places
    )


def matches(*words: MatchedWord) -> KeywordMatches:
    by_word = BY_WORD[: len(words)]
    found = tuple(WordScores(readings=((TermScores(rows=None, scores=each, best=4.0), 1.0),)) for each in by_word)
    return KeywordMatches(words=words, found=found, scores=by_word.sum(axis=0), maximum=10.0)


def best(score: float = 0.6, identifier: float = 0.0) -> Ranked:
    parts = Parts(passages=score, identifier=identifier)
    return Ranked(candidate=Candidate(article=0, row=0, score=score), parts=parts)


def test_each_part_is_what_it_says() -> None:
    seen = matches(word("parcel", 4, 1), word("late", 3, 1), word("piano", 3, 0))
    evidence = gather_evidence(best(), seen, COSINES, ALL, RECIPE)
    assert evidence.score == pytest.approx(0.6)
    assert evidence.spread == pytest.approx(float(COSINES.std()))
    assert evidence.keyword == pytest.approx(0.2)
    assert evidence.coverage == pytest.approx(0.4)
    assert evidence.identifier == 0
    assert evidence.length == pytest.approx(log1p(3))


def test_empty_words_prove_nothing_by_words() -> None:
    seen = matches(word("how", 4, 1, empty=True))
    evidence = gather_evidence(best(), seen, None, ALL, RECIPE)
    assert (evidence.keyword, evidence.coverage, evidence.spread) == (0, 0, 0)
    assert informative(seen).tolist() == [0]


def test_an_identifier_counts_once_and_apart_from_the_score() -> None:
    evidence = gather_evidence(best(0.8, identifier=1.0), matches(word("e-101", 4, 1)), None, ALL, RECIPE)
    assert evidence.identifier == 1
    assert evidence.score == pytest.approx(0.8 - RECIPE.identifier_bonus)


def test_nothing_found_is_no_evidence() -> None:
    assert gather_evidence(None, matches(), COSINES, ALL, RECIPE) == Evidence()


def test_what_may_not_be_seen_is_no_evidence() -> None:
    seen = matches(word("parcel", 4, 1), word("late", 3, 1))
    hidden = np.array([False, True, False])
    evidence = gather_evidence(best(), seen, COSINES, hidden, RECIPE)
    assert evidence.keyword == pytest.approx(0.1)
    assert evidence.spread == 0
