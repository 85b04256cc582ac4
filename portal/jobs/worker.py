"""The worker: takes jobs from the database one by one, and never stops because one of them fails."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from enum import StrEnum
from threading import Event, Thread

from portal.domain.clock import Clock
from portal.domain.jobs import MAX_ATTEMPTS, Job, JobKind, plan_retry
from portal.jobs.schedule import Schedule
from portal.storage.database import Database

logger = logging.getLogger(__name__)

#: Does a job; returns when it wants to be run again, or None when it is done.
Handler = Callable[[Job], datetime | None]

#: Between two looks at an empty queue, in seconds.
IDLE_SECONDS = 1.0
#: After the queue itself could not be read, in seconds.
TROUBLE_SECONDS = 5.0
#: For a job in hand to end after the worker was told to stop, in seconds; a longer one is begun anew by the next.
STOP_PATIENCE_SECONDS = 20.0
#: Most characters of an error that are kept for admins.
MAX_ERROR_LENGTH = 2_000

#: Kinds of jobs that share a thread: neither a long indexing run nor a slow webhook must hold up a single mail.
LANES: Mapping[str, tuple[JobKind, ...]] = {
    "mail": (JobKind.SEND_MAIL,),
    "incoming mail": (JobKind.READ_MAIL,),
    "mailbox": (JobKind.FETCH_MAIL,),
    "index": (JobKind.REINDEX, JobKind.LEARN),
    "webhooks": (JobKind.SEND_WEBHOOK,),
    "gaps": (JobKind.FIND_GAPS, JobKind.REPLAY_GAPS),
}


class JobOutcome(StrEnum):
    """What became of a job that was run."""

    DONE = "done"
    AGAIN = "again"
    FAILED = "failed"


class Worker:
    """Runs jobs with their handlers, and the schedule beside them."""

    def __init__(
        self, database: Database, clock: Clock, handlers: Mapping[JobKind, Handler], schedule: Schedule
    ) -> None:
        self._database = database
        self._clock = clock
        self._handlers = handlers
        self._schedule = schedule

    def tick(self, kinds: Collection[JobKind] = tuple(JobKind), due: datetime | None = None) -> JobOutcome | None:
        """Run at most one job that is due; None when there is none.

        Args:
            due: Only jobs that were due then; now when None.
        """
        job = self._claim(kinds, due or self._clock.now())
        if job is None:
            return None
        if job.attempts > MAX_ATTEMPTS:
            return self._failed(job, RuntimeError("The worker died each time it ran this job."))
        try:
            again = self._handlers[job.kind](job)
        except Exception as error:
            return self._failed(job, error)
        return self._ended(job, again)

    def run_periodic(self) -> None:
        """Do what is due from time to time."""
        self._schedule.run_due()

    def run_all_due(self) -> Mapping[JobOutcome, int]:
        """Do everything that is due now, once, and return how many jobs had which outcome."""
        started = self._clock.now()
        self.run_periodic()
        counts = dict.fromkeys(JobOutcome, 0)
        while (outcome := self.tick(due=started)) is not None:
            counts[outcome] += 1
        return counts

    def run(self, stop: Event) -> None:
        """Work until told to stop; a job in hand is ended first, where that does not take too long."""
        lanes = [
            Thread(target=self._run_lane, args=(kinds, stop), name=name, daemon=True) for name, kinds in LANES.items()
        ]
        for lane in lanes:
            lane.start()
        while not stop.wait(IDLE_SECONDS):
            self.run_periodic()
        for lane in lanes:
            lane.join(STOP_PATIENCE_SECONDS)

    def _run_lane(self, kinds: Collection[JobKind], stop: Event) -> None:
        while not stop.is_set():
            try:
                found = self.tick(kinds)
            except Exception:
                logger.exception("The queue could not be read; it will be tried again.")
                stop.wait(TROUBLE_SECONDS)
                continue
            if found is None:
                stop.wait(IDLE_SECONDS)

    def _claim(self, kinds: Collection[JobKind], now: datetime) -> Job | None:
        with self._database.read() as work:
            if not work.jobs.has_due(now, kinds):
                return None
        with self._database.work() as work:
            return work.jobs.claim(now, kinds)

    def _ended(self, job: Job, again: datetime | None) -> JobOutcome:
        with self._database.work() as work:
            if again is None:
                work.jobs.finish(job.id)
                return JobOutcome.DONE
            work.jobs.reschedule(job.id, run_at=again)
            return JobOutcome.AGAIN

    def _failed(self, job: Job, error: Exception) -> JobOutcome:
        logger.error("Job %d (%s) failed at attempt %d.", job.id, job.kind, job.attempts, exc_info=error)
        said = f"{type(error).__name__}: {error}"[:MAX_ERROR_LENGTH]
        run_at = plan_retry(attempts=job.attempts, now=self._clock.now())
        with self._database.work() as work:
            if run_at is None:
                work.jobs.bury(job.id, error=said)
            else:
                work.jobs.retry(job.id, run_at=run_at, error=said)
        return JobOutcome.FAILED
