"""A folder of exported files that appears whole or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from search_index.errors import ModelNotFound


@contextmanager
def fresh_folder(folder: Path) -> Iterator[Path]:
    """Give an empty folder to fill; it takes the place of the one named when the block ends well, else it is removed.

    What a killed run left beside it is removed too. One process at a time may fill the same folder.

    Raises:
        OSError: It cannot be written.
    """
    fresh = folder.with_name(f".{folder.name}.{os.getpid()}.tmp")
    try:
        _remove_leftovers(folder)
        fresh.mkdir(parents=True)
        yield fresh
        if folder.exists():
            shutil.rmtree(folder)
        fresh.rename(folder)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def sizes_of(folder: Path) -> dict[str, int]:
    """Give the size of each file of a folder in bytes, to notice a damaged copy without reading 90 MB."""
    return {path.name: path.stat().st_size for path in sorted(folder.iterdir())}


def require_sizes(folder: Path, sizes: dict[str, int]) -> None:
    """Compare a folder with the sizes that were noted of it.

    Raises:
        ModelNotFound: A file is missing or has another size; the text is the reason alone.
    """
    for name, size in sizes.items():
        path = folder / name
        if not path.is_file() or path.stat().st_size != size:
            raise ModelNotFound(f"{name} is missing or not {size} bytes long")


def _remove_leftovers(folder: Path) -> None:
    """Remove what a killed export left: 90 MB that nobody will ever read."""
    for leftover in folder.parent.glob(f".{folder.name}.*.tmp"):
        shutil.rmtree(leftover, ignore_errors=True)
