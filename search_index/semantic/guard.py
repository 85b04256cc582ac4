"""A query encoder that may be missing, broken or slow, made safe to ask on every search.

Queries are embedded on one thread of their own, so that a search can stop waiting. What went wrong comes
back as a named reason; after a failure the encoder is left alone for a while.
"""

from __future__ import annotations

import logging
import os
import queue
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from search_index.errors import IndexMissing, ModelNotFound
from search_index.records import DegradedReason
from search_index.semantic.ports import QueryEncoder, TextVectors, Vector

_log = logging.getLogger(__name__)

EncoderFactory = Callable[[], QueryEncoder]


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardLimits:
    """How patient searches are with the encoder, and with the reranker."""

    #: Milliseconds one query may take once the encoder is warm.
    encode_ms: float = 400.0
    #: Milliseconds a search may wait for the reranker, where there is one; those of its loading count.
    rerank_ms: float = 300.0
    #: Milliseconds the first search may wait for the encoder to load.
    load_ms: float = 8_000.0
    #: Seconds a failed encoder is left alone before it is tried again.
    retry_seconds: float = 30.0
    #: Query vectors that are remembered.
    remembered: int = 1_024


@dataclass(frozen=True, slots=True)
class Encoded:
    """A query's vectors, or the reason why there are none."""

    vectors: TextVectors | None
    reason: DegradedReason | None = None
    detail: str = ""

    @property
    def vector(self) -> Vector | None:
        """The vector of the whole query."""
        return self.vectors.vector if self.vectors is not None else None


@dataclass(slots=True)
class _Request:
    text: str
    done: threading.Event = field(default_factory=threading.Event)
    vectors: TextVectors | None = None
    reason: DegradedReason | None = None
    error: str = ""


class EncoderGuard:
    """Asks a query encoder, and never lets it raise, hang or slow a search.

    Args:
        source: The encoder, a callable that loads it at the first query, or None.
        limits: How patient to be.
        monotonic: A clock in seconds.
    """

    def __init__(
        self,
        source: QueryEncoder | EncoderFactory | None,
        limits: GuardLimits | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._source = source
        self._limits = limits if limits is not None else GuardLimits()
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._vectors: OrderedDict[str, TextVectors] = OrderedDict()
        self._encoder: QueryEncoder | None = None
        self._requests: queue.SimpleQueue[_Request] | None = None
        self._busy: _Request | None = None
        self._process = 0
        self._failed_at: float | None = None
        self._failure = Encoded(None)

    @property
    def fingerprint(self) -> str:
        """Fingerprint of the loaded encoder; empty while none is loaded."""
        return self._encoder.fingerprint if self._encoder is not None else ""

    def forget(self) -> None:
        """Drop a loaded encoder of another model than the index, so that a loader is asked for one again.

        Not more often than a failed one is tried again.
        """
        with self._lock:
            if callable(self._source):
                self._encoder, self._failed_at = None, self._monotonic()
                detail = "The index was built with another embedding model; index again."
                self._failure = Encoded(None, DegradedReason.VECTORS_MISSING, detail)
                self._vectors.clear()

    def encode(self, text: str, *, remembered: bool = True) -> Encoded:
        """Embed a query.

        Args:
            remembered: Take the vector from memory if the query was asked before; False asks the encoder itself.
        """
        return self.begin(text, remembered=remembered)()

    def begin(self, text: str, *, remembered: bool = True) -> Callable[[], Encoded]:
        """Start to embed a query, so that the caller can do something else meanwhile.

        Args:
            remembered: As for `encode`.

        Returns:
            What waits for the vector; to be called once.
        """
        with self._lock:
            known = self._known(text, remembered=remembered)
            return (lambda: known) if known is not None else partial(self._wait, self._submit(text))

    def _known(self, text: str, *, remembered: bool) -> Encoded | None:
        """Give what can be said without asking the encoder; None where it must be asked."""
        if self._source is None:
            return Encoded(None, DegradedReason.ENCODER_MISSING, "No embedding model is set up.")
        if remembered and (known := self._vectors.get(text)) is not None:
            self._vectors.move_to_end(text)
            return Encoded(known)
        if self._failed_at is not None and self._monotonic() - self._failed_at < self._limits.retry_seconds:
            return self._failure
        if self._is_stuck():
            return Encoded(None, DegradedReason.ENCODER_SLOW, "The embedding model has not finished an earlier query.")
        return None

    def _is_stuck(self) -> bool:
        """A query that nobody waits for any longer is still being embedded."""
        return self._process == os.getpid() and self._busy is not None and not self._busy.done.is_set()

    def _submit(self, text: str) -> _Request:
        request = _Request(text)
        if self._requests is None or self._process != os.getpid():  # a forked worker has no thread yet
            self._requests, self._process, self._busy = queue.SimpleQueue(), os.getpid(), None
            threading.Thread(target=self._serve, args=(self._requests,), name="query-encoder", daemon=True).start()
        self._requests.put(request)
        return request

    def _wait(self, request: _Request) -> Encoded:
        patience = self._limits.encode_ms if self._encoder is not None else self._limits.load_ms
        if not request.done.wait(patience / 1000):
            with self._lock:
                self._busy = request
            return Encoded(None, DegradedReason.ENCODER_SLOW, f"The embedding model took over {patience:.0f} ms.")
        with self._lock:
            if request.vectors is None:
                self._failed_at = self._monotonic()
                self._failure = Encoded(None, request.reason, request.error)
                return self._failure
            self._failed_at = None
            self._remember(request.text, request.vectors)
        return Encoded(request.vectors)

    def _remember(self, text: str, vectors: TextVectors) -> None:
        self._vectors[text] = vectors
        if len(self._vectors) > self._limits.remembered:
            self._vectors.popitem(last=False)

    def _serve(self, requests: queue.SimpleQueue[_Request]) -> None:
        while True:
            request = requests.get()
            try:
                request.vectors = self._load().encode_question(request.text)
            except (ModelNotFound, IndexMissing) as error:
                request.reason, request.error = DegradedReason.ENCODER_MISSING, str(error)
            except Exception as error:
                _log.warning("A query could not be embedded.", exc_info=True)
                request.reason, request.error = DegradedReason.ENCODER_FAILED, f"The embedding model failed: {error}"
            finally:
                request.done.set()

    def _load(self) -> QueryEncoder:
        if self._encoder is None:
            source = self._source
            self._encoder = source() if callable(source) else source
        if self._encoder is None:
            raise ModelNotFound("No embedding model is set up.")
        return self._encoder
