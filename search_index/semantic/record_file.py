"""What a model said in a run that has not finished, by hashes: the next run goes on where a killed one stopped."""

from __future__ import annotations

import mmap
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from struct import Struct

#: Hash of a text, length of what follows, its check sum.
_HEAD = Struct("<16sII")


class RecordFile:
    """An append-only file of records. Reading stops at the first torn or damaged one, and the next write begins there.

    Args:
        path: Made, with its folder, by the first write; its name must change with what the records mean.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._whole_bytes = 0

    def read(self) -> dict[str, memoryview]:
        """Give all whole records by their hash, lying in the mapped file; empty without a file."""
        return {key: record for key, record, _ in _records(self._content())}

    def append(self, records: Mapping[str, bytes]) -> None:
        """Add records.

        Args:
            records: By a hash of 16 bytes, in hexadecimal digits.

        Raises:
            OSError: The file cannot be written.
        """
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("ab") as file:
            if file.tell() != self._whole_bytes:  # not what this run has written: another's, or torn
                self._whole_bytes = max((end for _, _, end in _records(self._content())), default=0)
                file.truncate(self._whole_bytes)
            content = b"".join(_packed(key, record) for key, record in records.items())
            file.write(content)  # in one piece, so that two runs may share a file
            self._whole_bytes += len(content)

    def clear(self) -> None:
        """Forget everything."""
        self._path.unlink(missing_ok=True)

    def _content(self) -> memoryview:
        try:
            with self._path.open("rb") as file:
                return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        except (FileNotFoundError, ValueError):  # ValueError: an empty file cannot be mapped
            return memoryview(b"")


def _packed(key: str, record: bytes) -> bytes:
    return _HEAD.pack(bytes.fromhex(key), len(record), zlib.crc32(record)) + record


def _records(content: memoryview) -> Iterator[tuple[str, memoryview, int]]:
    """Yield hash, bytes and end of each whole record."""
    start = 0
    while start + _HEAD.size <= len(content):
        key, length, check = _HEAD.unpack_from(content, start)
        begin, end = start + _HEAD.size, start + _HEAD.size + length
        if end > len(content) or zlib.crc32(content[begin:end]) != check:
            return
        yield key.hex(), content[begin:end], end
        start = end
