"""Scores of terms that are kept."""

from __future__ import annotations

import numpy as np
import pytest

from search_index.keyword.term_cache import TermCache, TermScores


def scores(count: int) -> TermScores:
    return TermScores(
        rows=np.arange(count, dtype=np.int32),
        scores=np.ones(count, dtype=np.float32),
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
        cache.keep(name, scores(450))
        cache.find("a")
        assert cache.size_bytes <= 20_000
    assert cache.find("a") is not None
    assert cache.find("b") is None
    assert cache.find("j") is not None


def test_what_would_push_out_all_others_is_not_kept() -> None:
    cache = TermCache(20_000)
    cache.keep("huge", scores(1_000))
    assert cache.find("huge") is None


@pytest.mark.parametrize("common", [False, True])
def test_scores_are_added_raised_and_read_whatever_the_form(*, common: bool) -> None:
    every = np.array([0, 2, 0, 3, 0], dtype=np.float32)
    rows = np.flatnonzero(every).astype(np.int32)
    found = TermScores(rows=None if common else rows, scores=every if common else every[rows], best=3.0)
    assert [part.tolist() for part in found.held()] == [[1, 3], [2.0, 3.0]]
    assert found.at(np.array([4, 3, 0, 1])).tolist() == [0, 3, 0, 2]
    assert found.at(np.zeros(0, dtype=np.int64)).tolist() == []
    totals = np.ones(5, dtype=np.float32)
    found.add_to(totals)
    assert totals.tolist() == [1, 3, 1, 4, 1]
    found.raise_to(totals, 2.0)
    assert totals.tolist() == [1, 4, 1, 6, 1]
    assert every.tolist() == [0, 2, 0, 3, 0]


def test_a_term_nobody_holds_gives_nothing() -> None:
    found = scores(0)
    assert found.at(np.arange(3)).tolist() == [0, 0, 0]
    assert len(found.held()[0]) == 0
