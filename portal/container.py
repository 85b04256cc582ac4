"""Builds each long-lived object once: the only place that picks implementations."""

from __future__ import annotations

from functools import cached_property

from portal.domain.clock import Clock, SystemClock
from portal.settings import Settings
from portal.storage.database import Database


class Container:
    """The objects one process works with; each is built at its first use."""

    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        self.settings = settings
        self.clock = clock or SystemClock()

    @cached_property
    def database(self) -> Database:
        """The database of this instance."""
        return Database(self.settings.resolved_database_url)
