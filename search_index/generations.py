"""Generations on disk: one writer, many readers, and never a mixture.

    <root>/CURRENT                  name of the live generation
    <root>/LOCK                     held by the one indexer at work
    <root>/generations/<name>/      complete, sealed by its manifest.json
    <root>/generations/.<name>      being built; swept away by the next indexer after a crash

A change clones the live generation by hard links, changes the clone, seals it with a manifest and then
renames `CURRENT` over: readers see the old one or the new one.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import json
import os
import re
import shutil
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from search_index.errors import IndexCorrupt, IndexLocked, IndexMissing, IndexNotWritable
from search_index.recipe import FORMAT

_CURRENT = "CURRENT"
_LOCK = "LOCK"
_MANIFEST = "manifest.json"
_NAME = re.compile(r"g(\d{6,})-[0-9a-f]{8}")
#: Seconds between two tries for the lock.
_LOCK_PAUSE_SECONDS = 0.05
_CANNOT_WRITE = frozenset(
    {
        errno.ENOSPC,
        errno.EDQUOT,
        errno.EROFS,
        errno.EACCES,
        errno.EPERM,
        errno.ENOTDIR,
        errno.EFBIG,
        errno.EIO,
        errno.EEXIST,
        errno.ENOENT,
        errno.ENAMETOOLONG,
        errno.ELOOP,
        errno.EISDIR,
        errno.EMFILE,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """The last file of a generation: what it is and which files belong to it.

    Attributes:
        build_hash: Of the recipe and model; see `BuildRecipe`.
        model: Name of the embedding model for people; empty for a keyword-only index.
        files: Size in bytes and SHA-256 of each file, by its path within the generation.
        times: When each file was last changed, in nanoseconds since 1970.
    """

    name: str
    build_hash: str
    model: str
    model_fingerprint: str
    dimensions: int
    articles: int
    passages: int
    files: dict[str, tuple[int, str]]
    times: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A generation being built."""

    name: str
    folder: Path


class FileVerifier:
    """Compares files with a manifest, and reads each unchanged file only once.

    Generations share most files by hard links, so that a reader which remembers what it has verified needs
    to read only the new ones.

    Args:
        by_size: Names of files that are too large to be read before the first search: of them only the size is
            compared.
    """

    def __init__(self, by_size: Collection[str] = frozenset()) -> None:
        self._by_size = frozenset(by_size)
        self._known: dict[tuple[int, int, int, int], str] = {}

    def verify(self, folder: Path, path: str, size: int, digest: str) -> None:
        """Check one file.

        Raises:
            IndexCorrupt: It is missing or not what the manifest says.
        """
        try:
            status = (folder / path).stat()
            if status.st_size == size and Path(path).name in self._by_size:
                return
            found = self.digest(folder / path) if status.st_size == size else ""
        except OSError as error:
            raise IndexCorrupt(f"{folder / path} is missing from the index ({error}); rebuild the index.") from error
        if found != digest:
            raise IndexCorrupt(f"{folder / path} is damaged; rebuild the index.")

    def trust(self, folder: Path, manifest: Manifest) -> None:
        """Take it that files which were not touched since their generation was sealed are what they were."""
        for path, (size, digest) in manifest.files.items():
            with contextlib.suppress(OSError):
                key = _identity((folder / path).stat())
                if key[2:] == (size, manifest.times.get(path)):
                    self._known[key] = digest

    def digest(self, path: Path) -> str:
        """Give the SHA-256 of a file.

        Raises:
            OSError: It cannot be read.
        """
        key = _identity(path.stat())
        if key not in self._known:
            with path.open("rb") as file:
                self._known[key] = hashlib.file_digest(file, "sha256").hexdigest()
        return self._known[key]


