"""Vectors of a run that has not finished."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from search_index.semantic.passage_embedding import HalfVector


class VectorCache:
    """Vectors computed by a run that has not finished: the next run goes on where a killed one stopped.

    An append-only file of records (passage hash, vector). A torn last record is dropped when it is read.

    Args:
        path: The file; its name must change with the model's fingerprint.
        dimensions: Length of a vector.
    """

    _KEY_BYTES = 16

    def __init__(self, path: Path, dimensions: int) -> None:
        self._path = path
        self._dimensions = dimensions

    def read(self) -> dict[str, HalfVector]:
        """Give all whole records by passage hash; empty when there is no file."""
        try:
            content = self._path.read_bytes()
        except FileNotFoundError:
            return {}
        return dict(self._records(content))

    def append(self, hashes: Iterable[str], vectors: HalfVector) -> None:
        """Add records.

        Raises:
            OSError: The file cannot be written.
        """
        self._path.parent.mkdir(parents=True, exist_ok=True)
        records = (bytes.fromhex(key) + vector.tobytes() for key, vector in zip(hashes, vectors, strict=True))
        with self._path.open("ab") as file:
            torn = file.tell() % self._record_bytes
            if torn:
                file.truncate(file.tell() - torn)
            file.write(b"".join(records))  # in one piece, so that two runs may share a file

    def clear(self) -> None:
        """Forget everything; the vectors live in a promoted generation now."""
        self._path.unlink(missing_ok=True)

    @property
    def _record_bytes(self) -> int:
        return self._KEY_BYTES + 2 * self._dimensions

    def _records(self, content: bytes) -> Iterator[tuple[str, HalfVector]]:
        for start in range(0, len(content) - self._record_bytes + 1, self._record_bytes):
            middle = start + self._KEY_BYTES
            vector = np.frombuffer(content, dtype=np.float16, count=self._dimensions, offset=middle)
            yield content[start:middle].hex(), vector
