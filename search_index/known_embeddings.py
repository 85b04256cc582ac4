"""What lies in the live generation already, found by the hash of what was embedded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from search_index.errors import IndexCorrupt, IndexMissing
from search_index.generations import FileVerifier, GenerationStore, Manifest
from search_index.keyword.postings import load_hashes
from search_index.reader import read_segments
from search_index.segments import ARRAYS_FOLDER, VECTORS_FOLDER
from search_index.semantic.passage_details import SegmentDetails
from search_index.semantic.passage_embedding import PassageEmbedding
from search_index.semantic.segment_vectors import SegmentVectors, load_vectors


class KnownEmbeddings:
    """Looks embeddings up; finds nothing where the live generation is missing, damaged or of another model.

    Args:
        store: Where the live generation is; read anew at every call.
        verifier: Files that are not what the manifest says are not taken.
        fingerprint: Of the model; empty finds nothing.
        piece_dimensions: Numbers kept of a word piece; those of another width are not taken.
    """

    def __init__(self, store: GenerationStore, verifier: FileVerifier, fingerprint: str, piece_dimensions: int) -> None:
        self._store = store
        self._verifier = verifier
        self._fingerprint = fingerprint
        self._piece_dimensions = piece_dimensions

    def __call__(self, hashes: Iterable[str]) -> dict[str, PassageEmbedding]:
        """Give what is there, by hash; vectors of zeros stand for none."""
        wanted = set(hashes)
        if not self._fingerprint or not wanted:
            return {}
        found: dict[str, PassageEmbedding] = {}
        try:
            for keys, vectors, details in self._segments():
                rows = np.array([row for row, key in enumerate(keys) if key in wanted], dtype=np.int64)
                halves = zip(rows.tolist(), vectors.take(rows), strict=True)
                found.update((keys[row], details.embedding(row, half)) for row, half in halves if half.any())
        except (IndexMissing, IndexCorrupt, OSError, ValueError, KeyError, TypeError):
            return {}
        return found

    def _segments(self) -> Iterator[tuple[list[str], SegmentVectors, SegmentDetails]]:
        name = self._store.current()
        manifest, folder = self._store.read_manifest(name), self._store.folder(name)
        if manifest.model_fingerprint != self._fingerprint:
            return
        for segment in read_segments(folder)[0]:
            vectors = self._vectors(folder, segment, manifest)
            width = vectors.details.pieces.codes.shape[1] if vectors.details is not None else 0
            if vectors.details is not None and width == self._piece_dimensions:
                yield load_hashes(folder / ARRAYS_FOLDER / segment), vectors, vectors.details

    def _vectors(self, folder: Path, segment: str, manifest: Manifest) -> SegmentVectors:
        own = f"{VECTORS_FOLDER}/{segment}/"
        for path, (size, digest) in manifest.files.items():
            if path.startswith(own):
                self._verifier.verify(folder, path, size, digest)
        return load_vectors(folder / VECTORS_FOLDER / segment, manifest.dimensions)
