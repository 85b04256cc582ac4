"""The folder of Markdown articles and pictures, read into one snapshot. One broken file never stops the others."""

from __future__ import annotations

import hashlib
import os
import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from portal.content.article_files import MAX_FILE_BYTES, read_article
from portal.content.categories import CATEGORIES_FILE, read_categories
from portal.content.media import MEDIA_SUFFIXES, inspect_media
from portal.content.synonyms import SYNONYMS_FILE, read_synonyms
from portal.domain.articles import ArticleSource, Category, ContentProblem, MediaFile
from portal.domain.errors import ContentError, SetupError
from portal.domain.sync import FolderSnapshot
from search_index import Progress, SynonymRule, no_progress

_ARTICLE_SUFFIXES = frozenset({".md", ".markdown"})
#: Folders that are never help articles.
_SKIPPED_FOLDERS = frozenset({"node_modules", "__pycache__"})
#: A file of this name at the top tells people about the folder and is no article.
_READ_ME = "readme"
#: Longest path of a file within the folder, in characters; the database's column holds no more.
_MAX_PATH = 1_000
#: Folder at the top whose name is left out of the addresses of pictures.
_MEDIA_PREFIX = "media/"


@dataclass(slots=True)
class _Finds:
    """What was read so far."""

    sources: list[ArticleSource] = field(default_factory=list)
    errors: list[ContentProblem] = field(default_factory=list)
    unusable: set[str] = field(default_factory=set)
    media: dict[str, MediaFile] = field(default_factory=dict)
    categories: tuple[Category, ...] | None = ()
    synonyms: tuple[SynonymRule, ...] | None = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Limits:
    """What every file is read with."""

    default_locale: str
    max_media_bytes: int


def read_articles_folder(
    root: Path, *, default_locale: str = "en", max_media_bytes: int = 5_000_000, progress: Progress = no_progress
) -> FolderSnapshot:
    """Read all articles, pictures and categories below a folder.

    Args:
        root: The folder. Hidden files and folders are passed over, links that lead out of it are refused.
        default_locale: Of articles that name none.
        max_media_bytes: Larger pictures are refused.
        progress: Called with the stage "read".

    Returns:
        What could be read, and an error with file and line for each file that could not. An empty folder gives an
        empty snapshot.

    Raises:
        SetupError: If the folder is not there or cannot be listed.
    """
    if not root.is_dir():
        raise SetupError(f"There is no folder {root}. Create it, or name another with PORTAL_ARTICLES.")
    finds = _Finds()
    limits = _Limits(default_locale=default_locale, max_media_bytes=max_media_bytes)
    files = sorted(_walk(root.resolve(), finds))
    for number, path in enumerate(files):
        progress("read", number, len(files))
        _try(root.resolve(), path, finds, limits)
    progress("read", len(files), len(files))
    return FolderSnapshot(
        sources=tuple(finds.sources),
        errors=tuple(sorted(finds.errors, key=lambda item: (item.path, item.line or 0))),
        unusable_paths=frozenset(finds.unusable),
        categories=finds.categories,
        synonyms=finds.synonyms,
        media=tuple(sorted(finds.media.values(), key=lambda item: item.path)),
    )


def _walk(root: Path, finds: _Finds) -> Iterator[str]:
    """Yield the paths of all files that matter, relative and with forward slashes."""

    def refuse(error: OSError) -> None:
        path = _relative(root, error.filename or root)
        finds.errors.append(_problem(path, f"The folder cannot be read: {error.strerror}."))

    for folder, folders, names in os.walk(root, onerror=refuse):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in _SKIPPED_FOLDERS)
        for name in folders:
            _check_link(root, Path(folder, name), finds)
        for name in names:
            path = _relative(root, Path(folder, name))
            if _matters(path):
                yield path


def _matters(path: str) -> bool:
    name = path.rpartition("/")[2]
    if path in {CATEGORIES_FILE, SYNONYMS_FILE}:
        return True
    stem, suffix = posixpath.splitext(name.lower())
    if name.startswith(".") or (stem == _READ_ME and name == path):
        return False
    return suffix in _ARTICLE_SUFFIXES | MEDIA_SUFFIXES


