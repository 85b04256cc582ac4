"""Whether the site can do its work: for machines that watch it, and for admins who open a page."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from portal.domain.clock import Clock
from portal.domain.health import Readiness, Troubles
from portal.domain.jobs import JobState
from portal.domain.mail import MailState
from portal.storage.database import Database
from portal.storage.schema import SchemaState, schema_state
from search_index import EngineStatus, SearchEngine

logger = logging.getLogger(__name__)

#: For how long an answer is good; asking the engine costs the embedding of one word.
FRESH_SECONDS = 5.0


class HealthService:
    """Knows how index, database, mail and worker are. Safe for threads."""

    def __init__(
        self,
        database: Database,
        engine: SearchEngine,
        clock: Clock,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._engine = engine
        self._clock = clock
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._status: tuple[float, EngineStatus] | None = None
        self._troubles: tuple[float, Troubles] | None = None

    def readiness(self) -> Readiness:
        """Say whether visitors can be sent here. Never raises."""
        state = schema_state(self._database)
        status = self.engine_status()
        return Readiness(
            ready=state is SchemaState.CURRENT,
            database=state.value,
            index_problem=status.problem.value if status.problem else "",
            generation=status.generation,
            articles=status.articles,
        )

    def troubles(self) -> Troubles:
        """Return what an admin should know of; a few seconds old at most. Never raises."""
        with self._lock:
            known, now = self._troubles, self._monotonic()
            if known is None or now - known[0] >= FRESH_SECONDS:
                known = (now, self._look())
                self._troubles = known
            return known[1]

    def engine_status(self) -> EngineStatus:
        """Return the engine's account of itself; a few seconds old at most. Never raises."""
        known, now = self._status, self._monotonic()
        if known is None or now - known[0] >= FRESH_SECONDS:
            known = (now, self._engine.status())
            self._status = known
        return known[1]

    def _look(self) -> Troubles:
        problem = self.engine_status().problem
        now = self._clock.now()
        try:
            with self._database.read() as work:
                mails = work.mails.count_by_state()
                oldest = work.jobs.oldest_due(now)
                return Troubles(
                    index_problem=problem,
                    mails_not_sent=mails.get(MailState.KEPT, 0) + mails.get(MailState.FAILED, 0),
                    dead_jobs=work.jobs.count(JobState.DEAD),
                    paused_webhooks=work.webhooks.count_paused(),
                    waiting_since_seconds=int((now - oldest).total_seconds()) if oldest else 0,
                )
        except Exception:  # a broken database must not break the page that would tell
            logger.warning("Mails and jobs could not be counted.", exc_info=True)
            return Troubles(index_problem=problem)
