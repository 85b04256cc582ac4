"""Jobs that were given up, for admins."""

from __future__ import annotations

from portal.domain.clock import Clock
from portal.domain.errors import NotFound
from portal.domain.jobs import JobsPage, JobState
from portal.storage.database import Database


class JobsService:
    """Shows what the worker could not do, and has it tried again."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def page(self) -> JobsPage:
        """Return what an admin sees."""
        with self._database.read() as work:
            return JobsPage(
                dead=work.jobs.list_dead(),
                waiting=work.jobs.count(JobState.WAITING),
                running=work.jobs.count(JobState.RUNNING),
            )

    def revive(self, job_id: int) -> None:
        """Have a dead job tried again.

        Raises:
            NotFound: There is no dead job with this number.
        """
        with self._database.work() as work:
            if not work.jobs.revive(job_id, now=self._clock.now()):
                raise NotFound("There is no job of this number that was given up.")
