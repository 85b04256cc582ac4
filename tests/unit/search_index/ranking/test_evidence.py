"""What the verdict gets to see."""

from __future__ import annotations

from math import log1p

import numpy as np

from search_index.keyword.matching import KeywordMatches, MatchedWord
from search_index.ranking.evidence import gather_evidence
from search_index.ranking.fusion import Candidate
from search_index.ranking.verdict import Evidence
from search_index.text import QueryWord

ALL = np.ones(3, dtype=np.bool_)
ARTICLES = np.array([0, 0, 1], dtype=np.int32)
BY_WORD = np.array([[2, 0, 0], [0, 1, 0], [0, 0, 0]], dtype=np.float32)


def word(term: str, maximum: float, places: int, *, empty: bool = False, exact: bool = False) -> MatchedWord:
    asked = QueryWord(surface=term, term=term, empty=empty, exact=exact)
    return MatchedWord(word=asked, terms=(term,), maximum=maximum, places=places)


def matches(*words: MatchedWord) -> KeywordMatches:
    by_word = BY_WORD[: len(words)]
    return KeywordMatches(words=words, by_word=by_word, scores=by_word.sum(axis=0), maximum=10.0)


CANDIDATES = [Candidate(article=0, row=0, score=0.6), Candidate(article=1, row=2, score=0.1)]


def test_each_part_is_what_it_says() -> None:
    seen = matches(word("parcel", 4, 1), word("late", 3, 1), word("piano", 3, 0))
    cosines = np.array([0.5, 0.7, -0.2], dtype=np.float32)
    evidence = gather_evidence(CANDIDATES, seen, cosines, ALL, ARTICLES)
    expected = {
        "fused": 0.6,
        "cosine": 0.7,
        "keyword": 0.2,
        "margin": 0.5,
        "coverage": 0.4,
        "article_coverage": 0.7,
        "unknown": 0.3,
        "identifier": 0.0,
        "length": log1p(3),
    }
    for name, value in expected.items():
        assert abs(getattr(evidence, name) - value) < 1e-6, name


def test_empty_words_prove_nothing_by_words() -> None:
    evidence = gather_evidence(CANDIDATES, matches(word("how", 4, 1, empty=True)), None, ALL, ARTICLES)
    assert (evidence.keyword, evidence.coverage, evidence.cosine) == (0, 0, 0)


def test_a_rare_identifier_in_the_best_passage_counts() -> None:
    rare, common = word("e-101", 4, 1, exact=True), word("x2", 4, 99, exact=True)
    assert gather_evidence(CANDIDATES, matches(rare), None, ALL, ARTICLES).identifier == 1
    assert gather_evidence(CANDIDATES, matches(common), None, ALL, ARTICLES).identifier == 0


def test_one_article_alone_has_no_margin() -> None:
    assert gather_evidence(CANDIDATES[:1], matches(word("parcel", 4, 1)), None, ALL, ARTICLES).margin == 0


def test_no_candidates_no_evidence() -> None:
    assert gather_evidence([], matches(), None, ALL, ARTICLES) == Evidence()


def test_what_may_not_be_seen_is_no_evidence() -> None:
    hidden = np.array([True, False, True])
    evidence = gather_evidence(CANDIDATES, matches(word("parcel", 4, 1), word("late", 3, 1)), None, hidden, ARTICLES)
    assert evidence.article_coverage == evidence.coverage
