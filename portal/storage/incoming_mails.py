"""Mails that reached us. One that is not read yet always has a job, written in the same transaction."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select, update

from portal.domain.conversations import AuthorKind
from portal.domain.errors import NotFound
from portal.domain.incoming_mail import SET_ASIDE, MailOutcome, StoredMail
from portal.domain.jobs import JobKind
from portal.storage.base import Store
from portal.storage.jobs import JobStore
from portal.storage.request_rows import ConversationRow, IncomingMailRow, MessageRow

#: Key of the job that reads a mail, before the mail's number.
JOB_KEY = "incoming:"
#: Outcomes of mails that a person wrote.
_BY_PEOPLE = (
    MailOutcome.RECEIVED,
    MailOutcome.OPENED,
    MailOutcome.ADDED,
    MailOutcome.NOTED,
    MailOutcome.HELD,
    MailOutcome.EMPTY,
)


class IncomingMailStore(Store):
    """Mails that reached us, whatever became of them."""

    def add(
        self, *, message_id: str, stored_name: str, from_address: str, subject: str, now: datetime
    ) -> StoredMail | None:
        """Store a mail together with the job that reads it; None when it has been stored before.

        Two mails of one Message-ID are one when they come from the same address. A stranger who uses a customer's
        Message-ID first must not keep the customer's mail out.
        """
        known = self._sender_of(message_id)
        key = message_id if known is None else f"{message_id[:180]}#{stored_name}"
        if known == from_address or (known is not None and self._sender_of(key) is not None):
            return None
        row = IncomingMailRow(
            message_id=key,
            stored_name=stored_name,
            from_address=from_address,
            subject=subject,
            outcome=MailOutcome.RECEIVED,
            received_at=now,
        )
        self.session.add(row)
        self.session.flush()
        self._add_job(row.id, now, forced=False)
        return _stored(row)

    def get(self, mail_id: int) -> StoredMail:
        """Return one mail.

        Raises:
            NotFound: There is none with this number.
        """
        row = self.session.get(IncomingMailRow, mail_id)
        if row is None:
            raise NotFound("There is no such mail.")
        return _stored(row)

    def settle(self, mail_id: int, outcome: MailOutcome, conversation_id: int | None) -> None:
        """Note what became of a mail."""
        values = {"outcome": outcome, "conversation_id": conversation_id}
        self.session.execute(update(IncomingMailRow).where(IncomingMailRow.id == mail_id).values(**values))

    def take_in(self, mail_id: int, *, now: datetime) -> bool:
        """Read a mail that was set aside once more, as one of a person; False when it was not set aside."""
        row = self.session.get(IncomingMailRow, mail_id, with_for_update=True)
        if row is None or row.outcome not in SET_ASIDE or not row.stored_name:
            return False
        row.outcome = MailOutcome.RECEIVED
        self._add_job(mail_id, now, forced=True)
        return True

    def list_set_aside(self, *, limit: int) -> tuple[StoredMail, ...]:
        """Return mails that no person has seen in a conversation, newest first."""
        query = select(IncomingMailRow).where(IncomingMailRow.outcome.in_(SET_ASIDE))
        newest = query.order_by(IncomingMailRow.id.desc()).limit(limit)
        return tuple(_stored(row) for row in self.session.scalars(newest))

    def count(self, outcome: MailOutcome) -> int:
        """Return how many mails have one outcome."""
        return self.session.scalar(select(func.count()).where(IncomingMailRow.outcome == outcome)) or 0

    def count_recent(self, address: str, *, since: datetime) -> int:
        """Return how many mails people sent from an address since a time, and since an agent last answered them."""
        answered_at = self.session.scalar(
            select(func.max(MessageRow.at))
            .join(ConversationRow, ConversationRow.id == MessageRow.conversation_id)
            .where(ConversationRow.email == address, MessageRow.author_kind == AuthorKind.AGENT)
        )
        query = select(func.count()).where(
            IncomingMailRow.from_address == address,
            IncomingMailRow.outcome.in_(_BY_PEOPLE),
            IncomingMailRow.received_at >= max(since, answered_at or since),
        )
        return self.session.scalar(query) or 0

    def known_names(self, names: Collection[str]) -> frozenset[str]:
        """Return those of some stored names that a mail has."""
        query = select(IncomingMailRow.stored_name).where(IncomingMailRow.stored_name.in_(names))
        return frozenset(self.session.scalars(query))

    def forget(self, before: datetime, *, limit: int) -> tuple[str, ...]:
        """Let go of the text of mails received before a time.

        Mails that belong to no conversation go altogether; of the others it stays known that they came, so that none
        is taken in twice.

        Returns:
            The stored names of files to delete once this is committed; empty when there is nothing left to forget.
        """
        old = select(IncomingMailRow).where(
            IncomingMailRow.received_at < before,
            IncomingMailRow.stored_name != "",
            IncomingMailRow.outcome != MailOutcome.RECEIVED,
        )
        rows = self.session.scalars(old.limit(limit)).all()
        names = tuple(row.stored_name for row in rows)
        for row in rows:
            if row.conversation_id is None:
                self.session.delete(row)
            else:
                row.stored_name = ""
        return names

    def _sender_of(self, message_id: str) -> str | None:
        return self.session.scalar(select(IncomingMailRow.from_address).where(IncomingMailRow.message_id == message_id))

    def _add_job(self, mail_id: int, now: datetime, *, forced: bool) -> None:
        payload = {"mail_id": mail_id, "forced": forced}
        JobStore(self.session).add(JobKind.READ_MAIL, now=now, key=f"{JOB_KEY}{mail_id}", payload=payload)


def _stored(row: IncomingMailRow) -> StoredMail:
    return StoredMail(
        id=row.id,
        message_id=row.message_id,
        stored_name=row.stored_name,
        from_address=row.from_address,
        subject=row.subject,
        outcome=MailOutcome(row.outcome),
        conversation_id=row.conversation_id,
        received_at=row.received_at,
    )
