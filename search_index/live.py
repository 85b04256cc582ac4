"""Which generation a search is answered by: the one `CURRENT` names, looked up on every request."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from search_index.errors import IndexCorrupt, IndexMissing
from search_index.generations import FileVerifier, GenerationStore
from search_index.keyword.whoosh_index import english_analyzer
from search_index.reader import GenerationReader, open_generation
from search_index.records import DegradedReason
from search_index.semantic.segment_vectors import LARGE_FILES
from search_index.stamps import Stamp, stamp_of

_log = logging.getLogger(__name__)

#: Seconds after which an index that could not be opened is tried again.
_RETRY_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Opened:
    """The generation to search, and what is wrong with the index.

    Attributes:
        reader: None when there is nothing to search. With a problem set it is an older generation still in memory.
        detail: A sentence with the way out; empty when all is well.
    """

    reader: GenerationReader | None
    problem: DegradedReason | None = None
    detail: str = ""


class LiveIndex:
    """Keeps the live generation open and follows `CURRENT`. Safe for threads.

    While one thread opens a new generation the others go on with the old one.
    """

    def __init__(self, root: Path, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._store = GenerationStore(root)
        self._verifier = FileVerifier(LARGE_FILES)  # the indexer and `verify_generation` read them
        self._analyzer = english_analyzer()
        self._monotonic = monotonic
        self._opening = threading.Lock()
        self._opened = Opened(None, DegradedReason.INDEX_MISSING, "No index has been opened yet.")
        self._stamp: Stamp | None = None
        self._tried_at: float | None = None

    def get(self) -> Opened:
        """Give the generation to search now; never raises."""
        stamp = stamp_of(self._store.current_file)
        if self._is_fresh(stamp):
            return self._opened
        waits = self._opened.reader is None
        if not self._opening.acquire(blocking=waits):
            return self._opened
        try:
            if not self._is_fresh(stamp):
                self._opened, self._stamp, self._tried_at = self._open(), stamp, self._monotonic()
            return self._opened
        finally:
            self._opening.release()

    def _is_fresh(self, stamp: Stamp | None) -> bool:
        if self._tried_at is None or stamp != self._stamp:
            return False
        return self._opened.problem is None or self._monotonic() - self._tried_at < _RETRY_SECONDS

    def _open(self) -> Opened:
        old = self._opened.reader
        try:
            reader = self._open_current(old)
            problem = DegradedReason.VECTORS_MISSING if reader.vectors_problem else None
            return Opened(reader, problem, reader.vectors_problem)
        except IndexMissing as error:
            return Opened(old, DegradedReason.INDEX_MISSING, str(error))
        except Exception as error:
            _log.exception("The search index cannot be opened.")
            return Opened(old, DegradedReason.INDEX_CORRUPT, str(error))

    def _open_current(self, old: GenerationReader | None) -> GenerationReader:
        name = self._store.current()
        try:
            return open_generation(self._store, name, self._verifier, self._analyzer, shared=old)
        except IndexCorrupt:
            if self._store.current() == name:
                raise
        # Another one was promoted, and this one pruned, meanwhile.
        return open_generation(self._store, self._store.current(), self._verifier, self._analyzer, shared=old)
