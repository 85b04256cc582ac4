"""Mail that comes in: stored first, then read, then put where it belongs.

A mail is on the disk before anything is done with it, and in the database before its sender's server is told that it
arrived. Whatever goes wrong later, it can be read again.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from datetime import timedelta

from portal.domain.clock import Clock
from portal.domain.errors import NotFound
from portal.domain.incoming_mail import IncomingMailPage, MailboxState, MailOutcome
from portal.integrations.incoming_message import message_id_of, read_headers, read_mail, sender_of, subject_of
from portal.integrations.incoming_nature import OwnMail
from portal.services.mail_placing import MailPlacing
from portal.storage.attachments_folder import AttachmentsFolder
from portal.storage.database import Database

logger = logging.getLogger(__name__)

#: Mails that an admin sees at once, the newest.
MAILS_SHOWN = 100
#: A mail on the disk that the database does not know after this time is taken in: whoever stored it has died.
ADOPT_AFTER = timedelta(minutes=10)
#: Mails whose files are deleted in one go.
FORGOTTEN_AT_ONCE = 500
#: Longest Message-ID that is kept as it is, in characters.
MAX_ID_LENGTH = 250


class IncomingMailService:
    """Takes mails in."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        folder: AttachmentsFolder,
        placing: MailPlacing,
        *,
        own: OwnMail,
        keep: timedelta,
    ) -> None:
        """Bring together what the service works with.

        Args:
            folder: Where the bytes of mails are kept.
            own: By what our own mails are known.
            keep: How long the bytes are kept.
        """
        self._database = database
        self._clock = clock
        self._folder = folder
        self._placing = placing
        self._own = own
        self._keep = keep

    def store(self, raw: bytes) -> bool:
        """Store a mail and queue its reading; False when it was stored before.

        When this returns, the mail is safe.
        """
        name = hashlib.sha256(raw).hexdigest()
        self._folder.write(name, raw)
        return self._register(name, raw)

    def adopt(self) -> int:
        """Take in mails that lie in the folder and nowhere else; return how many there were."""
        batches = self._folder.list_batches(before=self._clock.now() - ADOPT_AFTER)
        return sum(self._adopt(name) for names in batches for name in self._unknown(names))

    def _unknown(self, names: Sequence[str]) -> list[str]:
        with self._database.read() as work:
            known = work.incoming_mails.known_names(names)
        return [name for name in names if name not in known]

    def _adopt(self, name: str) -> bool:
        is_new = self._register(name, self._folder.read(name))
        if not is_new:  # the same mail came by another way
            self._folder.delete(name)
        return is_new

    def read(self, mail_id: int, *, forced: bool = False) -> MailOutcome:
        """Read a stored mail and do what it asks for; one that has been read is left alone.

        Args:
            forced: An admin has looked at it: it is taken in whatever it seems to be.

        Raises:
            NotFound: There is no such mail.
        """
        with self._database.read() as work:
            stored = work.incoming_mails.get(mail_id)
        if stored.outcome is not MailOutcome.RECEIVED:
            return stored.outcome
        try:
            mail = read_mail(self._folder.read(stored.stored_name), self._own)
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError, OSError):
            logger.exception("Mail %d could not be read; an admin sees it.", mail_id)
            return self._settle(mail_id, MailOutcome.UNREADABLE)
        return self._placing.place(mail_id, mail, forced=forced)

    def page(self, mailbox: MailboxState | None) -> IncomingMailPage:
        """Return what an admin sees."""
        with self._database.read() as work:
            mails = work.incoming_mails.list_set_aside(limit=MAILS_SHOWN)
            waiting = work.incoming_mails.count(MailOutcome.RECEIVED)
        return IncomingMailPage(mails=mails, waiting=waiting, mailbox=mailbox)

    def raw(self, mail_id: int) -> bytes:
        """Return a mail as it travelled.

        Raises:
            NotFound: There is no such mail, or its text is not kept any more.
        """
        with self._database.read() as work:
            stored = work.incoming_mails.get(mail_id)
        try:
            return self._folder.read(stored.stored_name)
        except (OSError, ValueError) as error:
            raise NotFound("The text of this mail is not kept any more.") from error

    def take_in(self, mail_id: int) -> bool:
        """Take in a mail that was set aside, as an admin decided; False when it is not set aside any more."""
        with self._database.work() as work:
            return work.incoming_mails.take_in(mail_id, now=self._clock.now())

    def forget(self) -> int:
        """Delete the text of old mails; return how many went. What they said stays in its conversation."""
        before, gone = self._clock.now() - self._keep, 0
        while True:
            with self._database.work() as work:
                names = work.incoming_mails.forget(before, limit=FORGOTTEN_AT_ONCE)
            for name in names:
                self._folder.delete(name)
            gone += len(names)
            if not names:
                return gone

    def _register(self, name: str, raw: bytes) -> bool:
        headers = read_headers(raw)
        message_id = message_id_of(headers)
        usable = 0 < len(message_id) <= MAX_ID_LENGTH and "#" not in message_id
        with self._database.work() as work:
            added = work.incoming_mails.add(
                message_id=message_id if usable else f"#{name}",
                stored_name=name,
                from_address=sender_of(headers),
                subject=subject_of(headers),
                now=self._clock.now(),
            )
        return added is not None

    def _settle(self, mail_id: int, outcome: MailOutcome) -> MailOutcome:
        with self._database.work() as work:
            work.incoming_mails.settle(mail_id, outcome, None)
        return outcome
