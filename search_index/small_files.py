"""Small files beside an index: replaced whole by whoever writes them, and followed by running engines."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

from search_index.stamps import Stamp, stamp_of

Content = TypeVar("Content")


def replace_text(path: Path, text: str) -> None:
    """Put a text in place of a file, all at once; its folder is made.

    Raises:
        OSError: It cannot be written; an older file stays.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(path)


class FollowedFile(Generic[Content]):
    """What a file says now: read when it is first asked for, and again once it was replaced. Safe for threads.

    Args:
        path: May be missing.
        read: Makes something of the file, and of one that cannot be read too.
        nothing: What there is without a file.
    """

    def __init__(self, path: Path, read: Callable[[Path], Content], nothing: Content) -> None:
        self._path = path
        self._read = read
        self._nothing = nothing
        self._lock = threading.Lock()
        self._stamp: Stamp | None = None
        self._content = nothing

    def get(self) -> Content:
        """Give what the file says."""
        stamp = stamp_of(self._path)
        with self._lock:
            if stamp != self._stamp:
                self._content = self._read(self._path) if stamp is not None else self._nothing
                self._stamp = stamp
            return self._content
