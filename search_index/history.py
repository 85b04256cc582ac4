"""Past questions with the articles that answered them: written as one file, followed without a rebuild.

    <root>/history/<model fingerprint>.npz   vectors, article ids, times, voters, weights; no words
    <root>/history/<model fingerprint>.new   vectors of a run that was killed; the next run goes on from them

The file stands beside the generations and belongs to none of them: it is replaced whole by a rename, and a
reader takes the new one at its next question. Vectors of texts that the old file knew are kept by hash, so
that one more question costs one embedding.
"""

from __future__ import annotations

import fcntl
import hashlib
import logging
import math
import os
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from search_index.errors import IndexCorrupt, IndexMissing
from search_index.generations import GenerationStore, writing
from search_index.past_votes import History, PastRows, id_hash
from search_index.recipe import HistoryRecipe
from search_index.records import Progress, no_progress
from search_index.semantic.passage_embedding import HalfVector
from search_index.semantic.ports import QueryEncoder
from search_index.semantic.record_file import RecordFile
from search_index.stamps import Stamp, stamp_of
from search_index.text import normalise

_log = logging.getLogger(__name__)

_FOLDER = "history"
#: Raise when the arrays of the file change their meaning; older files are then written anew.
_FORMAT = 1
#: Bytes of a text's hash; what `RecordFile` keeps vectors under.
_HASH_BYTES = 16
#: Vectors between two saves of a long run.
_SAVED_EVERY = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class PastQuestion:
    """A question that was asked once, and the article that answered it.

    Attributes:
        text: What was asked, without personal data; never kept on disk.
        at: When, aware.
        voter: Opaque name of who said that the article answers it; empty for unknown, each its own.
        weight: What the word of this voter is worth, 0 or more.
        id: Opaque; only for leaving a question out of the evidence.
    """

    text: str
    article_id: str
    at: datetime
    voter: str = ""
    weight: float = 1.0
    id: str = ""

    def __post_init__(self) -> None:
        """Check time and weight.

        Raises:
            ValueError: The time has no zone, or the weight is negative or not a number.
        """
        if self.at.tzinfo is None:
            raise ValueError(f"The time {self.at.isoformat()} of a past question needs a time zone.")
        if not math.isfinite(self.weight) or self.weight < 0:
            raise ValueError(f"The weight {self.weight} of a past question must be 0 or more.")


