"""Webhooks: addresses of other systems that are told what happens to requests."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit

from portal.domain.conversations import AuthorKind, ConversationEvent, ConversationState, choose_state
from portal.domain.errors import InvalidInput

#: Longest address, in characters; the column's width.
MAX_URL_LENGTH = 1_000
MAX_NOTE_LENGTH = 200

#: Header that carries the signature, as in ``t=1795510800,v1=5257a8…``.
SIGNATURE_HEADER = "Portal-Signature"
EVENT_HEADER = "Portal-Event"
#: Header whose value is the same at every attempt and every replay of one event.
EVENT_ID_HEADER = "Portal-Event-Id"

#: Waits before the next attempt; after the last one a delivery has failed.
RETRY_AFTER = (
    timedelta(seconds=10),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
    timedelta(hours=12),
    timedelta(hours=24),
)
#: An address that has taken nothing for so long is paused.
PAUSE_AFTER = timedelta(days=3)
#: How long an old secret still signs beside the new one.
OLD_SECRET_FOR = timedelta(hours=24)
#: How long deliveries are kept for whoever looks, or replays.
KEEP_DELIVERIES = timedelta(days=30)

#: Answer that means: never again.
GONE = 410


class WebhookEvent(StrEnum):
    """What other systems can be told of; PING is a test that an admin sends."""

    REQUEST_CREATED = "request.created"
    REQUEST_REPLIED = "request.replied"
    REQUEST_SOLVED = "request.solved"
    GAP_OPENED = "gap.opened"
    PING = "ping"


#: What an admin may choose from.
EVENTS = tuple(event for event in WebhookEvent if event is not WebhookEvent.PING)


class DeliveryState(StrEnum):
    """What became of a delivery. HELD: its address was paused, and it goes out when that ends."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"
    HELD = "held"


