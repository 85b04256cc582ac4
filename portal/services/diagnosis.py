"""What `portal doctor` looks at: each check finds out one thing and names the way out."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from portal.domain.clock import Clock
from portal.domain.demo import DemoPerson
from portal.domain.errors import PortalError
from portal.domain.health import Check, CheckState
from portal.domain.jobs import JobState
from portal.domain.mail import MailState
from portal.services.instance_checks import (
    check_addresses,
    check_articles,
    check_encoder,
    check_incoming_mail,
    check_index,
    check_instance,
    check_names,
    check_python,
    check_reranker,
    check_room,
    check_secret_key,
    is_local,
)
from portal.settings import Settings
from portal.storage.database import Database
from portal.storage.schema import ADVICE, SchemaState, current_revision, schema_state
from search_index import EngineStatus, ModelError, ModelSource

OK, WARN, FAIL = CheckState.OK, CheckState.WARN, CheckState.FAIL

#: A job that is due is taken up within seconds; one that waits longer waits for a worker that is not there.
WORKER_MISSING_SECONDS = 180


@dataclass(frozen=True, slots=True, kw_only=True)
class Instruments:
    """How to ask what other parts know; each may raise.

    Attributes:
        find_model: Finds the embedding model and checks its hash.
        check_mail_server: Connects and signs in without sending.
        check_mailbox: Connects and signs in without reading.
        check_settings: Reads the settings that are written in a notation of their own.
        list_demo_people: The people of the demonstration whose published password still works.
    """

    engine_status: Callable[[], EngineStatus]
    find_model: Callable[[], ModelSource]
    check_mail_server: Callable[[], None]
    check_mailbox: Callable[[], None]
    check_settings: Callable[[], None]
    list_demo_people: Callable[[], Sequence[DemoPerson]]


class DiagnosisService:
    """Looks at everything an instance needs."""

    def __init__(self, settings: Settings, database: Database, clock: Clock, instruments: Instruments) -> None:
        self._settings = settings
        self._database = database
        self._clock = clock
        self._instruments = instruments

    def run(self) -> tuple[Check, ...]:
        """Carry out all checks. Never raises: a check that breaks is one that failed.

        Checks that need the database are left out where that is not ready.
        """
        checks = self._checks()
        if schema_state(self._database) is SchemaState.CURRENT:
            checks |= self._checks_of_content()
        return tuple(_guarded(name, check) for name, check in checks.items())

    def _checks(self) -> dict[str, Callable[[], Check]]:
        return {
            "Python": lambda: check_python(sys.version_info[:3]),
            "Settings": self._settings_check,
            "Instance": lambda: check_instance(self._settings.instance),
            "Secret key": lambda: check_secret_key(self._settings),
            "Disk": lambda: check_room(shutil.disk_usage(_nearest(self._settings.instance)).free),
            "Database": self._database_check,
            "Articles": lambda: check_articles(self._settings.articles),
            "Index": lambda: check_index(self._instruments.engine_status()),
            "Model": self._model,
            "Encoder": lambda: check_encoder(self._instruments.engine_status()),
            "Reranker": lambda: check_reranker(self._instruments.engine_status(), self._settings.reranker_model),
            "Mail server": self._mail_server,
            "Incoming mail": lambda: check_incoming_mail(self._settings, self._instruments.check_mailbox),
            "Addresses": lambda: check_addresses(self._settings),
        }

    def _checks_of_content(self) -> dict[str, Callable[[], Check]]:
        return {
            "Published": self._published,
            "Mail": self._mail,
            "Worker": self._worker,
            "Demonstration": self._demonstration,
        }

    def _settings_check(self) -> Check:
        try:
            self._instruments.check_settings()
        except PortalError as error:
            return Check(name="Settings", state=FAIL, message=str(error))
        return check_names(os.environ, Path(".env"))

    def _database_check(self) -> Check:
        state = schema_state(self._database)
        if state is SchemaState.CURRENT:
            return Check(name="Database", state=OK, message=f"revision {current_revision(self._database)}")
        return Check(name="Database", state=FAIL, message=state.value, way_out=ADVICE[state])

    def _published(self) -> Check:
        with self._database.read() as work:
            count = work.articles.count_published()
        if not count:
            return Check(name="Published", state=FAIL, message="no article is published", way_out="Run: portal sync")
        return Check(name="Published", state=OK, message=f"{count} articles")

    def _model(self) -> Check:
        try:
            source = self._instruments.find_model()
        except ModelError as error:
            return Check(name="Model", state=WARN, message="search by meaning is off", way_out=str(error))
        message = f"{source.name} from {source.origin.value}, fingerprint {source.fingerprint}"
        return Check(name="Model", state=OK, message=message)

    def _mail_server(self) -> Check:
        if not self._settings.smtp_host:
            way_out = "Mails are kept for an admin to read. To send them set PORTAL_SMTP_HOST."
            return Check(name="Mail server", state=WARN, message="none is set", way_out=way_out)
        try:
            self._instruments.check_mail_server()
        except PortalError as error:
            way_out = "Check PORTAL_SMTP_HOST, _PORT, _USER, _PASSWORD and _SECURITY. Mails wait until then."
            return Check(name="Mail server", state=FAIL, message=str(error), way_out=way_out)
        return Check(name="Mail server", state=OK, message=f"{self._settings.smtp_host}:{self._settings.smtp_port}")

    def _mail(self) -> Check:
        with self._database.read() as work:
            counts = work.mails.count_by_state()
        kept, failed = counts.get(MailState.KEPT, 0), counts.get(MailState.FAILED, 0)
        if not kept and not failed:
            return Check(name="Mail", state=OK, message="all sent")
        return Check(
            name="Mail", state=WARN, message=f"{kept} kept, {failed} failed", way_out="Read them at /admin/mail."
        )

    def _worker(self) -> Check:
        now = self._clock.now()
        with self._database.read() as work:
            dead, oldest = work.jobs.count(JobState.DEAD), work.jobs.oldest_due(now)
        waiting_seconds = (now - oldest).total_seconds() if oldest else 0
        if waiting_seconds > WORKER_MISSING_SECONDS:
            message = f"a job has been waiting for {waiting_seconds / 60:.0f} min"
            return Check(name="Worker", state=FAIL, message=message, way_out="Start it: portal worker")
        if dead:
            return Check(name="Worker", state=WARN, message=f"{dead} jobs given up", way_out="See /admin/jobs.")
        return Check(name="Worker", state=OK, message="no job waits")

    def _demonstration(self) -> Check:
        people = self._instruments.list_demo_people()
        if not people:
            return Check(name="Demonstration", state=OK, message="no account has a published password")
        emails = ", ".join(person.email for person in people)
        state = OK if is_local(self._settings.public_url) else FAIL
        way_out = (
            f"Everybody knows these passwords. Before the site is public: portal users deactivate {people[-1].email}"
        )
        return Check(name="Demonstration", state=state, message=emails, way_out=way_out if state is FAIL else "")


def _nearest(path: Path) -> Path:
    """Return the path itself or its nearest parent that is there."""
    return next(folder for folder in (path.resolve(), *path.resolve().parents) if folder.exists())


def _guarded(name: str, check: Callable[[], Check]) -> Check:
    try:
        return check()
    except Exception as error:  # a doctor does not faint
        message = f"could not be looked at: {type(error).__name__}: {_first_line(error)}"
        return Check(name=name, state=FAIL, message=message, way_out="Mend what fails above first.")


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [""])[0]
