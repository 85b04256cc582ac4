"""Noticing that a file was replaced by another."""

from __future__ import annotations

from pathlib import Path

#: Differs from file to file, and from one state of a file to the next.
Stamp = tuple[int, int, int]


def stamp_of(path: Path) -> Stamp | None:
    """Give the stamp of a file; None where there is none. Whoever follows a file compares it with the last one."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size
