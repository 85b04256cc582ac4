"""Webhooks and their deliveries. A delivery that waits always has a job, written in the same transaction."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import String, cast, delete, func, literal, select, update

from portal.domain.conversations import AuthorKind, ConversationState, MessageKind
from portal.domain.errors import NotFound
from portal.domain.jobs import JobKind, JobState
from portal.domain.webhooks import (
    OLD_SECRET_FOR,
    Delivery,
    DeliveryState,
    EventNews,
    NewWebhook,
    PausedReason,
    Webhook,
    WebhookAnswer,
    WebhookEvent,
    payload_of,
    state_after_message,
)
from portal.storage.base import Store
from portal.storage.jobs import JobStore
from portal.storage.request_rows import ConversationRow, MessageRow, WebhookDeliveryRow, WebhookRow
from portal.storage.rows import JobRow

#: Key of the job that sends a delivery, before the delivery's number.
JOB_KEY = "delivery:"


class WebhookStore(Store):
    """Webhooks and their deliveries."""

    def add(self, new: NewWebhook, *, secret: str, at: datetime) -> Webhook:
        """Store an address."""
        row = WebhookRow(
            url=new.url,
            note=new.note,
            secret=secret,
            events=[event.value for event in new.events],
            personal=new.personal,
            created_at=at,
        )
        self.session.add(row)
        self.session.flush()
        return _webhook(row)

    def get(self, webhook_id: int) -> Webhook:
        """Return an address.

        Raises:
            NotFound: There is none with this number.
        """
        return _webhook(self._row(webhook_id))

    def list_all(self) -> tuple[Webhook, ...]:
        """Return all addresses, the oldest first."""
        return tuple(_webhook(row) for row in self.session.scalars(select(WebhookRow).order_by(WebhookRow.id)))

    def has_url(self, url: str) -> bool:
        """Whether there is this address already."""
        return self.session.scalar(select(WebhookRow.id).where(WebhookRow.url == url).limit(1)) is not None

    def remove(self, webhook_id: int) -> None:
        """Delete an address with its deliveries; their jobs find nothing to do."""
        self.session.execute(delete(WebhookDeliveryRow).where(WebhookDeliveryRow.webhook_id == webhook_id))
        self.session.delete(self._row(webhook_id))

    def rotate(self, webhook_id: int, secret: str, at: datetime) -> None:
        """Give an address a new secret; the old one signs beside it for a day."""
        row = self._row(webhook_id)
        row.old_secret, row.old_secret_until, row.secret = row.secret, at + OLD_SECRET_FOR, secret

    def pause(self, webhook_id: int, reason: PausedReason) -> None:
        """Tell an address nothing for now; what waits for it is held."""
        row = self._row(webhook_id)
        row.active, row.paused_reason = False, reason
        waiting = (WebhookDeliveryRow.webhook_id == webhook_id) & (WebhookDeliveryRow.state == DeliveryState.WAITING)
        self.session.execute(update(WebhookDeliveryRow).where(waiting).values(state=DeliveryState.HELD))

    def resume(self, webhook_id: int, at: datetime) -> int:
        """Tell an address again, first what was held; return how much that is."""
        row = self._row(webhook_id)
        row.active, row.paused_reason, row.failing_since = True, "", None
        held = (WebhookDeliveryRow.webhook_id == webhook_id) & (WebhookDeliveryRow.state == DeliveryState.HELD)
        ids = self.session.scalars(select(WebhookDeliveryRow.id).where(held).order_by(WebhookDeliveryRow.id)).all()
        return sum(self.replay(delivery_id, at) for delivery_id in ids)

    def count_paused(self) -> int:
        """Count the addresses that were paused because they fail."""
        failing = (PausedReason.FAILING, PausedReason.GONE)
        query = select(func.count()).select_from(WebhookRow).where(WebhookRow.paused_reason.in_(failing))
        return self.session.scalar(query) or 0

    def tell_of_request(self, conversation: ConversationRow, at: datetime) -> None:
        """Tell of a new request."""
        self._tell_of(WebhookEvent.REQUEST_CREATED, conversation, at, message=conversation.messages[0].body)

    def tell_of_message(self, conversation: ConversationRow, message: MessageRow) -> None:
        """Tell of a message between customer and agent; notes and what the portal says are none."""
        author = AuthorKind(message.author_kind)
        if message.kind != MessageKind.MESSAGE or author is AuthorKind.SYSTEM:
            return
        state = state_after_message(ConversationState(conversation.state), author)
        said: dict[str, object] = {"by": author.value, "state": state.value}
        if author is AuthorKind.AGENT and conversation.first_reply_at is None:
            said["first_reply_at"] = message.at.isoformat()
        self._tell_of(WebhookEvent.REQUEST_REPLIED, conversation, message.at, said, message=message.body)

    def tell_of_solution(self, conversation: ConversationRow, at: datetime) -> None:
        """Tell that a request is solved."""
        self._tell_of(WebhookEvent.REQUEST_SOLVED, conversation, at)

    def tell_of_gap(self, conversation_id: int | None, note: str, at: datetime) -> None:
        """Tell that an agent says an article is missing.

        Args:
            conversation_id: The request that showed it, if there was one.
            note: The agent's words, which may speak of the customer.
        """
        row = self.session.get(ConversationRow, conversation_id) if conversation_id else None
        if row is not None:
            self._tell_of(WebhookEvent.GAP_OPENED, row, at, note=note)
        else:
            self._tell(WebhookEvent.GAP_OPENED, {"link": "/writers/flags"}, {"note": note}, at)

    def queue(self, news: EventNews, *, only: int | None = None) -> int:
        """Store a delivery of an event for each address that wants it; return how many.

        Args:
            news: What happened.
            only: Number of the one address to be told, whatever it wants; None for all that want it.
        """
        rows = self.session.scalars(select(WebhookRow).order_by(WebhookRow.id)).all()
        wanted = [row for row in rows if row.id == only or (only is None and news.event.value in row.events)]
        for row in wanted:
            self._queue_for(row, news)
        return len(wanted)

    def begin(self, delivery_id: int, at: datetime) -> tuple[Delivery, Webhook] | None:
        """Take a delivery in hand; None when it does not wait any more, or its address was paused or deleted."""
        row = self.session.get(WebhookDeliveryRow, delivery_id, with_for_update=True)
        if row is None or row.state != DeliveryState.WAITING:
            return None
        webhook = self.get(row.webhook_id)
        if not webhook.active:
            row.state = DeliveryState.HELD
            return None
        row.attempts += 1
        row.tried_at = at
        return _delivery(row), webhook

    def note_answer(self, delivery_id: int, answer: WebhookAnswer, state: DeliveryState, at: datetime) -> bool:
        """Remember what an address answered, and since when it fails; False when both were deleted meanwhile."""
        row = self.session.get(WebhookDeliveryRow, delivery_id)
        if row is None:
            return False
        row.state, row.status_code, row.last_error = state, answer.status_code, answer.error
        webhook = self._row(row.webhook_id)
        if answer.taken:
            row.delivered_at, webhook.failing_since = at, None
        else:
            webhook.failing_since = webhook.failing_since or at
        return True

    def replay(self, delivery_id: int, at: datetime) -> bool:
        """Send a delivery once more, with the same event id; False when it waits already."""
        row = self.session.get(WebhookDeliveryRow, delivery_id, with_for_update=True)
        if row is None:
            raise NotFound("There is no such delivery.")
        if row.state == DeliveryState.WAITING:
            return False
        row.state, row.attempts, row.last_error = DeliveryState.WAITING, 0, ""
        self._add_job(row.id, at)
        return True

    def webhook_of(self, delivery_id: int) -> Webhook:
        """Return the address that a delivery goes to.

        Raises:
            NotFound: There is no such delivery.
        """
        row = self.session.get(WebhookDeliveryRow, delivery_id)
        if row is None:
            raise NotFound("There is no such delivery.")
        return self.get(row.webhook_id)

    def list_deliveries(self, webhook_id: int, *, limit: int, offset: int = 0) -> tuple[Delivery, ...]:
        """Return deliveries to an address, the newest first."""
        query = select(WebhookDeliveryRow).where(WebhookDeliveryRow.webhook_id == webhook_id)
        rows = self.session.scalars(query.order_by(WebhookDeliveryRow.id.desc()).limit(limit).offset(offset))
        return tuple(_delivery(row) for row in rows)

    def count_deliveries(self) -> Mapping[int, Mapping[DeliveryState, int]]:
        """Count the deliveries to each address by state; addresses and states without any are absent."""
        row = WebhookDeliveryRow
        query = select(row.webhook_id, row.state, func.count()).group_by(row.webhook_id, row.state)
        counts: dict[int, dict[DeliveryState, int]] = {}
        for webhook_id, state, number in self.session.execute(query):
            counts.setdefault(webhook_id, {})[DeliveryState(state)] = number
        return counts

    def last_delivered(self) -> Mapping[int, datetime]:
        """Return when each address last took something; those that never did are absent."""
        row = WebhookDeliveryRow
        query = select(row.webhook_id, func.max(row.delivered_at)).where(row.delivered_at.is_not(None))
        found = self.session.execute(query.group_by(row.webhook_id))
        return {webhook_id: at for webhook_id, at in found if at is not None}

    def requeue_orphans(self, at: datetime) -> int:
        """Give a job to each waiting delivery that has lost its own; return how many there were."""
        key = literal(JOB_KEY) + cast(WebhookDeliveryRow.id, String)
        alive = JobRow.state.in_((JobState.WAITING, JobState.RUNNING))
        job = select(JobRow.id).where(JobRow.kind == JobKind.SEND_WEBHOOK, JobRow.key == key, alive)
        waiting = select(WebhookDeliveryRow.id).where(WebhookDeliveryRow.state == DeliveryState.WAITING, ~job.exists())
        orphans = self.session.scalars(waiting.order_by(WebhookDeliveryRow.id)).all()
        for delivery_id in orphans:
            self._add_job(delivery_id, at)
        return len(orphans)

    def forget_deliveries(self, *, before: datetime) -> int:
        """Delete deliveries of before this time that are over; return how many."""
        over = WebhookDeliveryRow.state != DeliveryState.WAITING
        old = delete(WebhookDeliveryRow).where(over, WebhookDeliveryRow.created_at < before)
        return len(self.session.scalars(old.returning(WebhookDeliveryRow.id)).all())

    def _tell_of(
        self,
        event: WebhookEvent,
        row: ConversationRow,
        at: datetime,
        said: Mapping[str, object] | None = None,
        **personal: str,
    ) -> None:
        self._tell(event, {**_facts(row), **(said or {})}, {**_personal(row), **personal}, at)

    def _tell(
        self, event: WebhookEvent, facts: Mapping[str, object], personal: Mapping[str, object], at: datetime
    ) -> None:
        self.queue(EventNews(event=event, id=secrets.token_hex(16), at=at, facts=facts, personal=personal))

    def _queue_for(self, row: WebhookRow, news: EventNews) -> None:
        delivery = WebhookDeliveryRow(
            webhook_id=row.id,
            event=news.event.value,
            event_id=news.id,
            payload=payload_of(news, personal=row.personal),
            state=DeliveryState.WAITING if row.active else DeliveryState.HELD,
            created_at=news.at,
        )
        self.session.add(delivery)
        self.session.flush()
        if row.active:
            self._add_job(delivery.id, news.at)

    def _add_job(self, delivery_id: int, at: datetime) -> None:
        jobs = JobStore(self.session)
        jobs.add(JobKind.SEND_WEBHOOK, now=at, key=f"{JOB_KEY}{delivery_id}", payload={"delivery_id": delivery_id})

    def _row(self, webhook_id: int) -> WebhookRow:
        row = self.session.get(WebhookRow, webhook_id)
        if row is None:
            raise NotFound("There is no such webhook.")
        return row


def _facts(row: ConversationRow) -> dict[str, Any]:
    """What anybody may be told of a request: nothing about the person."""
    return {
        "reference": row.reference,
        "state": str(row.state),
        "channel": str(row.channel),
        "reason": str(row.reason),
        "urgent": row.urgent,
        "tags": list(row.tags),
        "created_at": row.created_at.isoformat(),
        "first_reply_at": row.first_reply_at.isoformat() if row.first_reply_at else None,
        "solved_at": row.solved_at.isoformat() if row.solved_at else None,
        "link": f"/agents/requests/{row.reference}",
    }


def _personal(row: ConversationRow) -> dict[str, Any]:
    return {"customer_name": row.name, "customer_email": row.email}


def _webhook(row: WebhookRow) -> Webhook:
    return Webhook(
        id=row.id,
        url=row.url,
        note=row.note,
        secret=row.secret,
        old_secret=row.old_secret,
        old_secret_until=row.old_secret_until,
        events=tuple(WebhookEvent(event) for event in row.events),
        personal=row.personal,
        paused_reason=PausedReason(row.paused_reason) if row.paused_reason else None,
        failing_since=row.failing_since,
        created_at=row.created_at,
    )


def _delivery(row: WebhookDeliveryRow) -> Delivery:
    return Delivery(
        id=row.id,
        webhook_id=row.webhook_id,
        event=WebhookEvent(row.event),
        event_id=row.event_id,
        payload=row.payload,
        state=DeliveryState(row.state),
        attempts=row.attempts,
        status_code=row.status_code,
        last_error=row.last_error,
        created_at=row.created_at,
        tried_at=row.tried_at,
        delivered_at=row.delivered_at,
    )
