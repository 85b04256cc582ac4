"""Webhooks: which addresses are told of what, and the way there."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping
from datetime import datetime

from portal.domain.clock import Clock
from portal.domain.errors import Conflict
from portal.domain.paging import choose_page
from portal.domain.webhooks import (
    EVENT_HEADER,
    EVENT_ID_HEADER,
    KEEP_DELIVERIES,
    SIGNATURE_HEADER,
    Delivery,
    DeliveryState,
    EventNews,
    NewWebhook,
    PausedReason,
    Webhook,
    WebhookAnswer,
    WebhookEvent,
    WebhookLine,
    WebhookPage,
    body_of,
    checked_webhook,
    choose_pause,
    plan_webhook_retry,
    sign,
)
from portal.integrations.webhook_sender import WebhookSender
from portal.storage.database import Database

logger = logging.getLogger(__name__)

#: Deliveries on one page of the log.
DELIVERIES_PER_PAGE = 50
#: Stands before every secret, so that one that got into a log or a repository is recognised.
SECRET_PREFIX = "whsec_"  # noqa: S105 - not a secret, but what secrets begin with


class WebhookService:
    """Keeps addresses, and sends them what they want to know."""

    def __init__(
        self, database: Database, clock: Clock, sender: WebhookSender, *, public_url: str, allow_http: bool
    ) -> None:
        """Bring together what the service works with.

        Args:
            public_url: Address of this site, for links.
            allow_http: Whether addresses without TLS may be added.
        """
        self._database = database
        self._clock = clock
        self._sender = sender
        self._public_url = public_url
        self._allow_http = allow_http

    def list_lines(self) -> tuple[WebhookLine, ...]:
        """Return all addresses with what became of their deliveries, the oldest first."""
        with self._database.read() as work:
            counts, last = work.webhooks.count_deliveries(), work.webhooks.last_delivered()
            return tuple(
                WebhookLine(webhook=each, counts=counts.get(each.id, {}), last_delivered_at=last.get(each.id))
                for each in work.webhooks.list_all()
            )

    def page(self, webhook_id: int, number: int = 1) -> WebhookPage:
        """Return one address with a page of its deliveries; a page beyond the last is the last.

        Raises:
            NotFound: There is none with this number.
        """
        with self._database.read() as work:
            webhook = work.webhooks.get(webhook_id)
            counts = work.webhooks.count_deliveries().get(webhook_id, {})
            span = choose_page(number, sum(counts.values()), DELIVERIES_PER_PAGE)
            found = work.webhooks.list_deliveries(webhook_id, limit=DELIVERIES_PER_PAGE, offset=span.offset)
        return WebhookPage(webhook=webhook, deliveries=found, counts=counts, current=span.number, last=span.last)

    def add(self, new: NewWebhook) -> Webhook:
        """Store an address with a new secret, which is shown now and never again.

        Raises:
            InvalidInput: It cannot be used; `field` says which part.
            Conflict: There is this address already.
        """
        checked = checked_webhook(new, allow_http=self._allow_http)
        with self._database.work() as work:
            if work.webhooks.has_url(checked.url):
                raise Conflict("This address is told already. Delete it first, or give it a new secret.")
            return work.webhooks.add(checked, secret=_new_secret(), at=self._clock.now())

    def rotate(self, webhook_id: int) -> Webhook:
        """Give an address a new secret, which is shown now and never again; the old one signs too for a day.

        Raises:
            NotFound: There is no such address.
        """
        with self._database.work() as work:
            work.webhooks.rotate(webhook_id, _new_secret(), self._clock.now())
            return work.webhooks.get(webhook_id)

    def pause(self, webhook_id: int) -> None:
        """Tell an address nothing until it is resumed; events are held for it.

        Raises:
            NotFound: There is no such address.
        """
        with self._database.work() as work:
            work.webhooks.pause(webhook_id, PausedReason.BY_ADMIN)

    def resume(self, webhook_id: int) -> int:
        """Tell an address again, first what was held; return how much that is.

        Raises:
            NotFound: There is no such address.
        """
        with self._database.work() as work:
            return work.webhooks.resume(webhook_id, self._clock.now())

    def remove(self, webhook_id: int) -> None:
        """Delete an address with its log.

        Raises:
            NotFound: There is no such address.
        """
        with self._database.work() as work:
            work.webhooks.remove(webhook_id)

    def ping(self, webhook_id: int) -> None:
        """Queue a test event for one address.

        Raises:
            NotFound: There is no such address.
        """
        now = self._clock.now()
        facts = {"message": "It works.", "link": f"/admin/webhooks/{webhook_id}"}
        news = EventNews(event=WebhookEvent.PING, id=secrets.token_hex(16), at=now, facts=facts, personal={})
        with self._database.work() as work:
            work.webhooks.get(webhook_id)
            work.webhooks.queue(news, only=webhook_id)

    def replay(self, delivery_id: int) -> Webhook:
        """Send a delivery once more, with the same event id; return the address it goes to.

        Raises:
            NotFound: There is no such delivery.
            Conflict: Its address is paused.
        """
        with self._database.work() as work:
            webhook = work.webhooks.webhook_of(delivery_id)
            if not webhook.active:
                raise Conflict("This address is paused. Resume it first.")
            work.webhooks.replay(delivery_id, self._clock.now())
        return webhook

    def send(self, delivery_id: int) -> datetime | None:
        """Send one delivery, if it still waits.

        The transaction that takes it in hand ends before the address is spoken to, so that a slow one holds up nobody.

        Returns:
            When to try again; None when nothing is left to do.
        """
        now = self._clock.now()
        with self._database.work() as work:
            begun = work.webhooks.begin(delivery_id, now)
        if begun is None:
            return None
        delivery, webhook = begun
        body = body_of(delivery, self._public_url)
        headers = {
            SIGNATURE_HEADER: sign(body, webhook.secrets_at(now), now),
            EVENT_HEADER: delivery.event.value,
            EVENT_ID_HEADER: delivery.event_id,
        }
        return self._ended(delivery, self._post(webhook.url, body, headers))

    def recover(self) -> int:
        """Give a job to each waiting delivery that has lost its own; return how many there were."""
        with self._database.work() as work:
            return work.webhooks.requeue_orphans(self._clock.now())

    def forget(self) -> int:
        """Delete deliveries whose time is over; return how many."""
        with self._database.work() as work:
            return work.webhooks.forget_deliveries(before=self._clock.now() - KEEP_DELIVERIES)

    def _post(self, url: str, body: bytes, headers: Mapping[str, str]) -> WebhookAnswer:
        if url.startswith("http:") and not self._allow_http:  # it was allowed when the address was added
            return WebhookAnswer(status_code=None, error="Refused: the address has no TLS.")
        return self._sender.send(url, body, headers)

    def _ended(self, delivery: Delivery, answer: WebhookAnswer) -> datetime | None:
        now = self._clock.now()
        again = None if answer.taken else plan_webhook_retry(attempts=delivery.attempts, now=now)
        with self._database.work() as work:
            known = work.webhooks.note_answer(delivery.id, answer, _state_after(answer, again), now)
            if answer.taken or not known:
                return None
            pause = choose_pause(work.webhooks.webhook_of(delivery.id), answer, now)
            if pause is not None:
                work.webhooks.pause(delivery.webhook_id, pause)
                again = None
        logger.warning("Delivery %d of a webhook was not taken: %s", delivery.id, answer.error)
        return again


def _state_after(answer: WebhookAnswer, again: datetime | None) -> DeliveryState:
    if answer.taken:
        return DeliveryState.DELIVERED
    return DeliveryState.FAILED if again is None else DeliveryState.WAITING


def _new_secret() -> str:
    return SECRET_PREFIX + secrets.token_urlsafe(32)
