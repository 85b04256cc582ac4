"""The agents' queue: requests filtered, counted, ordered and found, a few statements for each page."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, case, func, or_, select, true

from portal.domain.conversations import (
    WAITING_FOR_US,
    Channel,
    Conversation,
    ConversationState,
    ConversationSummary,
    normalise_reference,
)
from portal.domain.queue import QueuedRequest, QueueWish, RequestFilter, RequestOrder
from portal.storage.base import Store
from portal.storage.conversations import summaries, to_summary
from portal.storage.live import LiveStore
from portal.storage.request_rows import ConversationRow
from portal.storage.rows import UserRow

_STATE = ConversationRow.state


class QueueStore(Store):
    """Requests as the agents' queue shows them."""

    def count_filters(self, agent_id: int) -> dict[RequestFilter, int]:
        """Count the requests of every filter, as this agent sees them, in one statement."""
        columns = (func.count(case((_fits(each, agent_id), 1))) for each in RequestFilter)
        row = self.session.execute(select(*columns)).one()
        return dict(zip(RequestFilter, row, strict=True))

    def count_channels(self, chosen: RequestFilter, agent_id: int) -> dict[Channel, int]:
        """Count the requests of one filter by channel; every channel is present."""
        query = select(ConversationRow.channel, func.count()).where(_fits(chosen, agent_id))
        counted = dict(self.session.execute(query.group_by(ConversationRow.channel)).all())
        return {channel: counted.get(channel, 0) for channel in Channel}

    def count(self, wish: QueueWish, agent_id: int) -> int:
        """Count the requests that fit a wish."""
        query = select(func.count()).select_from(ConversationRow).where(_wished(wish, agent_id))
        return self.session.scalar(query) or 0

    def list_page(self, wish: QueueWish, agent_id: int, *, limit: int, offset: int = 0) -> tuple[QueuedRequest, ...]:
        """Return requests that fit a wish, in its order."""
        name = select(UserRow.name).where(UserRow.id == ConversationRow.assignee_id).scalar_subquery()
        order = _order(wish.order)
        # The page is chosen before messages are looked at: those of all requests would be read for the sake of 25.
        chosen = select(ConversationRow.id).where(_wished(wish, agent_id)).order_by(*order).limit(limit).offset(offset)
        query = summaries().add_columns(func.coalesce(name, "")).where(ConversationRow.id.in_(chosen))
        ordered = query.order_by(*order)
        return tuple(
            QueuedRequest(request=to_summary(row, excerpt), assignee=name)
            for row, excerpt, name in self.session.execute(ordered)
        )

    def assign(self, conversation_id: int, assignee_id: int | None, at: datetime) -> None:
        """Give a request to an agent, or to nobody."""
        self._set(conversation_id, at, assignee_id=assignee_id)

    def set_urgent(self, conversation_id: int, urgent: bool, at: datetime) -> None:
        """Mark a request as urgent, or as not."""
        self._set(conversation_id, at, urgent=urgent)

    def set_tags(self, conversation_id: int, tags: tuple[str, ...], at: datetime) -> None:
        """Replace a request's tags."""
        self._set(conversation_id, at, tags=list(tags))

    def list_earlier(self, conversation: Conversation, *, limit: int) -> tuple[ConversationSummary, ...]:
        """Return other requests of the same account or e-mail address, the latest begun first."""
        same = func.lower(ConversationRow.email) == conversation.email.lower()
        if conversation.user_id is not None:
            same |= ConversationRow.user_id == conversation.user_id
        query = summaries().where(same, ConversationRow.id != conversation.id)
        query = query.order_by(ConversationRow.created_at.desc(), ConversationRow.id.desc()).limit(limit)
        return tuple(to_summary(row, excerpt) for row, excerpt in self.session.execute(query))

    def _set(self, conversation_id: int, at: datetime, **values: object) -> None:
        row = self.session.get_one(ConversationRow, conversation_id)
        for name, value in values.items():
            setattr(row, name, value)
        LiveStore(self.session).announce_request(conversation_id, at)


def _wished(wish: QueueWish, agent_id: int) -> ColumnElement[bool]:
    conditions = [_fits(wish.chosen, agent_id)]
    if wish.channel is not None:
        conditions.append(ConversationRow.channel == wish.channel)
    if wish.text:
        conditions.append(_holds(wish.text))
    return and_(*conditions)


def _fits(chosen: RequestFilter, agent_id: int) -> ColumnElement[bool]:
    waits_for_us = _STATE.in_([state.value for state in WAITING_FOR_US])
    unsolved = _STATE != ConversationState.SOLVED
    conditions: dict[RequestFilter, ColumnElement[bool]] = {
        RequestFilter.NEEDS_REPLY: waits_for_us,
        RequestFilter.MINE: (ConversationRow.assignee_id == agent_id) & unsolved,
        RequestFilter.UNASSIGNED: ConversationRow.assignee_id.is_(None) & waits_for_us,
        RequestFilter.URGENT: ConversationRow.urgent & unsolved,
        RequestFilter.WAITING: _STATE == ConversationState.WAITING_FOR_CUSTOMER,
        RequestFilter.SOLVED: _STATE == ConversationState.SOLVED,
        RequestFilter.ALL: true(),
    }
    return conditions[chosen]


def _holds(text: str) -> ColumnElement[bool]:
    """Build the condition that a request is of this reference, or its customer is called so.

    SQLite folds the case of ASCII letters alone, so that the usual ways to write a name are tried one by one.
    """
    spellings = sorted({text, text.lower(), text.upper(), text.title()})
    columns = (ConversationRow.reference, ConversationRow.name, ConversationRow.email)
    found = [column.icontains(spelling, autoescape=True) for column in columns for spelling in spellings]
    return or_(ConversationRow.reference == (normalise_reference(text) or text), *found)


def _order(order: RequestOrder) -> tuple[SQLColumnExpression[Any], ...]:
    newest = (ConversationRow.created_at.desc(), ConversationRow.id.desc())
    waits = case((ConversationRow.waiting_since.is_(None), 1), else_=0)
    if order is RequestOrder.NEWEST:
        return newest
    if order is RequestOrder.WAITING_LONGEST:
        return waits, ConversationRow.waiting_since, *newest
    pressing = case((ConversationRow.urgent, 0), else_=1)
    return waits, pressing, ConversationRow.reply_expected_at, ConversationRow.id
