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
from portal.domain.channels import (
    REPLIES_OF,
    CallSlot,
    ChannelOffer,
    clean_phone,
    find_call_slot,
    list_call_slots,
    plan_channels,
    typical_minutes,
)
from portal.domain.clock import Clock
from portal.domain.conversations import (
    MAX_MESSAGE_LENGTH,
    MAX_NAME_LENGTH,
    Channel,
    Conversation,
    HandoffReason,
    MessageSource,
    NewConversation,
    choose_reason,
    clean_name,
    clean_text,
)
from portal.domain.errors import Conflict, InvalidInput
from portal.domain.journeys import Journey, StepKind
from portal.domain.live import DESK, PRESENT_FOR
from portal.domain.searches import FailedKind
from portal.domain.urgency import UrgentPatterns
from portal.domain.users import Viewer
from portal.integrations.channel_words import CallDay, ShownChannel, request_expectation, show_call_days, show_channel
from portal.integrations.correspondence import Correspondence
from portal.integrations.email_addresses import checked_email, transport_address
from portal.services.message_texts import free_reference
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
        channels: The ways to be answered, each with what to expect of it.
        call_days: When somebody can be called.
        urgent: Whether what was searched must not wait, so that nothing stands between the customer and a person.
    """

    journey: Journey
    name: str
    email: str
    reason: HandoffReason
    form_key: str
    expectation: str
    channels: tuple[ShownChannel, ...]
    call_days: tuple[CallDay, ...]
    urgent: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoffRequest:
    """The form as it was sent.

    Attributes:
        kept_steps: Keys of the steps that the customer sends along.
        call_at: Key of the time in which they wish to be called; empty for any.
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
    channel: Channel = Channel.MESSAGE
    phone: str = ""
    call_at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoffReceipt:
    """What a customer is told after sending.

    Attributes:
        token: The secret part of the private link.
        channel: By which they will be answered: not a chat where nobody is there to take it any more.
    """

    reference: str
    token: str
    email: str
    expectation: str
    channel: Channel


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """What a request becomes: decided before anything is stored."""

    key: str
    journey: Journey
    reason: HandoffReason
    channel: Channel
    urgent: bool
    slot: CallSlot | None


