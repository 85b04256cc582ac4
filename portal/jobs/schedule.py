"""What the worker does from time to time, whether or not there is a job."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.domain.clock import Clock

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodicTask:
    """Something done every so often.

    Attributes:
        run: Must bear being run too often, and by several workers.
    """

    name: str
    every: timedelta
    run: Callable[[], object]


class Schedule:
    """Remembers when each task is due; all are due at the start."""

    def __init__(self, tasks: tuple[PeriodicTask, ...], clock: Clock) -> None:
        self._tasks = tasks
        self._clock = clock
        self._due: dict[str, datetime] = {}

    def run_due(self) -> tuple[str, ...]:
        """Run the tasks that are due and return their names; one that fails is logged and stops no other."""
        now = self._clock.now()
        due = tuple(task for task in self._tasks if self._due.get(task.name, now) <= now)
        for task in due:
            self._due[task.name] = now + task.every
            try:
                task.run()
            except Exception:
                logger.exception("The periodic task %s failed; it will be tried again.", task.name)
        return tuple(task.name for task in due)
