"""Arrays that stay on disk: a search reads the few kilobytes it needs, and the system remembers them for all.

Large ones are neither loaded nor mapped: a web worker's memory does not grow with the index, and a file that is
cut short under a running site is an error to report, not a signal that ends the process.
"""

from __future__ import annotations

import os
import weakref
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

#: Arrays up to this many bytes are read at once: a small site needs nothing of its disk any more.
_KEPT_BYTES = 2**20


class StoredArray:
    """A .npy file of one or two dimensions, open for reading. Safe for threads; closed when nobody holds it.

    Args:
        path: May be unlinked later; what is open stays readable.

    Raises:
        OSError: The file is missing.
        ValueError: It is no such array, or not as long as it says.
    """

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            if npy.read_magic(file) != (1, 0):
                raise ValueError(f"{path} is not a plain array file.")
            self.shape, _, self.dtype = npy.read_array_header_1_0(file)
            self._offset = file.tell()
        if self.dtype.hasobject:
            raise ValueError(f"{path} holds objects.")
        self._path = path
        self._length = int(np.prod(self.shape))
        self._file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        weakref.finalize(self, os.close, self._file)
        if os.fstat(self._file).st_size != self._offset + self._length * self.dtype.itemsize:
            raise ValueError(f"{path} is cut short.")
        small = self._length * self.dtype.itemsize <= _KEPT_BYTES
        self._kept: NDArray[Any] | None = self._read(0, self._length) if small else None

    def __len__(self) -> int:
        return int(self.shape[0])

    def __getitem__(self, here: slice) -> NDArray[Any]:
        """Read a run of a one-dimensional array; both ends must be given.

        Raises:
            ValueError: The file has been cut short.
        """
        return self._kept[here] if self._kept is not None else self._read(here.start, here.stop)

    def rows(self, start: int, stop: int) -> NDArray[Any]:
        """Read a run of rows of a two-dimensional array.

        Raises:
            ValueError: The file has been cut short.
        """
        width = self.shape[1]
        return self[start * width : stop * width].reshape(stop - start, width)

    def take(self, rows: NDArray[np.integer]) -> NDArray[Any]:
        """Read some rows of a two-dimensional array, in the order asked for.

        Raises:
            ValueError: The file has been cut short.
            IndexError: There is no such row.
        """
        if self._kept is not None:
            kept: NDArray[Any] = self._kept.reshape(self.shape)[rows]
            return kept
        taken = np.empty((len(rows), self.shape[1]), dtype=self.dtype)
        if not taken.size:
            return taken
        if not 0 <= int(rows.min()) <= int(rows.max()) < len(self):
            raise IndexError(f"{self._path} has {len(self)} rows.")
        size = self.shape[1] * self.dtype.itemsize
        room = taken.data.cast("B")
        for place, row in enumerate(rows.tolist()):
            if os.preadv(self._file, [room[place * size : (place + 1) * size]], self._offset + row * size) != size:
                raise ValueError(f"{self._path} has been cut short; rebuild the index.")
        return taken

    def __array__(self, dtype: np.dtype[Any] | None = None, copy: bool | None = None) -> NDArray[Any]:
        """Read all of it."""
        whole = (self._kept if self._kept is not None else self._read(0, self._length)).reshape(self.shape)
        return whole if dtype is None else whole.astype(dtype, copy=False)

    def _read(self, start: int, stop: int) -> NDArray[Any]:
        size = self.dtype.itemsize
        wanted = max(stop - start, 0) * size
        content = os.pread(self._file, wanted, self._offset + start * size)
        if len(content) != wanted:
            raise ValueError(f"{self._path} has been cut short; rebuild the index.")
        return np.frombuffer(content, dtype=self.dtype)
