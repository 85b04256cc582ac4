"""Embedding as little as possible."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest

from search_index import HashingEncoder
from search_index.embedding import Embedded, embed_passages
from search_index.passages import Budget, Passage, count_words, cut_article
from search_index.records import Progress, no_progress
from search_index.semantic.embedding_cache import EmbeddingCache
from search_index.semantic.passage_embedding import PassageEmbedding, Projection
from search_index.semantic.ports import TextVectors
from tests.unit.search_index.samples import article


class CountingEncoder(HashingEncoder):
    """Knows what it embedded, and may be told to stop."""

    def __init__(self, stop_after: int = 10**9) -> None:
        super().__init__(8)
        self.texts: list[str] = []
        self.stop_after = stop_after

    def encode_pieces(self, texts: Sequence[str]) -> list[TextVectors]:
        if len(self.texts) >= self.stop_after:
            raise KeyboardInterrupt
        self.texts.extend(texts)
        return super().encode_pieces(texts)


@pytest.fixture
def cache(tmp_path: Path) -> EmbeddingCache:
    return EmbeddingCache(tmp_path / "cache", 8, 4)


def embed(
    cut: Sequence[Passage],
    known: Mapping[str, PassageEmbedding],
    encoder: HashingEncoder,
    cache: EmbeddingCache,
    progress: Progress = no_progress,
) -> Embedded:
    return embed_passages(cut, known, encoder, cache, projection=Projection(8, 4), progress=progress)


def passages(count: int) -> list[Passage]:
    budget = Budget(tokens=100, prefix_tokens=40, count=count_words)
    return [cut_article(article(f"a{number}", f"text {number}"), budget)[1] for number in range(count)]


def test_known_vectors_are_not_computed_again(cache: EmbeddingCache) -> None:
    cut, encoder = passages(5), CountingEncoder()
    none = np.zeros((0, 8), dtype=np.int8)
    kept = PassageEmbedding(vector=np.ones(8, dtype=np.float16), sentences=none, pieces=none[:, :4])
    embedded = embed(cut, {cut[0].embed_hash: kept}, encoder, cache)
    assert embedded.computed == len(encoder.texts) == 4
    assert {each.embed_hash for each in cut} <= embedded.embeddings.keys()
    assert embedded.embeddings[cut[0].embed_hash] is kept


def test_equal_passages_are_embedded_once(cache: EmbeddingCache) -> None:
    cut, encoder = passages(1), CountingEncoder()
    assert embed([*cut, *cut], {}, encoder, cache).computed == 1


def test_a_killed_run_is_carried_on(cache: EmbeddingCache, tmp_path: Path) -> None:
    cut = passages(300)
    with pytest.raises(KeyboardInterrupt):
        embed(cut, {}, CountingEncoder(stop_after=200), cache)
    second = CountingEncoder()
    embedded = embed(cut, {}, second, cache)
    assert 0 < embedded.computed <= 100
    fresh = embed(cut, {}, CountingEncoder(), EmbeddingCache(tmp_path / "other", 8, 4))
    for each in cut:
        assert embedded.embeddings[each.embed_hash].to_bytes() == fresh.embeddings[each.embed_hash].to_bytes()


def test_progress_is_told(cache: EmbeddingCache) -> None:
    told: list[tuple[str, int, int]] = []
    embed(passages(130), {}, CountingEncoder(), cache, lambda *each: told.append(each))
    assert told == [("embed", 0, 130), ("embed", 128, 130), ("embed", 130, 130)]


def test_nothing_to_embed_takes_no_time(cache: EmbeddingCache) -> None:
    embedded = embed([], {}, CountingEncoder(), cache)
    assert (embedded.computed, embedded.seconds) == (0, 0.0)


def test_sentences_and_telling_words_are_kept_with_a_passage(cache: EmbeddingCache) -> None:
    budget = Budget(tokens=100, prefix_tokens=40, count=count_words)
    passage = cut_article(article("a", "The parcel is late. We send it to you again, at once!"), budget)[1]
    kept = embed([passage], {}, CountingEncoder(), cache).embeddings[passage.embed_hash]
    assert len(kept.sentences) == 2
    telling = {"parcel", "late", "send", "again"}
    assert telling <= set(passage.embed_text.lower().replace(",", " ").replace(".", " ").split())
    assert len(telling) <= len(kept.pieces) < len(passage.embed_text.split())
    assert kept.vector.shape == (8,)
    assert kept.pieces.shape[1] == 4
