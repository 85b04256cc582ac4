"""SHA-256 of files, remembered between runs as long as path, size and time of change stay the same."""

from __future__ import annotations

import contextlib
import hashlib
import json
from pathlib import Path

from search_index.small_files import replace_text


class FileHashes:
    """Hashes files, and keeps the answers in a small JSON file.

    The file is a shortcut only: missing, broken or not writable, hashing still works, just slower.
    """

    def __init__(self, path: Path | None) -> None:
        """Read what is remembered.

        Args:
            path: The JSON file; None to remember nothing beyond this object.
        """
        self._path = path
        self._known = _read(path)
        self._changed = False

    def sha256(self, path: Path) -> str:
        """Hash one file, as 64 hexadecimal digits.

        Raises:
            OSError: If the file cannot be read.
        """
        stat = path.stat()
        key = f"{path.resolve()} {stat.st_size} {stat.st_mtime_ns}"
        if key not in self._known:
            with path.open("rb") as file:
                self._known[key] = hashlib.file_digest(file, "sha256").hexdigest()
            self._changed = True
        return self._known[key]

    def save(self) -> None:
        """Write what is remembered, if it changed and a path was given."""
        if self._path is None or not self._changed:
            return
        with contextlib.suppress(OSError):
            replace_text(self._path, json.dumps(self._known, indent=0))


def _read(path: Path | None) -> dict[str, str]:
    if path is None:
        return {}
    try:
        known = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(known, dict):
        return {}
    return {key: value for key, value in known.items() if isinstance(key, str) and isinstance(value, str)}
