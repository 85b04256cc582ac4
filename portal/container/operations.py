"""Running the site: accounts, health, jobs and what is forgotten."""

from __future__ import annotations

from datetime import timedelta
from functools import cached_property

from portal.container.requests import RequestParts
from portal.domain.demo import DemoPerson
from portal.integrations.mail import SmtpMailer
from portal.integrations.passwords import Passwords
from portal.integrations.reply_addresses import parse_reply_address
from portal.services.diagnosis import DiagnosisService, Instruments
from portal.services.health import HealthService
from portal.services.jobs import JobsService
from portal.services.people import PeopleService
from portal.services.retention import RetentionService
from portal.storage.throttle import Throttle, ThrottleLimits
from search_index import (
    resolve_model,
)


class OperationParts(RequestParts):
    """Running the site: accounts, health, jobs and what is forgotten."""

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
    def diagnosis(self) -> DiagnosisService:
        """What `portal doctor` looks at."""
        settings = self.settings
        instruments = Instruments(
            engine_status=self.health.engine_status,
            find_model=lambda: resolve_model(settings.embedding_model or None),
            check_mail_server=self._check_mail_server,
            check_mailbox=self._check_mailbox,
            check_settings=self.check_settings,
            list_demo_people=self._list_demo_people,
        )
        return DiagnosisService(settings, self.database, self.clock, instruments)

    @cached_property
    def people(self) -> PeopleService:
        """Accounts, sign-in and passwords."""
        settings = self.settings
        passwords = Passwords(time_cost=settings.password_time_cost, memory_kib=settings.password_memory_kib)
        return PeopleService(self.database, self.clock, passwords, self.throttle)

    @cached_property
    def retention(self) -> RetentionService:
        """What is forgotten when its time is over."""
        keep_visits = timedelta(days=self.settings.keep_visits_days)
        return RetentionService(self.database, self.clock, keep_visits=keep_visits)

    def _list_demo_people(self) -> tuple[DemoPerson, ...]:
        return self.people.list_demo_people()  # built here: it would make a secret key

    def _check_mailbox(self) -> None:
        self.mailbox.check()  # built here: the doctor comes without one

    def _check_mail_server(self) -> None:
        if isinstance(self.mailer, SmtpMailer):
            self.mailer.check()

    @cached_property
    def jobs(self) -> JobsService:
        """Jobs that were given up."""
        return JobsService(self.database, self.clock)

    def check_settings(self) -> None:
        """Read the settings that are written in a notation of their own, so that a bad one is told at the start.

        Raises:
            SetupError: One cannot be used; the message names it.
        """
        parse_reply_address(self.settings.reply_address)  # by itself: the secret key is not to be made for this
        _ = self.promise, self.mail_sender, self.urgent_patterns, self.attachment_limits, self.identity_tokens
