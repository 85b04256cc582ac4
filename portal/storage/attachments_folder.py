"""Files that came with messages, in the instance folder, outside of what any web server shows."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from portal.domain.paging import batches

#: Files looked up in the database at a time.
LOOKED_UP_AT_ONCE = 500

_NAME = re.compile(r"[0-9a-f]{32}|[0-9a-f]{64}")


class AttachmentsFolder:
    """Keeps files under random names, two letters of which are a folder.

    A file is on the disk, not only on its way there, before the row that names it is written: a row never names a file
    that a power cut took, and a file without a row is found by `list_names` and removed later.
    """

    def __init__(self, folder: Path, *, ending: str = "") -> None:
        """Bring together where files go.

        Args:
            ending: Of the names on disk, such as ``.eml``.
        """
        self._folder = folder
        self._ending = ending

    def write(self, name: str, content: bytes) -> None:
        """Store a file for good; one that is there already stays as it is.

        Args:
            name: 32 or 64 hexadecimal characters.

        Raises:
            OSError: There is no room, or no right to write.
            ValueError: The name is none.
        """
        file = self.path(name)
        if file.exists():
            return
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = file.with_name(f"{file.name}.{os.getpid()}.part")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(file)
        for folder in (file.parent, self._folder, self._folder.parent):
            _settle(folder)

    def path(self, name: str) -> Path:
        """Return where a file lies, whether or not it is there.

        Raises:
            ValueError: The name is none, and might lead elsewhere.
        """
        if not _NAME.fullmatch(name):
            raise ValueError(f"{name!r} is not the name of a stored file.")
        return self._folder / name[:2] / f"{name}{self._ending}"

    def read(self, name: str) -> bytes:
        """Return a file's content.

        Raises:
            FileNotFoundError: It is not there.
        """
        return self.path(name).read_bytes()

    def delete(self, name: str) -> None:
        """Remove a file; one that is gone already is no trouble."""
        self.path(name).unlink(missing_ok=True)

    def list_names(self, *, before: datetime) -> Iterator[str]:
        """Yield the names of files written before a time; drafts that a crash left are removed on the way."""
        if not self._folder.is_dir():
            return
        for file in sorted(self._folder.glob("??/*")):
            try:
                written_at = datetime.fromtimestamp(file.stat().st_mtime, UTC)
            except FileNotFoundError:  # another worker was quicker
                continue
            if written_at >= before:
                continue
            name = file.name.removesuffix(self._ending)
            if _NAME.fullmatch(name):
                yield name
            elif file.name.endswith(".part"):
                file.unlink(missing_ok=True)

    def list_batches(self, *, before: datetime) -> Iterator[list[str]]:
        """Return the same names, so many at a time as a database can be asked for at once."""
        return batches(self.list_names(before=before), LOOKED_UP_AT_ONCE)


def _settle(folder: Path) -> None:
    """Make sure that a folder's list of names is on the disk too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
