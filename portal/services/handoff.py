"""The hand-off: a customer asks for a human, and takes along what they tried.

Nothing here touches the search engine: a customer must reach a person when the search is what is broken.
"""

from __future__ import annotations

import hashlib
import logging
import re
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from portal.domain.attachments import Attachment
from portal.domain.clock import Clock
from portal.domain.conversations import (
    MAX_MESSAGE_LENGTH,
    MAX_NAME_LENGTH,
    Conversation,
    HandoffReason,
    NewConversation,
    choose_reason,
    clean_name,
    clean_text,
    new_reference,
)
from portal.domain.errors import Conflict, InvalidInput
from portal.domain.journeys import Journey
from portal.domain.searches import FailedKind
from portal.domain.users import Viewer
from portal.integrations.correspondence import Correspondence
from portal.integrations.email_addresses import checked_email, transport_address
from portal.storage.database import Database, UnitOfWork

logger = logging.getLogger(__name__)

#: Searches of a journey that count as failed when it ends with a human; older ones led somewhere else.
SEARCHES_LED_HERE = timedelta(hours=24)

_FORM_KEY = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoffPage:
    """What the form shows.

    Attributes:
        form_key: Comes back with the form; the same request sent twice is stored once.
        expectation: A sentence that says by when a reply may be expected.
    """

    journey: Journey
    name: str
    email: str
    reason: HandoffReason
    form_key: str
    expectation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoffRequest:
    """The form as it was sent.

    Attributes:
        kept_steps: Keys of the steps that the customer sends along.
    """

    viewer: Viewer
    journey_id: str
    kept_steps: frozenset[str]
    reason: HandoffReason
    form_key: str
    name: str
    email: str
    message: str
    files: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoffReceipt:
    """What a customer is told after sending.

    Attributes:
        token: The secret part of the private link.
    """

    reference: str
    token: str
    email: str
    expectation: str


class HandoffService:
    """Shows the form, stores the request, and tells the customer so."""

    def __init__(self, database: Database, clock: Clock, correspondence: Correspondence) -> None:
        self._database = database
        self._clock = clock
        self._correspondence = correspondence

    def form(self, journey_id: str, viewer: Viewer, reason: HandoffReason) -> HandoffPage:
        """Return what the form shows. A journey that cannot be read is empty, and never in the way."""
        now = self._clock.now()
        by = self._correspondence.promise.for_request_at(now)
        return HandoffPage(
            journey=self._journey(journey_id),
            name=viewer.name,
            email=viewer.email,
            reason=reason,
            form_key=secrets.token_hex(16),
            expectation=self._correspondence.book.phrases(viewer.locale).reply_expectation(by, now=now),
        )

    def submit(self, request: HandoffRequest) -> HandoffReceipt:
        """Store a request with its journey, its confirmation mail and the mail's job, all or nothing.

        The same form with the same words, sent again, gets the same receipt and stores nothing.

        Raises:
            InvalidInput: Name, address or message cannot be used; `field` says which.
        """
        checked = _checked(request)
        whole = self._journey(request.journey_id)
        checked = replace(checked, reason=choose_reason(checked.reason, whole))
        journey = whole.pruned(request.kept_steps)
        key = _storage_key(checked)
        try:
            conversation = self._store(checked, journey, key)
        except Conflict:  # the other half of a double click was quicker
            conversation = self._store(checked, journey, key)
        return self._receipt(conversation, request.viewer.locale)

    def _journey(self, journey_id: str) -> Journey:
        if not journey_id:
            return Journey(id="")
        try:
            with self._database.read() as work:
                return work.journeys.journey_steps(journey_id)
        except Exception:  # whatever is wrong with it, the customer must reach a person
            logger.exception("A journey could not be read; the request goes without it.")
            return Journey(id=journey_id)

    def _store(self, request: HandoffRequest, journey: Journey, key: str) -> Conversation:
        with self._database.work() as work:
            found = work.conversations.find_by_form_key(key)
            if found is not None:
                return found
            now = self._clock.now()
            conversation = work.conversations.add(self._new(work, request, journey, key, now))
            if journey.id:
                work.failed_searches.add_for_journey(journey.id, FailedKind.HANDED_OFF, now, now - SEARCHES_LED_HERE)
            self._queue_confirmation(work, conversation, now)
            return conversation

    def _new(
        self, work: UnitOfWork, request: HandoffRequest, journey: Journey, key: str, now: datetime
    ) -> NewConversation:
        reference = new_reference(secrets.choice)
        while work.conversations.has_reference(reference):
            reference = new_reference(secrets.choice)
        return NewConversation(
            reference=reference,
            form_key=key,
            reason=request.reason,
            name=request.name,
            email=request.email,
            user_id=request.viewer.user_id,
            locale=request.viewer.locale,
            journey=journey,
            message=request.message,
            files=request.files,
            created_at=now,
            reply_expected_at=self._correspondence.promise.for_request_at(now),
            identity=work.identities.facts_of(request.viewer.user_id),
        )

    def _queue_confirmation(self, work: UnitOfWork, conversation: Conversation, now: datetime) -> None:
        try:
            draft = self._correspondence.writer.confirmation(conversation, now=now)
        except Exception:  # a broken template or translation must not lose the request
            logger.exception("A confirmation could not be written; the request is stored without it.")
            return
        work.mails.queue(draft, now=now)

    def _receipt(self, conversation: Conversation, locale: str) -> HandoffReceipt:
        phrases = self._correspondence.book.phrases(locale)
        return HandoffReceipt(
            reference=conversation.reference,
            token=self._correspondence.links.token(conversation),
            email=conversation.email,
            expectation=phrases.reply_expectation(conversation.reply_expected_at, now=self._clock.now()),
        )


def parse_reason(text: str) -> HandoffReason:
    """Read why somebody came, as an address or a form claims; whatever it is not becomes their own choice."""
    return HandoffReason(text) if text in set(HandoffReason) else HandoffReason.CHOSE_HUMAN


def _checked(request: HandoffRequest) -> HandoffRequest:
    """Return the request with its texts cleaned.

    Raises:
        InvalidInput: One of them cannot be used.
    """
    name, message = clean_name(request.name), clean_text(request.message)
    if len(name) > MAX_NAME_LENGTH:
        raise InvalidInput(f"The name is longer than {MAX_NAME_LENGTH} characters.", field="name")
    if not message:
        raise InvalidInput("The message is empty: a few words are enough.", field="message")
    if len(message) > MAX_MESSAGE_LENGTH:
        raise InvalidInput(f"The message is longer than {MAX_MESSAGE_LENGTH:,} characters.", field="message")
    email = checked_email(clean_name(request.email))
    transport_address(email)
    key = request.form_key if _FORM_KEY.fullmatch(request.form_key) else secrets.token_hex(16)
    return replace(request, form_key=key, name=name, email=email, message=message)


def _storage_key(request: HandoffRequest) -> str:
    """Return a key that a form sent twice shares, and that changes when a customer goes back and corrects it."""
    said = "\0".join((request.form_key, request.name, request.email, request.message))
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()
