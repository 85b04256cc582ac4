"""A reranker that may be missing, broken or slow, made safe to ask on every search.

Like the encoder it works on a thread of its own, so that a search can stop waiting. Unlike it nothing is lost without
it: the order stays as it was, and customers need not be told.
"""

from __future__ import annotations

import logging
import os
import queue
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from search_index.errors import ModelError
from search_index.semantic.guard import GuardLimits
from search_index.semantic.ports import Reranker, Vector

_log = logging.getLogger(__name__)

RerankerFactory = Callable[[], Reranker]

#: Runs in a row that took too long, after which it is left alone for a while: each cost a search its patience.
_SLOW_RUNS = 3
#: Seconds after which a problem that lasts is written to the log again.
_TELL_AGAIN_SECONDS = 600.0
_TRIAL = "status"
#: What a search of the usual size has to read, to see once how long that takes.
_USUAL = (f"{_TRIAL} of a parcel that was sent but did not arrive in time " * 6,) * 10


class RerankerProblem(StrEnum):
    """Why a search goes without the reranker."""

    MISSING = "reranker_missing"
    FAILED = "reranker_failed"
    SLOW = "reranker_slow"


@dataclass(frozen=True, slots=True)
class Reranked:
    """Scores of passages, or the reason why there are none.

    Attributes:
        scores: float32 of shape (passages,), in [0, 1].
        detail: A sentence for an admin.
    """

    scores: Vector | None
    problem: RerankerProblem | None = None
    detail: str = ""


@dataclass(slots=True)
class _Request:
    question: str
    passages: Sequence[str]
    done: threading.Event = field(default_factory=threading.Event)
    given_up: bool = False
    answer: Reranked = Reranked(None)


class RerankerGuard:
    """Asks a reranker, and never lets it raise, hang or slow a search by more than its time limit.

    Args:
        source: The reranker, or a callable that loads it when it is first needed.
        limits: How patient to be.
        monotonic: A clock in seconds.
    """

    def __init__(
        self,
        source: Reranker | RerankerFactory,
        limits: GuardLimits | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._source = source
        self._limits = limits if limits is not None else GuardLimits()
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._reranker: Reranker | None = None
        self._requests: queue.SimpleQueue[_Request] | None = None
        self._process = 0
        self._running: _Request | None = None
        self._resting_since: float | None = None
        self._resting_for = Reranked(None)
        self._slow_runs = 0
        self._usual: Reranked | None = None
        self._told: tuple[RerankerProblem, float] | None = None

    @property
    def name(self) -> str:
        """Name of the loaded model; empty while none is loaded."""
        return self._reranker.name if self._reranker is not None else ""

    def score(self, question: str, passages: Sequence[str]) -> Reranked:
        """Score passages within the time limit, which also holds while the model is loaded.

        Args:
            passages: May be empty: there are then no scores, and no problem.
        """
        return self._ask(question, passages, self._limits.rerank_ms) if passages else Reranked(None)

    def look(self) -> Reranked:
        """Load the model if that was not done, and try it on a pair; for `status` and before the first search.

        The first time it also reads what a usual search has, and says from then on if that took longer than a search
        may wait.
        """
        tried = self._ask(_TRIAL, [_TRIAL], self._limits.load_ms)
        if tried.scores is None:
            return tried
        if self._usual is None:
            self._usual = self._try_usual()
        return self._usual

    def _try_usual(self) -> Reranked:
        begun = self._monotonic()
        answer = self._ask(_TRIAL, _USUAL, self._limits.load_ms)
        took_ms = (self._monotonic() - begun) * 1000
        return answer if took_ms <= self._limits.rerank_ms else self._too_slow(took_ms)

    def _ask(self, question: str, passages: Sequence[str], patience_ms: float) -> Reranked:
        with self._lock:
            answer = self._without_asking()
            request = self._submit(question, passages) if answer is None else None
        if request is not None:
            answer = self._wait(request, patience_ms)
        assert answer is not None  # noqa: S101 (one of the two)
        self._tell(answer)
        return answer

    def _without_asking(self) -> Reranked | None:
        """Give what can be said at once; None where the model must be asked."""
        if self._resting_since is not None:
            if self._monotonic() - self._resting_since < self._limits.retry_seconds:
                return self._resting_for
            self._resting_since = None
        running = self._running if self._process == os.getpid() else None
        if running is not None and running.given_up and not running.done.is_set():
            return Reranked(None, RerankerProblem.SLOW, "The reranker has not finished an earlier search.")
        return None

    def _submit(self, question: str, passages: Sequence[str]) -> _Request:
        request = _Request(question, passages)
        if self._requests is None or self._process != os.getpid():  # a forked worker has no thread yet
            self._requests, self._process, self._running = queue.SimpleQueue(), os.getpid(), None
            threading.Thread(target=self._serve, args=(self._requests,), name="reranker", daemon=True).start()
        self._requests.put(request)
        return request

    def _wait(self, request: _Request, patience_ms: float) -> Reranked:
        in_time = request.done.wait(patience_ms / 1000)
        with self._lock:
            if not in_time:
                request.given_up = True
                return self._slow(patience_ms)
            self._slow_runs = 0
            if request.answer.scores is None:
                self._rest(request.answer)
            return request.answer

    def _slow(self, patience_ms: float) -> Reranked:
        if self._reranker is None:
            return Reranked(None, RerankerProblem.SLOW, "The reranker is still being loaded.")
        answer = self._too_slow(patience_ms)
        self._slow_runs += 1
        if self._slow_runs >= _SLOW_RUNS:
            self._slow_runs = 0
            self._rest(answer)
        return answer

    def _too_slow(self, took_ms: float) -> Reranked:
        detail = (
            f"The reranker took over {took_ms:.0f} ms, and a search may wait for {self._limits.rerank_ms:.0f}. Name a "
            "smaller model in PORTAL_RERANKER_MODEL, or raise PORTAL_RERANKER_TIMEOUT_MS."
        )
        return Reranked(None, RerankerProblem.SLOW, detail)

    def _rest(self, reason: Reranked) -> None:
        self._resting_since, self._resting_for = self._monotonic(), reason

    def _tell(self, answer: Reranked) -> None:
        """Write a problem to the log when it begins and while it lasts, but not with every search."""
        problem, now = answer.problem, self._monotonic()
        is_known = self._told is not None and self._told[0] is problem and now - self._told[1] < _TELL_AGAIN_SECONDS
        if problem is not None and not is_known:
            self._told = (problem, now)
            _log.warning("Searches go without the reranker (%s): %s", problem.value, answer.detail)

    def _serve(self, requests: queue.SimpleQueue[_Request]) -> None:
        while True:
            request = requests.get()
            if request.given_up:  # while it waited its turn
                continue
            self._running = request
            request.answer = self._run(request)
            request.done.set()

    def _run(self, request: _Request) -> Reranked:
        try:
            return Reranked(self._load().score(request.question, request.passages))
        except ModelError as error:
            return Reranked(None, RerankerProblem.MISSING, str(error))
        except Exception as error:
            _log.warning("Passages could not be reranked.", exc_info=True)
            return Reranked(None, RerankerProblem.FAILED, f"The reranker failed: {error}")

    def _load(self) -> Reranker:
        if self._reranker is None:
            source = self._source
            self._reranker = source() if callable(source) else source
        return self._reranker
