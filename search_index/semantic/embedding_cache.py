"""What a model said of passages in a run that has not finished, or in runs that measure something."""

from __future__ import annotations

import mmap
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from struct import Struct

from search_index.semantic.passage_embedding import PassageEmbedding

#: Passage hash, length of what follows, its check sum.
_HEAD = Struct("<16sII")


class EmbeddingCache:
    """Embeddings by passage hash: the next run goes on where a killed one stopped.

    An append-only file of records. Reading stops at the first torn one, and the next write begins there.

    Args:
        path: The file; its name must change with the model's fingerprint.
        dimensions: Of the model.
        piece_dimensions: Numbers kept of a word piece.
    """

    def __init__(self, path: Path, dimensions: int, piece_dimensions: int) -> None:
        self._path = path
        self._widths = (dimensions, piece_dimensions)
        self._whole_bytes = 0

    def read(self) -> dict[str, PassageEmbedding]:
        """Give all whole records by passage hash; their arrays lie in the mapped file. Empty without a file."""
        content = self._content()
        return {key: PassageEmbedding.from_bytes(record, *self._widths) for key, record, _ in _records(content)}

    def append(self, embeddings: Mapping[str, PassageEmbedding]) -> None:
        """Add records.

        Raises:
            OSError: The file cannot be written.
        """
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("ab") as file:
            if file.tell() != self._whole_bytes:  # not what this run has written: another's, or torn
                self._whole_bytes = max((end for _, _, end in _records(self._content(), checked=False)), default=0)
            if file.tell() > self._whole_bytes:
                file.truncate(self._whole_bytes)
            records = b"".join(_packed(key, each.to_bytes()) for key, each in embeddings.items())
            file.write(records)
            self._whole_bytes += len(records)

    def clear(self) -> None:
        """Forget everything; the embeddings live in a promoted generation now."""
        self._path.unlink(missing_ok=True)

    def _content(self) -> memoryview:
        try:
            with self._path.open("rb") as file:
                return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        except (FileNotFoundError, ValueError):  # ValueError: an empty file cannot be mapped
            return memoryview(b"")


def _packed(key: str, record: bytes) -> bytes:
    return _HEAD.pack(bytes.fromhex(key), len(record), zlib.crc32(record)) + record


def _records(content: memoryview, *, checked: bool = True) -> Iterator[tuple[str, memoryview, int]]:
    """Yield hash, bytes and end of each whole record."""
    start = 0
    while start + _HEAD.size <= len(content):
        key, length, check = _HEAD.unpack_from(content, start)
        begin, end = start + _HEAD.size, start + _HEAD.size + length
        if end > len(content) or (checked and zlib.crc32(content[begin:end]) != check):
            return
        yield key.hex(), content[begin:end], end
        start = end
