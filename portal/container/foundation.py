"""What everything else is built on: settings, database, keys, times and words."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from portal.domain.business_hours import ReplyPromise, parse_business_hours
from portal.domain.clock import Clock, SystemClock
from portal.domain.past_questions import Voters
from portal.domain.targets import Targets
from portal.domain.urgency import UrgentPatterns, parse_urgent_patterns
from portal.integrations.phrases import PhraseBook
from portal.integrations.private_links import PrivateLinks
from portal.integrations.secret_key import read_or_create_secret_key
from portal.services.live import LiveChanges, Places
from portal.settings import Settings
from portal.storage.database import Database

#: Where the portal's own templates and translations lie.
PACKAGE = Path(__file__).parents[1]

#: Pages of one person, or of one private link, that stay connected; further ones ask from time to time.
PAGES_OF_ONE = 8


class Foundation:
    """What everything else is built on: settings, database, keys, times and words."""

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
    def voters(self) -> Voters:
        """The names by which past questions know who said so."""
        return Voters(secret=self.secret_key)

    @cached_property
    def promise(self) -> ReplyPromise:
        """By when people reply."""
        settings = self.settings
        hours = parse_business_hours(settings.business_hours, holidays=settings.holidays, time_zone=settings.time_zone)
        return ReplyPromise(hours=hours, within_minutes=settings.reply_within_minutes)

    @cached_property
    def phrase_book(self) -> PhraseBook:
        """Words and times outside a request."""
        return PhraseBook(zone=self.promise.hours.zone, folder=PACKAGE / "translations", region=self.settings.region)

    @cached_property
    def private_links(self) -> PrivateLinks:
        """Links by which customers open their requests."""
        settings = self.settings
        return PrivateLinks(
            self.secret_key, self.clock, valid_days=settings.private_link_days, public_url=settings.public_url
        )

    @cached_property
    def urgent_patterns(self) -> UrgentPatterns:
        """What must not wait."""
        return parse_urgent_patterns(self.settings.urgent_patterns)

    @cached_property
    def targets(self) -> Targets:
        """By what the desk measures itself."""
        return Targets(hours=self.promise.hours, solve_within_minutes=self.settings.solve_within_minutes)

    @cached_property
    def live(self) -> LiveChanges:
        """What open pages hear of at once."""
        return LiveChanges(self.database, self.clock)

    @cached_property
    def live_places(self) -> Places:
        """How many open pages of this process stay connected."""
        return Places(most=self.settings.live_pages, most_for_one=PAGES_OF_ONE)
