"""Builds each long-lived object once: the only place that picks implementations."""

from __future__ import annotations

from datetime import timedelta
from functools import cached_property

from portal.domain.clock import Clock, SystemClock
from portal.integrations.embedding_models import LocalModels
from portal.integrations.passwords import Passwords
from portal.integrations.secret_key import read_or_create_secret_key
from portal.services.failed_searches import FailedSearchService
from portal.services.health import HealthService
from portal.services.indexing import IndexingService
from portal.services.people import PeopleService
from portal.services.search import SearchService
from portal.settings import Settings
from portal.storage.database import Database
from portal.storage.throttle import Throttle, ThrottleLimits
from search_index import GuardLimits, SearchEngine, live_query_encoder


class Container:
    """The objects one process works with; each is built at its first use."""

    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        self.settings = settings
        self.clock = clock or SystemClock()

    @cached_property
    def database(self) -> Database:
        """The database of this instance."""
        return Database(self.settings.resolved_database_url)

    @cached_property
    def secret_key(self) -> str:
        """Signs sessions and private links, and keys the hashes of failed sign-ins."""
        return self.settings.secret_key.get_secret_value() or read_or_create_secret_key(self.settings.secret_key_file)

    @cached_property
    def throttle(self) -> Throttle:
        """Failed sign-ins counted in the database."""
        settings = self.settings
        limits = ThrottleLimits(
            per_account=settings.sign_in_failures_per_email,
            per_address=settings.sign_in_failures_per_address,
            window=timedelta(minutes=settings.sign_in_window_minutes),
        )
        return Throttle(self.database, self.clock, secret=self.secret_key, limits=limits)

    @cached_property
    def health(self) -> HealthService:
        """Whether the site can do its work."""
        return HealthService(self.database, self.search_engine, self.clock)

    @cached_property
    def people(self) -> PeopleService:
        """Accounts, sign-in and passwords."""
        settings = self.settings
        passwords = Passwords(time_cost=settings.password_time_cost, memory_kib=settings.password_memory_kib)
        return PeopleService(self.database, self.clock, passwords, self.throttle)

    @cached_property
    def search_engine(self) -> SearchEngine:
        """The engine on this instance's index; nothing is loaded before the first search."""
        folder = self.settings.index_folder
        limits = GuardLimits(encode_ms=self.settings.encoder_timeout_ms)
        return SearchEngine(folder, live_query_encoder(folder), limits)

    @cached_property
    def search(self) -> SearchService:
        """Searches by customers, and what they opened."""
        return SearchService(self.database, self.search_engine, self.clock, hits_per_page=self.settings.hits_per_page)

    @cached_property
    def failed_searches(self) -> FailedSearchService:
        """What customers searched for in vain."""
        no_click_after = timedelta(minutes=self.settings.no_click_after_minutes)
        return FailedSearchService(self.database, self.clock, no_click_after=no_click_after)

    @cached_property
    def indexing(self) -> IndexingService:
        """The way from published articles to the index."""
        folder = self.settings.index_folder
        return IndexingService(self.database, folder, LocalModels(self.settings.embedding_model, folder))
