"""The pictures the site serves: checked copies of those in the articles folder, in the instance folder."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from portal.domain.articles import MediaFile
from portal.domain.errors import SetupError

_MANIFEST = ".manifest.json"


class MediaFolder:
    """Copies pictures in and finds them again. Files appear whole or not at all."""

    def __init__(self, root: Path) -> None:
        # absolute, since whoever sends a file may take a relative path for one of its own
        self._root = root.absolute()

    def copy_in(self, articles: Path, media: Iterable[MediaFile]) -> tuple[str, ...]:
        """Copy the pictures that are new or changed; those that are no longer wanted stay until `remove_others`.

        Args:
            articles: The articles folder.
            media: All pictures it holds, as they were when they were checked.

        Returns:
            The url paths that were written.

        Raises:
            SetupError: If the folder cannot be written.
        """
        known = self._read_manifest()
        written: dict[str, str] = {}
        try:
            for item in media:
                if known.get(item.url_path) == item.sha256 and (self._root / item.url_path).is_file():
                    continue
                data = (articles / item.path).read_bytes()
                # a file that changed since it was checked waits for the next sync
                if hashlib.sha256(data).hexdigest() == item.sha256:
                    _write(self._root / item.url_path, data)
                    written[item.url_path] = item.sha256
            if written:
                self._write_manifest({**known, **written})
        except OSError as error:
            raise SetupError(
                f"Pictures cannot be copied to {self._root}: {error.strerror}. Check its rights."
            ) from error
        return tuple(written)

    def remove_others(self, wanted: Iterable[MediaFile]) -> tuple[str, ...]:
        """Remove the pictures that no article folder holds any more, and return their url paths."""
        known = self._read_manifest()
        kept = {item.url_path for item in wanted}
        gone = tuple(path for path in known if path not in kept)
        for path in gone:
            with suppress(OSError):
                (self._root / path).unlink(missing_ok=True)
        if gone:
            self._write_manifest({path: sha256 for path, sha256 in known.items() if path in kept})
        return gone

    def find(self, url_path: str) -> Path | None:
        """Return the file behind an address below ``/media/``; None when there is none, whatever the path says."""
        if url_path not in self._read_manifest():
            return None
        file = self._root / url_path
        return file if file.is_file() else None

    def _read_manifest(self) -> Mapping[str, str]:
        try:
            manifest = json.loads((self._root / _MANIFEST).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return {str(path): str(sha256) for path, sha256 in manifest.items()} if isinstance(manifest, dict) else {}

    def _write_manifest(self, manifest: Mapping[str, str]) -> None:
        _write(self._root / _MANIFEST, json.dumps(dict(sorted(manifest.items())), indent=0).encode())


def _write(file: Path, data: bytes) -> None:
    """Write a file beside its place and move it there, so that nobody reads half of it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        Path(name).chmod(0o644)
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
