"""Forgetting what visitors did when its time is over."""

from __future__ import annotations

from datetime import timedelta

from portal.domain.clock import Clock
from portal.storage.database import Database


class RetentionService:
    """Deletes what has been kept long enough.

    Args:
        keep_visits: How long searches, views, votes and journeys are kept.
    """

    def __init__(self, database: Database, clock: Clock, *, keep_visits: timedelta) -> None:
        self._database = database
        self._clock = clock
        self._keep_visits = keep_visits

    def forget_visits(self) -> int:
        """Delete old searches, views, votes and journeys, in small transactions; return how many rows went."""
        before = self._clock.now() - self._keep_visits
        forgotten = 0
        while True:
            with self._database.work() as work:
                gone = work.retention.forget_visits(before)
            forgotten += gone
            if not gone:
                return forgotten
