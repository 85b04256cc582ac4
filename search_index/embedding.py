"""Getting a vector for every passage while asking the model for as few as possible."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from search_index.passages import Passage
from search_index.records import Progress
from search_index.semantic.ports import PassageEncoder
from search_index.semantic.segment_vectors import HalfVector
from search_index.semantic.vector_cache import VectorCache

#: Passages between two writes to the cache: at most this many are embedded again after a kill.
_BATCH = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class Embedded:
    """Vectors by passage hash, and what they cost.

    Attributes:
        computed: How many went through the model now.
        seconds: Time in the model.
    """

    vectors: Mapping[str, HalfVector]
    computed: int
    seconds: float


def embed_passages(
    passages: Sequence[Passage],
    known: Mapping[str, HalfVector],
    encoder: PassageEncoder,
    cache: VectorCache,
    progress: Progress,
) -> Embedded:
    """Embed the passages whose text no vector is known for.

    Args:
        known: Vectors of the live generation.
        cache: Takes every batch as soon as it is done, and gives what a killed run had finished.
    """
    vectors = {**cache.read(), **known}
    texts = {each.embed_hash: each.embed_text for each in passages if each.embed_hash not in vectors}
    # Texts of like length share a batch, so that little is computed for padding.
    missing = sorted(texts, key=lambda key: len(texts[key]))
    started = time.perf_counter()
    for first in range(0, len(missing), _BATCH):
        progress("embed", first, len(missing))
        batch = missing[first : first + _BATCH]
        computed = encoder.encode_passages([texts[key] for key in batch]).astype(np.float16)
        cache.append(batch, computed)
        vectors.update(zip(batch, computed, strict=True))
    progress("embed", len(missing), len(missing))
    return Embedded(vectors=vectors, computed=len(missing), seconds=time.perf_counter() - started if missing else 0.0)