class GenerationStore:
    """The index folder: which generation is live, and how another becomes it.

    Args:
        root: The index folder; made when first written to.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    @property
    def current_file(self) -> Path:
        """The pointer to the live generation."""
        return self._root / _CURRENT

    def current(self) -> str:
        """Name the live generation.

        Raises:
            IndexMissing: There is none yet.
            IndexCorrupt: The pointer is unreadable or points nowhere.
        """
        try:
            name = self.current_file.read_text(encoding="utf-8").strip()
        except (FileNotFoundError, NotADirectoryError) as error:
            raise IndexMissing(f"There is no index in {self._root} yet; build one.") from error
        except (OSError, UnicodeDecodeError) as error:
            raise IndexCorrupt(f"{self.current_file} cannot be read ({error}); rebuild the index.") from error
        if not _NAME.fullmatch(name) or not self.folder(name).is_dir():
            raise IndexCorrupt(f"{self.current_file} names {name[:80]!r}, which is not there; rebuild the index.")
        return name

    def folder(self, name: str) -> Path:
        """Give the folder of a generation."""
        return self._root / "generations" / name

    def names(self) -> list[str]:
        """List the complete generations, oldest first."""
        try:
            found = [path.name for path in (self._root / "generations").iterdir() if _NAME.fullmatch(path.name)]
        except OSError:
            return []
        return sorted(found, key=_number)

    @contextmanager
    def lock(self, wait_seconds: float) -> Iterator[None]:
        """Hold the index for writing; leftovers of a crashed writer are swept away first.

        Raises:
            IndexLocked: Another indexer still held it after `wait_seconds`.
            IndexNotWritable: The folder cannot be written.
        """
        with writing(self._root):
            self._root.mkdir(parents=True, exist_ok=True)
            handle = os.open(self._root / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            self._acquire(handle, wait_seconds)
            self._sweep()
            yield
        finally:
            os.close(handle)

    def begin(self, clone_of: str | None) -> Draft:
        """Start a generation, empty or with the keyword files of another one linked in.

        Raises:
            OSError: The folder cannot be written.
        """
        newest = max((_number(name) for name in self.names()), default=0)
        name = f"g{newest + 1:06d}-{os.urandom(4).hex()}"
        folder = self.folder(f".{name}")
        folder.mkdir(parents=True)
        if clone_of is not None:
            for part in ("keyword", "arrays", "articles", "vectors"):
                _clone(self.folder(clone_of) / part, folder / part)
        return Draft(name=name, folder=folder)

    def seal(self, draft: Draft, manifest: Manifest, verifier: FileVerifier) -> None:
        """Write the manifest of a finished draft and give the folder its name.

        Args:
            verifier: Knows the files that were linked in, so that only new ones are read.

        Raises:
            OSError: The folder cannot be written.
        """
        paths = sorted(path for path in draft.folder.rglob("*") if path.is_file() and not path.name.endswith("LOCK"))
        files: dict[str, tuple[int, str]] = {}
        times: dict[str, int] = {}
        for path in paths:
            name, status = str(path.relative_to(draft.folder)), path.stat()
            files[name], times[name] = (status.st_size, verifier.digest(path)), status.st_mtime_ns
            if status.st_nlink == 1:  # linked ones were flushed with the generation they came from
                _flush(path)
        content = {
            "format": FORMAT,
            "name": manifest.name,
            "build_hash": manifest.build_hash,
            "model": manifest.model,
            "model_fingerprint": manifest.model_fingerprint,
            "dimensions": manifest.dimensions,
            "articles": manifest.articles,
            "passages": manifest.passages,
            "files": files,
            "times": times,
        }
        _write_through(draft.folder / _MANIFEST, json.dumps(content, indent=1))
        _flush(draft.folder)
        draft.folder.rename(self.folder(draft.name))

    def read_manifest(self, name: str) -> Manifest:
        """Read what a generation is.

        Raises:
            IndexCorrupt: It is missing, unreadable or of another format.
        """
        path = self.folder(name) / _MANIFEST
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            return _manifest(content)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise IndexCorrupt(f"{path} cannot be read ({error}); rebuild the index.") from error

    def promote(self, name: str) -> None:
        """Make a sealed generation the live one.

        Raises:
            OSError: The folder cannot be written.
        """
        fresh = self._root / f".{_CURRENT}"
        _write_through(fresh, name + "\n")
        fresh.replace(self.current_file)
        _flush(self._root)

    def discard(self, draft: Draft) -> None:
        """Remove a generation that did not make it, as far as the disk lets us."""
        shutil.rmtree(draft.folder, ignore_errors=True)
        shutil.rmtree(self.folder(draft.name), ignore_errors=True)

    def prune(self, keep: int) -> None:
        """Remove all but the live and the newest `keep` generations, as far as the disk lets us."""
        spared = {self.current(), *self.names()[-keep:]}
        for name in self.names():
            if name not in spared:
                shutil.rmtree(self.folder(name), ignore_errors=True)

    def previous(self) -> str:
        """Name the newest generation older than the live one.

        Raises:
            IndexMissing: There is none.
            IndexCorrupt: The live one cannot be told.
        """
        live = _number(self.current())
        older = [name for name in self.names() if _number(name) < live]
        if not older:
            raise IndexMissing(f"There is no older generation in {self._root} to go back to.")
        return older[-1]

    def _acquire(self, handle: int, wait_seconds: float) -> None:
        deadline = time.monotonic() + wait_seconds
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except BlockingIOError as error:
                if time.monotonic() >= deadline:
                    raise IndexLocked(
                        f"Another indexer is at work in {self._root}; nothing was changed. Try again when it is done."
                    ) from error
            time.sleep(_LOCK_PAUSE_SECONDS)

    def _sweep(self) -> None:
        """Remove what a crashed writer left: unfinished drafts, and finished ones that were never promoted."""
        for path in (self._root / "generations").glob(".g*"):
            shutil.rmtree(path, ignore_errors=True)
        try:
            live = _number(self.current())
        except (IndexMissing, IndexCorrupt):
            return
        for name in self.names():
            if _number(name) > live:
                shutil.rmtree(self.folder(name), ignore_errors=True)


@contextmanager
def writing(root: Path) -> Iterator[None]:
    """Turn a disk that is full or read-only into `IndexNotWritable`; other errors pass."""
    try:
        yield
    except OSError as error:
        if error.errno not in _CANNOT_WRITE:
            raise
        raise IndexNotWritable(
            f"The index folder {root} cannot be written ({error}); the live index stays as it was. "
            "Make room or give the rights, then index again."
        ) from error


def _identity(status: os.stat_result) -> tuple[int, int, int, int]:
    """Tell files apart; a linked one is the same."""
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def _number(name: str) -> int:
    match = _NAME.fullmatch(name)
    return int(match.group(1)) if match else 0


def _manifest(content: dict[str, Any]) -> Manifest:
    if content["format"] != FORMAT:
        raise ValueError(f"format {content['format']}, expected {FORMAT}")
    return Manifest(
        name=content["name"],
        build_hash=content["build_hash"],
        model=content["model"],
        model_fingerprint=content["model_fingerprint"],
        dimensions=int(content["dimensions"]),
        articles=int(content["articles"]),
        passages=int(content["passages"]),
        files={path: (int(size), str(digest)) for path, (size, digest) in content["files"].items()},
        times={path: int(time_ns) for path, time_ns in content["times"].items()},
    )


def _clone(source: Path, target: Path) -> None:
    """Link every file of a tree, or copy where links fail; lock files stay behind."""
    for folder, _, names in os.walk(source):
        here = target / Path(folder).relative_to(source)
        here.mkdir(parents=True, exist_ok=True)
        for name in names:
            if not name.endswith("LOCK"):
                _link(Path(folder) / name, here / name)


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _write_through(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
