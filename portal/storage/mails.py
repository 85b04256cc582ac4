"""Outgoing mail. A mail that waits always has a job, written in the same transaction."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import String, cast, func, literal, select, update

from portal.domain.errors import NotFound
from portal.domain.incoming_mail import IN_THREAD, MailOutcome
from portal.domain.jobs import JobKind, JobState
from portal.domain.mail import MailDraft, MailState, OutgoingMail, answer_subject
from portal.storage.base import Store
from portal.storage.jobs import JobStore
from portal.storage.request_rows import IncomingMailRow, MailRow
from portal.storage.rows import JobRow

#: Earlier mails that a mail names in its References header, the first and the latest ones; programs need no more.
MAX_REFERENCES = 10

#: What a Message-ID is; one that was made up for a mail without is none.
_MESSAGE_ID = re.compile(r"[^\s<>#]+@[^\s<>#]+")

#: Key of the job that sends a mail, before the mail's number.
JOB_KEY = "mail:"

#: States of a mail that somebody still has to send.
PENDING = (MailState.QUEUED, MailState.SENDING)
#: States of a mail that nobody will send unless an admin says so.
NOT_SENT = (MailState.KEPT, MailState.FAILED)


class MailStore(Store):
    """Outgoing mail."""

    def queue(self, draft: MailDraft, *, now: datetime) -> int:
        """Store a mail together with the job that sends it, and return its number."""
        row = MailRow(
            conversation_id=draft.conversation_id,
            to_name=draft.to_name,
            to_address=draft.to_address,
            subject=self._subject(draft),
            body=draft.body,
            html=draft.html,
            reply_to=draft.reply_to,
            message_id=draft.message_id,
            references=self._references(draft.conversation_id),
            automatic=draft.automatic,
            state=MailState.QUEUED,
            created_at=now,
        )
        self.session.add(row)
        self.session.flush()
        self._add_job(row.id, now)
        return row.id

    def get(self, mail_id: int) -> OutgoingMail:
        """Return one mail.

        Raises:
            NotFound: There is none with this number.
        """
        row = self.session.get(MailRow, mail_id)
        if row is None:
            raise NotFound("There is no such mail.")
        return _mail(row)

    def begin_sending(self, mail_id: int) -> OutgoingMail | None:
        """Take a mail in hand; None when it does not wait any more.

        A mail found in hand is taken over: only its job's worker comes here, so the one before has died.
        """
        row = self.session.get(MailRow, mail_id, with_for_update=True)
        if row is None or row.state not in PENDING:
            return None
        row.state = MailState.SENDING
        row.attempts += 1
        return _mail(row)

    def mark_sent(self, mail_id: int, *, at: datetime) -> None:
        """Remember that the server took the mail over."""
        self._set(mail_id, state=MailState.SENT, sent_at=at, last_error="")

    def mark_queued(self, mail_id: int, *, error: str, counted: bool = True) -> None:
        """Put a mail back that could not be sent this time; an attempt that is not `counted` was none."""
        attempts = MailRow.attempts if counted else MailRow.attempts - 1
        self._set(mail_id, state=MailState.QUEUED, last_error=error, attempts=attempts)

    def mark_kept(self, mail_id: int) -> None:
        """Keep a mail that there is no server for."""
        self._set(mail_id, state=MailState.KEPT, last_error="")

    def mark_failed(self, mail_id: int, *, error: str) -> None:
        """Give a mail up; an admin sees it."""
        self._set(mail_id, state=MailState.FAILED, last_error=error)

    def mark_bounced(self, message_id: str, *, error: str) -> int | None:
        """Note that a mail which was sent has not arrived; an admin sees it, and the agents of its request.

        Returns:
            Its number; None when there is no such mail, or it was not sent.
        """
        sent = (MailRow.message_id == message_id, MailRow.state == MailState.SENT)
        mail_id = self.session.scalar(select(MailRow.id).where(*sent))
        if mail_id is not None:
            self._set(mail_id, state=MailState.FAILED, last_error=error)
        return mail_id

    def find_conversation(self, message_ids: Sequence[str]) -> int | None:
        """Return the conversation that the first known of some Message-IDs belongs to; None when none is ours."""
        query = select(MailRow.message_id, MailRow.conversation_id).where(MailRow.message_id.in_(message_ids))
        known = dict(self.session.execute(query).all())
        return next((known[message_id] for message_id in message_ids if known.get(message_id) is not None), None)

    def count_automatic(self, address: str, *, since: datetime) -> int:
        """Return how many mails machines wrote to an address since a time."""
        to = func.lower(MailRow.to_address) == address.lower()
        query = select(func.count()).where(to, MailRow.automatic.is_(True), MailRow.created_at >= since)
        return self.session.scalar(query) or 0

    def requeue(self, mail_id: int, *, now: datetime) -> bool:
        """Send a kept or failed mail again, with all its attempts before it; False when it is neither."""
        row = self.session.get(MailRow, mail_id, with_for_update=True)
        if row is None or row.state not in NOT_SENT:
            return False
        row.state, row.attempts, row.last_error = MailState.QUEUED, 0, ""
        self._add_job(mail_id, now)
        return True

    def requeue_orphans(self, *, now: datetime) -> int:
        """Give a job to each waiting mail that has lost its own, and return how many there were."""
        key = literal(JOB_KEY) + cast(MailRow.id, String)
        alive = JobRow.state.in_((JobState.WAITING, JobState.RUNNING))
        job = select(JobRow.id).where(JobRow.kind == JobKind.SEND_MAIL, JobRow.key == key, alive)
        orphans = self.session.scalars(select(MailRow.id).where(MailRow.state.in_(PENDING), ~job.exists())).all()
        for mail_id in orphans:
            self._add_job(mail_id, now)
        return len(orphans)

    def list_not_sent(self, *, limit: int) -> tuple[OutgoingMail, ...]:
        """Return kept and failed mails, newest first."""
        query = select(MailRow).where(MailRow.state.in_(NOT_SENT)).order_by(MailRow.id.desc()).limit(limit)
        return tuple(_mail(row) for row in self.session.scalars(query))

    def list_kept_ids(self) -> tuple[int, ...]:
        """Return the numbers of the kept mails, oldest first."""
        return tuple(
            self.session.scalars(select(MailRow.id).where(MailRow.state == MailState.KEPT).order_by(MailRow.id))
        )

    def list_for_conversation(self, conversation_id: int) -> tuple[OutgoingMail, ...]:
        """Return the mails of a conversation, oldest first."""
        query = select(MailRow).where(MailRow.conversation_id == conversation_id).order_by(MailRow.id)
        return tuple(_mail(row) for row in self.session.scalars(query))

    def count_by_state(self, conversation_id: int | None = None) -> dict[MailState, int]:
        """Return how many mails, of one conversation or of all, are in each state; every state is present."""
        query = select(MailRow.state, func.count()).group_by(MailRow.state)
        if conversation_id is not None:
            query = query.where(MailRow.conversation_id == conversation_id)
        counted = dict(self.session.execute(query).all())
        return {state: counted.get(state, 0) for state in MailState}

    def _add_job(self, mail_id: int, now: datetime) -> None:
        jobs = JobStore(self.session)
        jobs.add(JobKind.SEND_MAIL, now=now, key=f"{JOB_KEY}{mail_id}", payload={"mail_id": mail_id})

    def _subject(self, draft: MailDraft) -> str:
        """Return the draft's subject, or that of the mail the conversation began with, which keeps the two together.

        What a machine sends goes to addresses that nobody has proved to own, so it repeats nobody's words.
        """
        if draft.automatic or draft.conversation_id is None:
            return draft.subject
        begun = select(IncomingMailRow.subject).where(
            IncomingMailRow.conversation_id == draft.conversation_id, IncomingMailRow.outcome == MailOutcome.OPENED
        )
        subject = self.session.scalar(begun.order_by(IncomingMailRow.id).limit(1))
        return answer_subject(subject) if subject else draft.subject

    def _references(self, conversation_id: int | None) -> str:
        if conversation_id is None:
            return ""
        ours = select(MailRow.created_at, MailRow.message_id).where(MailRow.conversation_id == conversation_id)
        theirs = select(IncomingMailRow.received_at, IncomingMailRow.message_id).where(
            IncomingMailRow.conversation_id == conversation_id, IncomingMailRow.outcome.in_(IN_THREAD)
        )
        found = [
            *self.session.execute(theirs.order_by(IncomingMailRow.id)).all(),
            *self.session.execute(ours.order_by(MailRow.id)).all(),
        ]
        sent = sorted(found, key=lambda row: row[0])
        ids = [message_id for _, message_id in sent if _MESSAGE_ID.fullmatch(message_id)]
        named = ids if len(ids) <= MAX_REFERENCES else [ids[0], *ids[1 - MAX_REFERENCES :]]
        return " ".join(f"<{message_id}>" for message_id in named)

    def _set(self, mail_id: int, **values: object) -> None:
        self.session.execute(update(MailRow).where(MailRow.id == mail_id).values(**values))


def _mail(row: MailRow) -> OutgoingMail:
    return OutgoingMail(
        id=row.id,
        to_name=row.to_name,
        to_address=row.to_address,
        subject=row.subject,
        body=row.body,
        message_id=row.message_id,
        references=row.references,
        automatic=row.automatic,
        state=MailState(row.state),
        attempts=row.attempts,
        last_error=row.last_error,
        created_at=row.created_at,
        sent_at=row.sent_at,
        html=row.html,
        reply_to=row.reply_to,
    )