class HistoryStore:
    """Writes the past questions of one index.

    Args:
        index_root: The index folder; made when first written to.
    """

    def __init__(self, index_root: Path) -> None:
        self._folder = index_root / _FOLDER

    def write(self, questions: Iterable[PastQuestion], encoder: QueryEncoder, progress: Progress = no_progress) -> int:
        """Replace all past questions by others; returns how many were kept (those without words are not).

        Args:
            questions: All of them, read when no other writer is at work; none empties the history.
            encoder: Of the live generation's model.
            progress: Told about "embed".

        Raises:
            IndexNotWritable: The folder cannot be written; the old history stays.
            ModelError: The encoder failed; the old history stays.
        """
        with writing(self._folder), self._lock():
            kept, hashes = _readable(questions)
            vectors = self._vectors(kept, hashes, encoder, progress)
            filled = [row for row, vector in enumerate(vectors) if vector.any()]
            kept, hashes = [kept[row] for row in filled], [hashes[row] for row in filled]
            self._replace(encoder.fingerprint, _arrays(kept, hashes, [vectors[row] for row in filled]))
        return len(kept)

    def fits_live_index(self) -> bool:
        """Whether there is a history in the space of the live generation's model; False without an index."""
        generations = GenerationStore(self._folder.parent)
        try:
            fingerprint = generations.read_manifest(generations.current()).model_fingerprint
        except (IndexMissing, IndexCorrupt):
            return False
        return self._path(fingerprint).exists()

    def clear(self) -> None:
        """Forget all past questions, of every model."""
        if not self._folder.is_dir():
            return
        with writing(self._folder), self._lock():
            self._remove_all_but("")

    def _vectors(
        self, questions: Sequence[PastQuestion], hashes: Sequence[str], encoder: QueryEncoder, progress: Progress
    ) -> list[HalfVector]:
        known = self._known(encoder.fingerprint)
        missing = {key: each.text for key, each in zip(hashes, questions, strict=True) if key not in known}
        if missing:
            self._embed(missing, known, encoder, progress)
        return [known[key] for key in hashes]

    def _known(self, fingerprint: str) -> dict[str, HalfVector]:
        try:
            arrays = _load(self._path(fingerprint))
        except (FileNotFoundError, IndexCorrupt):
            return {}
        return {row.tobytes().hex(): vector for row, vector in zip(arrays["hashes"], arrays["vectors"], strict=True)}

    def _embed(
        self, missing: dict[str, str], known: dict[str, HalfVector], encoder: QueryEncoder, progress: Progress
    ) -> None:
        """Add the vectors of all missing texts to the known ones, saving them now and then."""
        cache = RecordFile(self._path(encoder.fingerprint).with_suffix(".new"))
        known.update((key, np.frombuffer(vector, dtype=np.float16)) for key, vector in cache.read().items())
        batch: dict[str, HalfVector] = {}
        for done, (key, text) in enumerate(missing.items(), start=1):
            if key not in known:
                known[key] = batch[key] = _half(encoder, text)
            if len(batch) >= _SAVED_EVERY:
                cache.append({each: vector.tobytes() for each, vector in batch.items()})
                batch.clear()
            progress("embed", done, len(missing))

    def _replace(self, fingerprint: str, arrays: dict[str, NDArray[Any]]) -> None:
        path = self._path(fingerprint)
        fresh = path.with_suffix(".tmp")
        with fresh.open("wb") as file:
            np.savez(file, allow_pickle=False, **arrays)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
        self._remove_all_but(path.name)

    def _remove_all_but(self, name: str) -> None:
        """Remove files of other models and of killed runs: what was withdrawn must not linger in them."""
        for path in self._folder.iterdir():
            if path.suffix in {".npz", ".tmp", ".new"} and path.name != name:
                path.unlink(missing_ok=True)

    def _path(self, fingerprint: str) -> Path:
        return self._folder / f"{fingerprint}.npz"

    @contextmanager
    def _lock(self) -> Iterator[None]:
        """Let one writer work at a time; the others wait."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / "LOCK").open("wb") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield


@dataclass(slots=True)
class _Followed:
    """The history of one model as it was last read."""

    stamp: Stamp | None = None
    history: History | None = None
    opening: threading.Lock = field(default_factory=threading.Lock)


class LiveHistory:
    """Keeps the past questions in memory and follows their file. Safe for threads.

    Args:
        index_root: The index folder; may be missing.
    """

    def __init__(self, index_root: Path) -> None:
        self._folder = index_root / _FOLDER
        self._followed: dict[str, _Followed] = {}

    def get(self, fingerprint: str, recipe: HistoryRecipe) -> History | None:
        """Give the past questions in the space of a model; None when there are none. Never raises.

        While one thread reads a new file the others go on with the old one.
        """
        path = self._folder / f"{fingerprint}.npz"
        followed = self._followed.setdefault(fingerprint, _Followed())
        stamp = stamp_of(path)
        if stamp != followed.stamp and followed.opening.acquire(blocking=False):
            try:
                followed.history = _open(path, recipe) if stamp is not None else None
                followed.stamp = stamp
                for other in set(self._followed) - {fingerprint}:
                    del self._followed[other]
            finally:
                followed.opening.release()
        return followed.history


def _open(path: Path, recipe: HistoryRecipe) -> History | None:
    try:
        arrays = _load(path)
        return History(
            PastRows(
                vectors=arrays["vectors"].astype(np.float32),
                articles=arrays["articles"],
                article_ids=tuple(str(each) for each in arrays["article_ids"]),
                voters=arrays["voters"],
                asked=arrays["asked"],
                weights=arrays["weights"],
                ids=arrays["ids"],
            ),
            recipe,
        )
    except (OSError, IndexCorrupt, ValueError, KeyError):
        _log.warning("The past questions %s cannot be read; searches go without them.", path, exc_info=True)
        return None


def _load(path: Path) -> dict[str, NDArray[Any]]:
    """Read all arrays of a file; the archive's own check sums find damage.

    Raises:
        FileNotFoundError: There is none.
        IndexCorrupt: It is damaged or of another format.
    """
    try:
        with np.load(path, allow_pickle=False) as archive:
            arrays: dict[str, NDArray[Any]] = {name: archive[name] for name in archive.files}
        if int(arrays["format"]) != _FORMAT or len({len(arrays[name]) for name in _COLUMNS}) != 1:
            raise ValueError("its arrays do not fit together")
    except FileNotFoundError:
        raise
    except (OSError, ValueError, KeyError, EOFError, TypeError, BadZipFile) as error:
        raise IndexCorrupt(f"The past questions {path} cannot be read ({error}); they are written anew.") from error
    return arrays


_COLUMNS = ("vectors", "hashes", "articles", "voters", "asked", "weights", "ids")


def _readable(questions: Iterable[PastQuestion]) -> tuple[list[PastQuestion], list[str]]:
    """Take the questions that have words, one voter's after another, with the hashes of their texts."""
    ordered = sorted(
        (each for each in questions if normalise(each.text)), key=lambda each: (each.article_id, each.voter)
    )
    return ordered, [text_hash(each.text) for each in ordered]


def text_hash(text: str) -> str:
    """Give the hash a question's vector is kept under: equal for texts that are searched alike."""
    content = normalise(text).encode("utf-8", "replace")
    return hashlib.blake2b(content, digest_size=_HASH_BYTES).hexdigest()


def _half(encoder: QueryEncoder, text: str) -> HalfVector:
    return encoder.encode_query(normalise(text)).astype(np.float16)


def _arrays(
    questions: Sequence[PastQuestion], hashes: Sequence[str], vectors: Sequence[HalfVector]
) -> dict[str, NDArray[Any]]:
    article_ids = sorted({each.article_id for each in questions})
    numbers = {article_id: number for number, article_id in enumerate(article_ids)}
    return {
        "format": np.array(_FORMAT),
        "vectors": np.stack(vectors) if vectors else np.zeros((0, 0), dtype=np.float16),
        "hashes": np.frombuffer(bytes.fromhex("".join(hashes)), dtype=np.uint8).reshape(-1, _HASH_BYTES),
        "articles": np.array([numbers[each.article_id] for each in questions], dtype=np.int32),
        "article_ids": np.array(article_ids, dtype=np.str_),
        "voters": _voters(questions),
        "asked": np.array([each.at.timestamp() for each in questions], dtype=np.float64),
        "weights": np.array([each.weight for each in questions], dtype=np.float32),
        "ids": np.array([id_hash(each.id) for each in questions], dtype=np.uint64),
    }


def _voters(questions: Sequence[PastQuestion]) -> NDArray[np.int32]:
    """Number the voters, so that their names stay off the disk; each unknown one is another."""
    numbers: dict[str, int] = {}
    names = (each.voter or f"\0{row}" for row, each in enumerate(questions))
    return np.array([numbers.setdefault(name, len(numbers)) for name in names], dtype=np.int32)
