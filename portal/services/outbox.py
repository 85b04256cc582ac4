"""The outbox: mails are sent from the database, tried again, kept where there is no server, and shown to admins."""

from __future__ import annotations

import logging
from datetime import datetime

from portal.domain.clock import Clock
from portal.domain.errors import DeliveryError
from portal.domain.mail import MailFault, MailPage, MailState, OutgoingMail, plan_mail_retry
from portal.integrations.mail import Mailer
from portal.storage.database import Database

logger = logging.getLogger(__name__)

#: Mails that an admin sees at once, the newest.
MAILS_SHOWN = 100


class OutboxService:
    """Sends what is queued.

    Before the server is spoken to, one transaction notes that the mail is in hand; after it, another notes what became
    of it. A crash between the two is the only way in which a mail can go out twice, and then both have one Message-ID.
    """

    def __init__(self, database: Database, clock: Clock, mailer: Mailer | None) -> None:
        """Bring together what the service works with.

        Args:
            mailer: None where no server is set: mails are kept.
        """
        self._database = database
        self._clock = clock
        self._mailer = mailer

    def send(self, mail_id: int) -> datetime | None:
        """Send one mail, if it still waits.

        Returns:
            When to try again; None when nothing is left to do.
        """
        with self._database.work() as work:
            mail = work.mails.begin_sending(mail_id)
            if mail is not None and self._mailer is None:
                work.mails.mark_kept(mail_id)
        if mail is None or self._mailer is None:
            return None
        try:
            self._mailer.send(mail)
        except DeliveryError as error:
            return self._not_sent(mail, error)
        with self._database.work() as work:
            work.mails.mark_sent(mail_id, at=self._clock.now())
        return None

    def recover(self) -> int:
        """Give a job to each waiting mail that has lost its own; return how many there were."""
        with self._database.work() as work:
            return work.mails.requeue_orphans(now=self._clock.now())

    def page(self) -> MailPage:
        """Return what an admin sees."""
        with self._database.read() as work:
            counts = work.mails.count_by_state()
            return MailPage(
                mails=work.mails.list_not_sent(limit=MAILS_SHOWN),
                kept=counts[MailState.KEPT],
                failed=counts[MailState.FAILED],
                waiting=counts[MailState.QUEUED] + counts[MailState.SENDING],
                can_send=self._mailer is not None,
            )

    def send_again(self, mail_id: int) -> None:
        """Queue a kept or failed mail once more; one that waits already is left alone.

        Raises:
            NotFound: There is no such mail.
        """
        with self._database.work() as work:
            work.mails.get(mail_id)
            work.mails.requeue(mail_id, now=self._clock.now())

    def send_all_kept(self) -> int:
        """Queue every kept mail once more; return how many there were."""
        now = self._clock.now()
        with self._database.work() as work:
            return sum(work.mails.requeue(mail_id, now=now) for mail_id in work.mails.list_kept_ids())

    def _not_sent(self, mail: OutgoingMail, error: DeliveryError) -> datetime | None:
        now = self._clock.now()
        again = plan_mail_retry(error.fault, attempts=mail.attempts, created_at=mail.created_at, now=now)
        with self._database.work() as work:
            if again is None:
                work.mails.mark_failed(mail.id, error=str(error))
            else:
                work.mails.mark_queued(mail.id, error=str(error), counted=error.fault is not MailFault.OUTAGE)
        logger.warning("Mail %d was not sent (%s): %s", mail.id, error.fault, error)
        return again
