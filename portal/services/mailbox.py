"""The mailbox that is looked into for mail."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from portal.domain.clock import Clock
from portal.domain.errors import MailboxError
from portal.domain.incoming_mail import MailboxState
from portal.domain.jobs import JobKind
from portal.integrations.imap_mailbox import ImapMailbox
from portal.storage.database import Database
from portal.storage.mailbox_state import MailboxStateFile

logger = logging.getLogger(__name__)

#: Key of the one job that looks into the mailbox.
JOB_KEY = "mailbox"
#: After a look that failed, the next one; a server that is down is not to be asked all the time.
TROUBLE_WAIT = timedelta(minutes=2)


class MailboxService:
    """Fetches new mails and has them stored."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        mailbox: ImapMailbox | None,
        state: MailboxStateFile,
        *,
        store: Callable[[bytes], object],
        every: timedelta,
    ) -> None:
        """Bring together what the service works with.

        Args:
            mailbox: None where none is set.
            store: Makes a mail safe.
            every: Between two looks.
        """
        self._database = database
        self._clock = clock
        self._mailbox = mailbox
        self._state = state
        self._store = store
        self._every = every

    @property
    def is_set(self) -> bool:
        """Whether there is a mailbox to look into."""
        return self._mailbox is not None

    def state(self) -> MailboxState | None:
        """Return how far the mailbox has been read; None where none is set."""
        return self._state.load() if self._mailbox is not None else None

    def fetch(self) -> int:
        """Fetch what is new; return how many mails there were, 0 where no mailbox is set.

        Raises:
            MailboxError: It could not be read.
        """
        if self._mailbox is None:
            return 0
        try:
            return self._mailbox.fetch(self._state.load(), self._store, now=self._clock.now(), save=self._state.save)
        except MailboxError as error:
            self._state.save(replace(self._state.load(), error=str(error)))
            raise

    def check(self) -> None:
        """Connect and sign in without reading anything; does nothing where no mailbox is set.

        Raises:
            MailboxError: It cannot be used.
        """
        if self._mailbox is not None:
            self._mailbox.check()

    def look(self) -> datetime | None:
        """Fetch what is new, and say when to look again; None where no mailbox is set."""
        if self._mailbox is None:
            return None
        try:
            self.fetch()
        except MailboxError as error:
            logger.warning("%s", error)
        except Exception:  # mails that cannot be stored stay in the mailbox, and are fetched next time
            logger.exception("A mail could not be stored; it is fetched again.")
        else:
            return self._clock.now() + self._every
        return self._clock.now() + max(self._every, TROUBLE_WAIT)

    def ensure_job(self) -> None:
        """See to it that somebody looks into the mailbox from time to time."""
        if self._mailbox is None:
            return
        with self._database.work() as work:
            if not work.jobs.is_alive(JobKind.FETCH_MAIL, JOB_KEY):
                work.jobs.add(JobKind.FETCH_MAIL, now=self._clock.now(), key=JOB_KEY)