class HandoffService:
    """Shows the form, stores the request, and tells the customer so."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        correspondence: Correspondence,
        *,
        urgent: UrgentPatterns,
        chat_patience_seconds: int,
    ) -> None:
        """Bring together what the service works with.

        Args:
            urgent: What must not wait.
            chat_patience_seconds: After which a chat that nobody answers goes on by e-mail.
        """
        self._database = database
        self._clock = clock
        self._correspondence = correspondence
        self._urgent = urgent
        self._chat_patience_seconds = chat_patience_seconds

    def form(self, journey_id: str, viewer: Viewer, reason: HandoffReason) -> HandoffPage:
        """Return what the form shows. A journey that cannot be read is empty, and never in the way."""
        now, journey = self._clock.now(), self._journey(journey_id)
        promise, phrases = self._correspondence.promise, self._correspondence.book.phrases(viewer.locale)
        patience_seconds = self._chat_patience_seconds
        return HandoffPage(
            journey=journey,
            name=viewer.name,
            email=viewer.email,
            reason=reason,
            form_key=secrets.token_hex(16),
            expectation=phrases.reply_expectation(promise.for_request_at(now), now=now),
            channels=tuple(
                show_channel(offer, phrases, now=now, patience_seconds=patience_seconds) for offer in self._offers(now)
            ),
            call_days=show_call_days(list_call_slots(promise.hours, now), phrases, now=now),
            urgent=self._urgent.fit(_searched(journey)),
        )

    def is_urgent(self, text: str) -> bool:
        """Whether an unfinished message must not wait, so that nothing is offered instead of a person."""
        return self._urgent.fit([text])

    def _offers(self, now: datetime) -> tuple[ChannelOffer, ...]:
        """Return the channels, with how soon people reply by each."""
        promise = self._correspondence.promise
        found = {channel: typical_minutes(promise.hours, times) for channel, times in self._replies(now).items()}
        typical = {channel: minutes for channel, minutes in found.items() if minutes is not None}
        return plan_channels(promise, now, at_desk=self._at_desk(now), typical=typical)

    def _at_desk(self, now: datetime) -> tuple[str, ...]:
        """Return who takes chats now; nobody where that cannot be read."""
        try:
            with self._database.read() as work:
                return tuple(each.name for each in work.live.list_present(DESK, now - PRESENT_FOR))
        except Exception:  # whatever is wrong with it, the customer must reach a person
            logger.exception("Who is there could not be read; messages and calls are offered.")
            return ()

    def _replies(self, now: datetime) -> dict[Channel, tuple[tuple[datetime, datetime], ...]]:
        """Return the first replies of late; none where they cannot be read."""
        try:
            with self._database.read() as work:
                return {channel: work.chats.list_first_replies(channel, now - REPLIES_OF) for channel in Channel}
        except Exception:  # as above
            logger.exception("How soon people reply could not be read; the promise is shown instead.")
            return {}

    def submit(self, request: HandoffRequest) -> HandoffReceipt:
        """Store a request with its journey, its confirmation mail and the mail's job, all or nothing.

        The same form with the same words, sent again, gets the same receipt and stores nothing.

        Raises:
            InvalidInput: Name, address or message cannot be used; `field` says which.
        """
        now, checked = self._clock.now(), _checked(request)
        key, slot = _storage_key(checked), find_call_slot(self._correspondence.promise.hours, now, checked.call_at)
        whole = self._journey(request.journey_id)
        plan = _Plan(
            key=key,
            journey=whole.pruned(request.kept_steps),
            reason=choose_reason(checked.reason, whole),
            channel=self._channel(checked.channel, now),
            urgent=self._urgent.fit([checked.message, *_searched(whole)]),
            slot=slot,
        )
        try:
            conversation = self._store(checked, plan)
        except Conflict:  # the other half of a double click was quicker
            conversation = self._store(checked, plan)
        return self._receipt(conversation, request.viewer.locale)

    def _channel(self, wished: Channel, now: datetime) -> Channel:
        """Return the channel that can be had: a chat that nobody is there for becomes a message."""
        offers = plan_channels(self._correspondence.promise, now, at_desk=self._at_desk(now), typical={})
        offered = {offer.channel for offer in offers if offer.offered}
        return wished if wished in offered else Channel.MESSAGE

    def _journey(self, journey_id: str) -> Journey:
        if not journey_id:
            return Journey(id="")
        try:
            with self._database.read() as work:
                return work.journeys.journey_steps(journey_id)
        except Exception:  # whatever is wrong with it, the customer must reach a person
            logger.exception("A journey could not be read; the request goes without it.")
            return Journey(id=journey_id)

    def _store(self, request: HandoffRequest, plan: _Plan) -> Conversation:
        with self._database.work() as work:
            found = work.conversations.find_by_form_key(plan.key)
            if found is not None:
                return found
            now, journey_id = self._clock.now(), plan.journey.id
            conversation = work.conversations.add(self._new(work, request, plan, now))
            if journey_id:
                work.failed_searches.add_for_journey(journey_id, FailedKind.HANDED_OFF, now, now - SEARCHES_LED_HERE)
            self._queue_confirmation(work, conversation, now)
            return conversation

    def _new(self, work: UnitOfWork, request: HandoffRequest, plan: _Plan, now: datetime) -> NewConversation:
        promised = self._correspondence.promise.for_request_at(now)
        return NewConversation(
            reference=free_reference(work),
            form_key=plan.key,
            reason=plan.reason,
            name=request.name,
            email=request.email,
            user_id=request.viewer.user_id,
            locale=request.viewer.locale,
            journey=plan.journey,
            message=request.message,
            files=request.files,
            created_at=now,
            reply_expected_at=plan.slot.end if plan.slot else promised,
            identity=work.identities.facts_of(request.viewer.user_id),
            channel=plan.channel,
            source=MessageSource.CHAT if plan.channel is Channel.CHAT else MessageSource.WEB,
            urgent=plan.urgent,
            phone=request.phone,
            call_from=plan.slot.start if plan.slot else None,
            call_until=plan.slot.end if plan.slot else None,
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
            expectation=request_expectation(conversation, phrases, now=self._clock.now()),
            channel=conversation.channel,
        )


def parse_channel(text: str) -> Channel:
    """Read how somebody wishes to be answered; whatever it is not becomes a message."""
    return Channel(text) if text in set(Channel) else Channel.MESSAGE


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
    called = request.channel is Channel.CALL_BACK
    return replace(
        request,
        form_key=key,
        name=name,
        email=email,
        message=message,
        phone=clean_phone(request.phone) if called else "",
        call_at=request.call_at if called else "",
    )


def _searched(journey: Journey) -> list[str]:
    return [step.text for step in journey.steps if step.kind is StepKind.SEARCHED]


def _storage_key(request: HandoffRequest) -> str:
    """Return a key that a form sent twice shares, and that changes when a customer goes back and corrects it."""
    wished = (request.channel.value, request.phone, request.call_at)
    said = "\0".join((request.form_key, request.name, request.email, request.message, *wished))
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()
