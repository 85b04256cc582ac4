"""Getting an embedding for every passage while asking the model for as few as possible."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from search_index.passages import Passage
from search_index.records import Progress
from search_index.semantic.embedding_cache import EmbeddingCache
from search_index.semantic.passage_embedding import PassageEmbedding, Projection, to_codes
from search_index.semantic.ports import PassageEncoder, TextVectors
from search_index.sentences import sentences_of
from search_index.stop_words import EMPTY_WORDS, STOP_WORDS

#: Passages between two writes to the cache: at most this many are embedded again after a kill.
_BATCH = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class Embedded:
    """Embeddings by passage hash, and what they cost.

    Attributes:
        computed: How many went through the model now.
        seconds: Time in the model.
    """

    embeddings: Mapping[str, PassageEmbedding]
    computed: int
    seconds: float


def embed_passages(
    passages: Sequence[Passage],
    known: Mapping[str, PassageEmbedding],
    encoder: PassageEncoder,
    cache: EmbeddingCache,
    *,
    projection: Projection,
    progress: Progress,
) -> Embedded:
    """Embed the passages whose text no embedding is known for.

    Args:
        known: Those of the live generation.
        cache: Takes every batch as soon as it is done, and gives what a killed run had finished.
        projection: What the vectors of word pieces are turned by.
    """
    found = {**cache.read(), **known}
    missing = {each.embed_hash: each for each in passages if each.embed_hash not in found}
    # Texts of like length share a batch, so that little is computed for padding.
    ordered = sorted(missing.values(), key=lambda passage: len(passage.embed_text))
    started = time.perf_counter()
    for first in range(0, len(ordered), _BATCH):
        progress("embed", first, len(ordered))
        cache.append(_embed(ordered[first : first + _BATCH], encoder, projection))
    if ordered:
        found.update(cache.read())
    progress("embed", len(ordered), len(ordered))
    seconds = time.perf_counter() - started if ordered else 0.0
    return Embedded(embeddings=found, computed=len(ordered), seconds=seconds)


def _embed(passages: Sequence[Passage], encoder: PassageEncoder, projection: Projection) -> dict[str, PassageEmbedding]:
    wholes = encoder.encode_pieces([each.embed_text for each in passages])
    sentences = [sentences_of(each.text) for each in passages]
    distinct = list(dict.fromkeys(sentence for each in sentences for sentence in each))
    codes = dict(zip(distinct, to_codes(encoder.encode_passages(distinct)), strict=True))
    empty = np.zeros((0, encoder.dimensions), dtype=np.int8)
    return {
        passage.embed_hash: PassageEmbedding(
            vector=whole.vector.astype(np.float16),
            sentences=np.stack([codes[sentence] for sentence in own]) if own else empty,
            pieces=to_codes(projection(whole.pieces[_telling(passage.embed_text, whole)])),
        )
        for passage, whole, own in zip(passages, wholes, sentences, strict=True)
    }


def _telling(text: str, vectors: TextVectors) -> list[int]:
    """List the pieces that may meet a question's: stop words and signs are half of a text and tell nothing."""
    pieces = [text[start:end].lower() for start, end in vectors.spans.tolist()]
    return [
        number
        for number, piece in enumerate(pieces)
        if any(map(str.isalnum, piece)) and piece not in STOP_WORDS and piece not in EMPTY_WORDS
    ]
