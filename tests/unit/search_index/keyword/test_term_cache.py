"""Scores of terms that are kept."""

from __future__ import annotations

import numpy as np

from search_index.keyword.term_cache import TermCache, TermScores


def scores(count: int) -> TermScores:
    return TermScores(
        rows=np.arange(count, dtype=np.int32),
        scores=np.ones(count, dtype=np.float32),
        fields=np.ones(count, dtype=np.uint8),
        best=1.0,
    )


def test_gives_back_what_was_kept() -> None:
    cache, kept = TermCache(100_000), scores(10)
    cache.keep("a", kept)
    cache.keep("a", scores(5))
    assert cache.find("a") is kept
    assert cache.find("b") is None


def test_stays_within_its_bound_and_drops_the_oldest() -> None:
    cache = TermCache(20_000)
    for name in "abcdefghij":
        cache.keep(name, scores(400))
        cache.find("a")
        assert cache.size_bytes <= 20_000
    assert cache.find("a") is not None
    assert cache.find("b") is None
    assert cache.find("j") is not None


def test_what_would_push_out_all_others_is_not_kept() -> None:
    cache = TermCache(20_000)
    cache.keep("huge", scores(1_000))
    assert cache.find("huge") is None