def _check_link(root: Path, folder: Path, finds: _Finds) -> None:
    """Complain of a linked folder that leads out; one that leads to a place within is read there anyway."""
    if folder.is_symlink() and not folder.resolve().is_relative_to(root):
        message = "The link leads out of the articles folder and was not followed. Copy the files instead."
        finds.errors.append(_problem(_relative(root, folder), message))


def _try(root: Path, path: str, finds: _Finds, limits: _Limits) -> None:
    """Read one file; whatever is wrong with it becomes an error of that file."""
    try:
        _read(root, path, finds, limits)
        return
    except ContentError as error:
        finds.errors.append(ContentProblem(path=error.path, line=error.line, message=error.reason))
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        finds.errors.append(_problem(path, f"The file cannot be read: {reason}."))
    if path == CATEGORIES_FILE:
        finds.categories = None
    elif path == SYNONYMS_FILE:
        finds.synonyms = None
    elif _is_article(path):
        finds.unusable.add(path)


def _read(root: Path, path: str, finds: _Finds, limits: _Limits) -> None:
    path.encode()  # a name that is not UTF-8 could not be stored
    file = root / path
    if not file.resolve().is_relative_to(root):
        message = "The link leads out of the articles folder and was not followed. Copy the file instead."
        raise ContentError(message, path=path)
    if len(path) > _MAX_PATH:
        raise ContentError(f"The path is longer than {_MAX_PATH} characters. Shorten it.", path=path)
    if path == CATEGORIES_FILE:
        finds.categories = read_categories(_read_text(file, path))
    elif path == SYNONYMS_FILE:
        _add_synonyms(_read_text(file, path), finds)
    elif _is_article(path):
        data = _read_bytes(file, path, MAX_FILE_BYTES)
        finds.sources.append(read_article(path, data, default_locale=limits.default_locale))
    else:
        _add_media(_read_media(file, path, limits.max_media_bytes), finds)


def _add_synonyms(text: str, finds: _Finds) -> None:
    listed = read_synonyms(text)
    finds.synonyms = listed.rules
    finds.errors.extend(listed.problems)


def _read_media(file: Path, path: str, max_bytes: int) -> MediaFile:
    data = _read_bytes(file, path, max_bytes)
    facts = inspect_media(data, path=path)
    return MediaFile(
        path=path,
        url_path=path.removeprefix(_MEDIA_PREFIX),
        media_type=facts.media_type,
        sha256=hashlib.sha256(data).hexdigest(),
        size_bytes=len(data),
        width=facts.width,
        height=facts.height,
    )


def _add_media(media: MediaFile, finds: _Finds) -> None:
    first = finds.media.setdefault(media.url_path, media)
    if first is not media:
        message = f"The picture's address /media/{media.url_path} belongs to {first.path} already. Rename one of them."
        raise ContentError(message, path=media.path)


def _read_bytes(file: Path, path: str, max_bytes: int) -> bytes:
    size = file.stat().st_size
    if size > max_bytes:
        raise ContentError(f"The file has {size:,} bytes; {max_bytes:,} is the most.", path=path)
    return file.read_bytes()


def _read_text(file: Path, path: str) -> str:
    try:
        return _read_bytes(file, path, MAX_FILE_BYTES).decode("utf-8")
    except UnicodeDecodeError as error:
        raise ContentError("The file is not UTF-8 text. Save it with the encoding UTF-8.", path=path) from error


def _is_article(path: str) -> bool:
    return posixpath.splitext(path.lower())[1] in _ARTICLE_SUFFIXES


def _problem(path: str, message: str) -> ContentProblem:
    return ContentProblem(path=path.encode("utf-8", "replace").decode(), line=None, message=message)


def _relative(root: Path, path: str | Path) -> str:
    return Path(path).relative_to(root).as_posix()
