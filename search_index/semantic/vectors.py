"""Vectors of passages: on disk as float16, in memory as float32, compared exactly.

Half precision halves the file and moves a cosine by less than 0.001. Vectors are always rounded to it
before use, so that one that was kept and one that was computed again are the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from search_index.errors import IndexCorrupt
from search_index.semantic.ports import Matrix, Vector

HalfVector = NDArray[np.float16]


class PassageVectors:
    """The vectors of all passages of a generation, one row each. Immutable, so safe for threads.

    Args:
        half: float16 of shape (rows, dimensions), L2-normalised; zeros for rows without a vector.
    """

    def __init__(self, half: NDArray[np.float16]) -> None:
        self._matrix: Matrix = np.ascontiguousarray(half, dtype=np.float32)

    @property
    def matrix(self) -> Matrix:
        """float32 of shape (rows, dimensions)."""
        return self._matrix

    def cosines(self, query: Vector) -> NDArray[np.float32]:
        """Compare one normalised vector with every row: float32 of shape (rows,), in [-1, 1].

        Raises:
            ValueError: The vector has another length than the rows.
        """
        cosines: NDArray[np.float32] = np.clip(self._matrix @ query, -1.0, 1.0)
        return cosines


def save_vectors(half: NDArray[np.float16], path: Path) -> None:
    """Write vectors of shape (rows, dimensions).

    Raises:
        OSError: The file cannot be written.
    """
    np.save(path, half, allow_pickle=False)


def load_half(path: Path) -> NDArray[np.float16]:
    """Read vectors as they lie on disk.

    Raises:
        IndexCorrupt: The file is missing, damaged or of another kind.
    """
    try:
        half = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise IndexCorrupt(f"The vectors {path} cannot be read ({error}); rebuild the index.") from error
    if half.dtype != np.float16 or half.ndim != 2:  # noqa: PLR2004
        raise IndexCorrupt(f"{path} holds {half.dtype} of {half.ndim} dimensions, not vectors; rebuild the index.")
    return half  # type: ignore[no-any-return]


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
        with self._path.open("ab") as file:
            torn = file.tell() % self._record_bytes
            if torn:
                file.truncate(file.tell() - torn)
            for key, vector in zip(hashes, vectors, strict=True):
                file.write(bytes.fromhex(key) + vector.tobytes())

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
