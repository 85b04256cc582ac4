"""Embeddings of a run that has not finished."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from search_index.semantic.embedding_cache import EmbeddingCache
from search_index.semantic.passage_embedding import PassageEmbedding


def embedding(number: int) -> PassageEmbedding:
    return PassageEmbedding(
        vector=np.full(4, number, dtype=np.float16),
        sentences=np.full((number, 4), number, dtype=np.int8),
        pieces=np.full((2 * number, 3), number, dtype=np.int8),
    )


def key(number: int) -> str:
    return f"{number:032x}"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "cache"


def test_what_was_added_is_read_again(path: Path) -> None:
    cache = EmbeddingCache(path, 4, 3)
    assert cache.read() == {}
    cache.append({key(1): embedding(1)})
    cache.append({key(2): embedding(2), key(0): embedding(0)})
    read = EmbeddingCache(path, 4, 3).read()
    assert {each: read[each].to_bytes() for each in read} == {key(n): embedding(n).to_bytes() for n in (1, 2, 0)}


@pytest.mark.parametrize("lost", [1, 7, 20])
def test_a_torn_record_is_dropped_and_written_over(path: Path, lost: int) -> None:
    cache = EmbeddingCache(path, 4, 3)
    cache.append({key(1): embedding(1), key(2): embedding(2)})
    path.write_bytes(path.read_bytes()[:-lost])
    assert cache.read().keys() == {key(1)}
    cache.append({key(3): embedding(3)})
    assert cache.read().keys() == {key(1), key(3)}


def test_a_damaged_record_is_not_believed(path: Path) -> None:
    cache = EmbeddingCache(path, 4, 3)
    cache.append({key(1): embedding(1), key(2): embedding(2)})
    content = bytearray(path.read_bytes())
    content[-1] ^= 0xFF
    path.write_bytes(content)
    assert cache.read().keys() == {key(1)}


def test_clearing_forgets_everything(path: Path) -> None:
    cache = EmbeddingCache(path, 4, 3)
    cache.append({key(1): embedding(1)})
    cache.clear()
    cache.clear()
    assert cache.read() == {}