class PausedReason(StrEnum):
    """Why an address is told nothing."""

    BY_ADMIN = "by_admin"
    FAILING = "failing"
    GONE = "gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewWebhook:
    """An address about to be stored.

    Attributes:
        events: What it is told of, at least one.
        personal: Whether names, e-mail addresses and words of customers go along.
    """

    url: str
    note: str
    events: tuple[WebhookEvent, ...]
    personal: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """An address that is told of events.

    Attributes:
        old_secret: Signs beside `secret` until `old_secret_until`.
        paused_reason: None while it is told of events.
        failing_since: When the first of its failures in a row was; None after a success.
    """

    id: int
    url: str
    note: str
    secret: str
    old_secret: str
    old_secret_until: datetime | None
    events: tuple[WebhookEvent, ...]
    personal: bool
    paused_reason: PausedReason | None
    failing_since: datetime | None
    created_at: datetime

    @property
    def active(self) -> bool:
        """Whether it is told of events."""
        return self.paused_reason is None

    @property
    def host(self) -> str:
        """The address's host, for lists."""
        return urlsplit(self.url).netloc

    def secrets_at(self, now: datetime) -> tuple[str, ...]:
        """Return the secrets that sign at this time, the new one first."""
        old = self.old_secret if self.old_secret_until is not None and now < self.old_secret_until else ""
        return (self.secret, old) if old else (self.secret,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One event on its way to one address.

    Attributes:
        event_id: The same in every delivery of one event, so that a receiver can drop what it has.
        attempts: How often the address was asked to take it.
        status_code: Its last answer; None when there was none.
        last_error: Why it was not taken; empty when it was, or was not tried yet.
    """

    id: int
    webhook_id: int
    event: WebhookEvent
    event_id: str
    payload: Mapping[str, object]
    state: DeliveryState
    attempts: int
    status_code: int | None
    last_error: str
    created_at: datetime
    tried_at: datetime | None
    delivered_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventNews:
    """Something that happened, before anybody is told.

    Attributes:
        facts: What every subscriber is told.
        personal: What only those are told who get personal data.
    """

    event: WebhookEvent
    id: str
    at: datetime
    facts: Mapping[str, object]
    personal: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookAnswer:
    """What an address answered, or why it did not.

    Attributes:
        status_code: None when there was no answer.
        error: Empty when the event was taken.
    """

    status_code: int | None
    error: str

    @property
    def taken(self) -> bool:
        """Whether the event arrived."""
        return not self.error


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookLine:
    """An address in the admins' list: how many deliveries are in each state, and when one last arrived."""

    webhook: Webhook
    counts: Mapping[DeliveryState, int]
    last_delivered_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookPage:
    """One address with its latest deliveries, the newest first; pages are counted from 1."""

    webhook: Webhook
    deliveries: tuple[Delivery, ...]
    counts: Mapping[DeliveryState, int]
    current: int
    last: int


def payload_of(news: EventNews, *, personal: bool) -> dict[str, object]:
    """Return what an address is told, personal data only where it may go."""
    data = {**news.facts, **(news.personal if personal else {})}
    return {"id": news.id, "type": news.event.value, "created_at": news.at.isoformat(), "data": data}


def body_of(delivery: Delivery, public_url: str) -> bytes:
    """Return the bytes that are sent and signed, the same at every attempt: JSON in UTF-8.

    Args:
        public_url: Makes the link for agents whole.
    """
    payload = dict(delivery.payload)
    data = payload.get("data")
    if isinstance(data, dict) and isinstance(data.get("link"), str):
        payload["data"] = {**data, "link": f"{public_url.rstrip('/')}{data['link']}"}
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def sign(body: bytes, secrets: Collection[str], at: datetime) -> str:
    """Return the signature header: the time in seconds, and for each secret the HMAC-SHA256 of ``time.body``.

    Args:
        body: As it is sent.
        secrets: At least one.
        at: When it is sent; receivers refuse what is old.
    """
    seconds = int(at.timestamp())
    signed = f"{seconds}.".encode() + body
    marks = (hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest() for secret in secrets)
    return ",".join((f"t={seconds}", *(f"v1={mark}" for mark in marks)))


def plan_webhook_retry(*, attempts: int, now: datetime) -> datetime | None:
    """Say when to try again after so many attempts; None gives the delivery up."""
    return now + RETRY_AFTER[attempts - 1] if attempts <= len(RETRY_AFTER) else None


def choose_pause(webhook: Webhook, answer: WebhookAnswer, now: datetime) -> PausedReason | None:
    """Say whether an address is paused after this answer, and why."""
    if answer.status_code == GONE:
        return PausedReason.GONE
    failing = webhook.failing_since is not None and now - webhook.failing_since >= PAUSE_AFTER
    return PausedReason.FAILING if failing and not answer.taken else None


def state_after_message(state: ConversationState, author: AuthorKind) -> ConversationState:
    """Say where a request stands once a message of this author has been dealt with."""
    answered = author is AuthorKind.AGENT
    return choose_state(state, ConversationEvent.AGENT_ANSWERED if answered else ConversationEvent.CUSTOMER_WROTE)


def checked_webhook(new: NewWebhook, *, allow_http: bool) -> NewWebhook:
    """Return an address with blanks around it removed.

    Raises:
        InvalidInput: It cannot be used; `field` says which part.
    """
    url, note = new.url.strip(), " ".join(new.note.split())
    problem = _url_problem(url, allow_http=allow_http)
    if problem:
        raise InvalidInput(problem, field="url")
    if len(note) > MAX_NOTE_LENGTH:
        raise InvalidInput(f"The note is longer than {MAX_NOTE_LENGTH} characters.", field="note")
    events = tuple(event for event in EVENTS if event in new.events)
    if not events:
        raise InvalidInput("Choose at least one event.", field="events")
    return NewWebhook(url=url, note=note, events=events, personal=new.personal)


def _url_problem(url: str, *, allow_http: bool) -> str:
    if len(url) > MAX_URL_LENGTH:
        return f"The address is longer than {MAX_URL_LENGTH:,} characters."
    if not url.isascii() or any(not letter.isprintable() or letter == " " for letter in url):
        return "The address holds characters that must be written as %-codes."
    try:
        parts = urlsplit(url)
        has_host, _ = bool(parts.hostname), parts.port
    except ValueError:
        return "That is not an address. Write it like https://crm.example.com/hooks/portal."
    schemes = ("https", "http") if allow_http else ("https",)
    if parts.scheme not in schemes or not has_host:
        return "The address must begin with https://, so that nobody can read along."
    if parts.username is not None or parts.password is not None:
        return "Leave user name and password out of the address; check the signature instead."
    return "Leave out the part after the # sign: it is never sent." if parts.fragment else ""
