"""Embedding as little as possible."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from search_index import HashingEncoder
from search_index.embedding import embed_passages
from search_index.passages import Budget, Passage, count_words, cut_article
from search_index.records import no_progress
from search_index.semantic.ports import Matrix
from search_index.semantic.vector_cache import VectorCache
from tests.unit.search_index.samples import article


class CountingEncoder(HashingEncoder):
    """Knows what it embedded, and may be told to stop."""

    def __init__(self, stop_after: int = 10**9) -> None:
        super().__init__(8)
        self.texts: list[str] = []
        self.stop_after = stop_after

    def encode_passages(self, texts: Sequence[str], on_done: Callable[[int], None] | None = None) -> Matrix:
        if len(self.texts) >= self.stop_after:
            raise KeyboardInterrupt
        self.texts.extend(texts)
        return super().encode_passages(texts, on_done)


@pytest.fixture
def cache(tmp_path: Path) -> VectorCache:
    return VectorCache(tmp_path / "cache", 8)


def passages(count: int) -> list[Passage]:
    budget = Budget(tokens=100, prefix_tokens=40, count=count_words)
    return [cut_article(article(f"a{number}", f"text {number}"), budget)[1] for number in range(count)]


def test_known_vectors_are_not_computed_again(cache: VectorCache) -> None:
    cut, encoder = passages(5), CountingEncoder()
    known = {cut[0].embed_hash: np.ones(8, dtype=np.float16)}
    embedded = embed_passages(cut, known, encoder, cache, no_progress)
    assert embedded.computed == len(encoder.texts) == 4
    assert {each.embed_hash for each in cut} <= embedded.vectors.keys()
    np.testing.assert_array_equal(embedded.vectors[cut[0].embed_hash], np.ones(8))


def test_equal_passages_are_embedded_once(cache: VectorCache) -> None:
    cut, encoder = passages(1), CountingEncoder()
    assert embed_passages([*cut, *cut], {}, encoder, cache, no_progress).computed == 1


def test_a_killed_run_is_carried_on(cache: VectorCache, tmp_path: Path) -> None:
    cut = passages(300)
    with pytest.raises(KeyboardInterrupt):
        embed_passages(cut, {}, CountingEncoder(stop_after=200), cache, no_progress)
    second = CountingEncoder()
    embedded = embed_passages(cut, {}, second, cache, no_progress)
    assert 0 < embedded.computed <= 100
    fresh = embed_passages(cut, {}, CountingEncoder(), VectorCache(tmp_path / "other", 8), no_progress)
    for each in cut:
        np.testing.assert_array_equal(embedded.vectors[each.embed_hash], fresh.vectors[each.embed_hash])


def test_progress_is_told(cache: VectorCache) -> None:
    told: list[tuple[str, int, int]] = []
    embed_passages(passages(130), {}, CountingEncoder(), cache, lambda *each: told.append(each))
    assert told == [("embed", 0, 130), ("embed", 128, 130), ("embed", 130, 130)]


def test_nothing_to_embed_takes_no_time(cache: VectorCache) -> None:
    embedded = embed_passages([], {}, CountingEncoder(), cache, no_progress)
    assert (embedded.computed, embedded.seconds) == (0, 0.0)
