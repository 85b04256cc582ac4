"""Vectors that lie in the live generation already, found by the hash of what was embedded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from search_index.errors import IndexCorrupt, IndexMissing
from search_index.generations import FileVerifier, GenerationStore, Manifest
from search_index.keyword.postings import load_hashes
from search_index.reader import read_segments
from search_index.segments import ARRAYS_FOLDER, VECTORS_FOLDER
from search_index.semantic.segment_vectors import HALF_FILE, HalfVector, load_half


class KnownVectors:
    """Looks vectors up; finds nothing where the live generation is missing, damaged or of another model.

    Args:
        store: Where the live generation is; read anew at every call.
        verifier: Vectors that are not what the manifest says are not taken.
        fingerprint: Of the model; empty finds nothing.
    """

    def __init__(self, store: GenerationStore, verifier: FileVerifier, fingerprint: str) -> None:
        self._store = store
        self._verifier = verifier
        self._fingerprint = fingerprint

    def __call__(self, hashes: Iterable[str]) -> dict[str, HalfVector]:
        """Give the vectors that are there, by hash; rows of zeros stand for none."""
        wanted = set(hashes)
        if not self._fingerprint or not wanted:
            return {}
        found: dict[str, HalfVector] = {}
        try:
            for keys, half in self._segments():
                rows = [row for row, key in enumerate(keys) if key in wanted and half[row].any()]
                found.update((keys[row], np.array(half[row])) for row in rows)
        except (IndexMissing, IndexCorrupt, OSError, ValueError, KeyError, TypeError):
            return {}
        return found

    def _segments(self) -> Iterator[tuple[list[str], NDArray[np.float16]]]:
        name = self._store.current()
        manifest, folder = self._store.read_manifest(name), self._store.folder(name)
        if manifest.model_fingerprint != self._fingerprint:
            return
        for segment in read_segments(folder)[0]:
            yield load_hashes(folder / ARRAYS_FOLDER / segment), self._half(folder, segment, manifest)

    def _half(self, folder: Path, segment: str, manifest: Manifest) -> NDArray[np.float16]:
        path = f"{VECTORS_FOLDER}/{segment}/{HALF_FILE}"
        self._verifier.verify(folder, path, *manifest.files.get(path, (0, "")))
        return load_half(folder / path, manifest.dimensions)
