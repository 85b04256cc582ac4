"""Where a mail belongs: to its customer's request, to a new one, or beside all of them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.domain.attachments import Attachment, Upload
from portal.domain.clock import Clock
from portal.domain.conversations import (
    AuthorKind,
    Conversation,
    ConversationChange,
    HandoffReason,
    MessageKind,
    MessageSource,
    NewConversation,
    NewMessage,
    plan_customer_message,
)
from portal.domain.errors import RefusedFile
from portal.domain.incoming_mail import (
    CONFIRMATION_WINDOW_MINUTES,
    FLOOD_WINDOW_MINUTES,
    IncomingMail,
    MailContext,
    MailOutcome,
    MailPlan,
    plan_incoming,
)
from portal.domain.journeys import Journey
from portal.domain.urgency import UrgentPatterns
from portal.integrations.correspondence import Correspondence
from portal.integrations.reply_addresses import ReplyAddresses
from portal.services.message_texts import free_reference
from portal.storage.database import Database, UnitOfWork

logger = logging.getLogger(__name__)

#: Outcomes for which files are worth keeping.
_WITH_FILES = (MailOutcome.OPENED, MailOutcome.ADDED, MailOutcome.NOTED, MailOutcome.AUTOMATIC)

KeepFiles = Callable[[Sequence[Upload]], tuple[Attachment, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class MailRoom:
    """What mails are read with.

    Attributes:
        keep_files: Checks files and keeps them; raises `RefusedFile`.
        max_files: Most files of one message.
        urgent: What must not wait.
        locale: Of requests that begin with a mail, and of notes.
        most_per_hour: Mails of one sender in an hour without an answer; more are held.
    """

    replies: ReplyAddresses
    keep_files: KeepFiles
    max_files: int
    urgent: UrgentPatterns
    locale: str
    most_per_hour: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Letter:
    """A mail on its way to its place."""

    id: int
    mail: IncomingMail
    files: tuple[Attachment, ...]
    refused: tuple[str, ...]
    at: datetime

    @property
    def key(self) -> str:
        return f"mail:{self.id}"

    @property
    def sender(self) -> str:
        return self.mail.from_address or "?"


class MailPlacing:
    """Decides where mails belong, and puts them there."""

    def __init__(self, database: Database, clock: Clock, correspondence: Correspondence, room: MailRoom) -> None:
        self._database = database
        self._clock = clock
        self._correspondence = correspondence
        self._room = room

    def place(self, mail_id: int, mail: IncomingMail, *, forced: bool) -> MailOutcome:
        """Put a mail where it belongs, all of it in one transaction, and return what became of it.

        Args:
            forced: An admin has looked at it: it is taken in whatever it seems to be.
        """
        now = self._clock.now()
        with self._database.read() as work:
            probable = plan_incoming(mail, self._context(work, mail, now, forced))
        files, refused = self._files(mail) if probable.outcome in _WITH_FILES else ((), ())
        with self._database.work() as work:
            plan = plan_incoming(mail, self._context(work, mail, now, forced))
            letter = _Letter(id=mail_id, mail=mail, files=files, refused=refused, at=now)
            conversation_id = self._carry_out(work, plan, letter)
            work.incoming_mails.settle(mail_id, plan.outcome, conversation_id)
        logger.info("Mail %d: %s.", mail_id, plan.outcome)
        return plan.outcome

    def _context(self, work: UnitOfWork, mail: IncomingMail, now: datetime, forced: bool) -> MailContext:
        since = now - timedelta(minutes=FLOOD_WINDOW_MINUTES)
        referred = work.mails.find_conversation(mail.references)
        return MailContext(
            addressed=self._addressed(work, mail),
            referred=work.conversations.get(referred) if referred is not None else None,
            recent=work.incoming_mails.count_recent(mail.from_address, since=since),
            most=self._room.most_per_hour,
            forced=forced,
        )

    def _addressed(self, work: UnitOfWork, mail: IncomingMail) -> Conversation | None:
        for link in filter(None, map(self._room.replies.read, mail.recipients)):
            if work.conversations.has_reference(link.reference):
                conversation = work.conversations.get_by_reference(link.reference)
                if conversation.token_version == link.token_version:
                    return conversation
        return None

    def _files(self, mail: IncomingMail) -> tuple[tuple[Attachment, ...], tuple[str, ...]]:
        """Keep what may be kept of a mail's files; return also the names of those that were refused."""
        room = self._room
        long = Upload(file_name="message.txt", content=mail.whole_text.encode()) if mail.whole_text else None
        files = [long, *mail.files] if long else list(mail.files)
        kept: list[Attachment] = []
        refused = list(mail.dropped)
        for file in files:
            try:
                if len(kept) >= room.max_files:
                    refused.append(file.file_name)
                else:
                    kept.extend(room.keep_files([file]))
            except RefusedFile:
                refused.append(file.file_name)
        return tuple(kept), tuple(refused)

    def _carry_out(self, work: UnitOfWork, plan: MailPlan, letter: _Letter) -> int | None:
        """Do what was planned, and return the conversation the mail belongs to from now on."""
        if plan.outcome is MailOutcome.OPENED:
            return self._open(work, plan, letter)
        if plan.outcome is MailOutcome.BOUNCE:
            return self._bounce(work, plan, letter)
        if plan.conversation is None:
            return None
        if plan.outcome is MailOutcome.ADDED:
            self._add(work, plan.conversation, letter)
        elif plan.outcome is MailOutcome.NOTED:
            said = self._gettext("A mail from another address, %(sender)s. The customer does not see it.")
            self._note(work, plan.conversation, letter, said % {"sender": letter.sender}, with_text=True)
            work.conversations.change(plan.conversation.id, self._waits(plan.conversation, letter.at))
        else:
            said = self._gettext("An automatic answer came from the customer's address. Nobody else sees it.")
            self._note(work, plan.conversation, letter, said, with_text=True)
        return plan.conversation.id

    def _open(self, work: UnitOfWork, plan: MailPlan, letter: _Letter) -> int:
        mail = letter.mail
        conversation = work.conversations.add(self._new(work, letter))
        # noted first, so that the confirmation refers to this mail
        work.incoming_mails.settle(letter.id, plan.outcome, conversation.id)
        self._tell_refused(work, conversation, letter)
        since = letter.at - timedelta(minutes=CONFIRMATION_WINDOW_MINUTES)
        if not work.mails.count_automatic(mail.from_address, since=since):
            draft = self._correspondence.writer.confirmation(conversation, now=letter.at)
            work.mails.queue(draft, now=letter.at)
        if plan.note_in is not None:
            said = self._gettext(
                "A mail from another address, %(sender)s, answered a mail of this request. It has become a request of "
                "its own: %(reference)s."
            )
            said %= {"sender": letter.sender, "reference": conversation.reference}
            self._note(work, plan.note_in, letter, said, with_text=False)
        return conversation.id

    def _new(self, work: UnitOfWork, letter: _Letter) -> NewConversation:
        mail = letter.mail
        return NewConversation(
            reference=free_reference(work),
            form_key=letter.key,
            reason=HandoffReason.CHOSE_HUMAN,
            name=mail.from_name,
            email=mail.from_address,
            user_id=None,  # nobody has proved to be the person whose address stands there
            locale=self._room.locale,
            journey=Journey(id=""),
            message="\n\n".join(filter(None, (mail.subject, mail.text))),
            quoted=mail.quoted,
            files=letter.files,
            created_at=letter.at,
            reply_expected_at=self._correspondence.promise.for_request_at(letter.at),
            source=MessageSource.EMAIL,
            urgent=self._room.urgent.fit([mail.subject, mail.text]),
        )

    def _add(self, work: UnitOfWork, conversation: Conversation, letter: _Letter) -> None:
        message = NewMessage(
            form_key=letter.key,
            author_kind=AuthorKind.CUSTOMER,
            author_id=conversation.user_id,
            author_name=conversation.name,
            body=letter.mail.text or self._gettext("(only files)"),
            at=letter.at,
            source=MessageSource.EMAIL,
            quoted=letter.mail.quoted,
            files=letter.files,
        )
        if work.conversations.add_message(conversation.id, message):
            work.conversations.change(conversation.id, self._waits(conversation, letter.at))
            self._tell_refused(work, conversation, letter)

    def _bounce(self, work: UnitOfWork, plan: MailPlan, letter: _Letter) -> int | None:
        bounced = letter.mail.bounced
        if bounced is None:
            return None
        said = self._gettext("A mail to this customer could not be delivered: %(reason)s")
        said %= {"reason": bounced.reason or self._gettext("no reason was given")}
        if work.mails.mark_bounced(bounced.message_id, error=said) is None:
            return None
        conversation_id = work.mails.find_conversation([bounced.message_id])
        if conversation_id is not None:
            self._note(work, work.conversations.get(conversation_id), letter, said, with_text=False)
        return conversation_id

    def _note(
        self, work: UnitOfWork, conversation: Conversation, letter: _Letter, said: str, *, with_text: bool
    ) -> None:
        """Tell the agents of a conversation, and nobody else."""
        mail = letter.mail
        note = NewMessage(
            form_key=f"{letter.key}:note",
            author_kind=AuthorKind.SYSTEM,
            author_id=None,
            author_name=letter.sender if with_text else self._gettext("Mail"),
            body="\n\n".join(filter(None, (said, mail.subject, mail.text))) if with_text else said,
            at=letter.at,
            kind=MessageKind.NOTE,
            source=MessageSource.EMAIL,
            quoted=mail.quoted if with_text else "",
            files=letter.files if with_text else (),
        )
        work.conversations.add_message(conversation.id, note)

    def _tell_refused(self, work: UnitOfWork, conversation: Conversation, letter: _Letter) -> None:
        """Tell both sides which files of a mail were not taken."""
        if not letter.refused:
            return
        said = self._correspondence.book.phrases(conversation.locale).gettext(
            "These files of the mail could not be taken: %(names)s. Please send them another way, or as one of these: "
            "PNG, JPEG, PDF or text."
        )
        event = NewMessage(
            form_key=f"{letter.key}:refused",
            author_kind=AuthorKind.SYSTEM,
            author_id=None,
            author_name="",
            body=said % {"names": ", ".join(letter.refused)},
            at=letter.at,
            kind=MessageKind.EVENT,
            source=MessageSource.EMAIL,
        )
        work.conversations.add_message(conversation.id, event)

    def _waits(self, conversation: Conversation, now: datetime) -> ConversationChange:
        return plan_customer_message(conversation, self._correspondence.promise, now)

    def _gettext(self, text: str) -> str:
        return self._correspondence.book.phrases(self._room.locale).gettext(text)
