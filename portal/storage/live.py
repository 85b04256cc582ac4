"""Signals for open pages, and who is present where."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, func, select

from portal.domain.live import DESK, PRESENT_FOR, Presence, conversation_topic
from portal.storage.base import Store
from portal.storage.request_rows import LiveChangeRow, PresenceRow


class LiveStore(Store):
    """Signals for open pages, and who is present where."""

    def announce(self, topic: str, at: datetime) -> None:
        """Tell pages that follow this topic that it changed; they hear of it when the transaction ends."""
        self.session.add(LiveChangeRow(topic=topic, at=at))

    def announce_request(self, conversation_id: int, at: datetime) -> None:
        """Tell pages that follow a conversation, and those of the agents' queue, that it changed."""
        self.announce(conversation_topic(conversation_id), at)
        self.announce(DESK, at)

    def newest(self) -> int:
        """Return the number of the latest signal; 0 when there is none."""
        return self.session.scalar(select(func.max(LiveChangeRow.id))) or 0

    def list_since(self, number: int) -> tuple[tuple[int, str], ...]:
        """Return the signals after this number, oldest first, as pairs of number and topic."""
        query = (
            select(LiveChangeRow.id, LiveChangeRow.topic).where(LiveChangeRow.id > number).order_by(LiveChangeRow.id)
        )
        return tuple((row.id, row.topic) for row in self.session.execute(query))

    def see(self, topic: str, who: str, name: str, at: datetime, *, typing: bool = False) -> bool:
        """Note that somebody is here.

        Returns:
            Whether others should hear of it: somebody came, or began to type.
        """
        row = self.session.get(PresenceRow, (topic, who), with_for_update=True)
        if row is None:
            row = PresenceRow(topic=topic, who=who, name=name, seen_at=at, typed_at=at if typing else None)
            self.session.add(row)
            return True
        before = _presence(row)
        row.name, row.seen_at, row.typed_at = name, at, at if typing else row.typed_at
        return not _is_present(before, at) or (typing and not before.is_typing(at))

    def stop_typing(self, topic: str, who: str) -> None:
        """Note that somebody sent what they were typing."""
        row = self.session.get(PresenceRow, (topic, who))
        if row is not None:
            row.typed_at = None

    def leave(self, topic: str, who: str) -> bool:
        """Note that somebody went away; False when they were not there."""
        left = delete(PresenceRow).where(PresenceRow.topic == topic, PresenceRow.who == who).returning(PresenceRow.who)
        return bool(self.session.scalars(left).all())

    def step_out(self, topic: str, who: str, at: datetime) -> bool:
        """Note that somebody left who may come back; when they were here last is kept. False when they were away.

        What was said in the last moments before may have been missed, so they count as away from before these.
        """
        row = self.session.get(PresenceRow, (topic, who))
        if row is None or not _is_present(_presence(row), at):
            return False
        row.seen_at, row.typed_at = at - PRESENT_FOR, None
        return True

    def last_seen(self, topic: str, who: str) -> datetime | None:
        """Return when somebody was here last; None when that is long ago."""
        row = self.session.get(PresenceRow, (topic, who))
        return None if row is None else row.seen_at

    def list_present(self, topic: str, since: datetime) -> tuple[Presence, ...]:
        """Return who has been heard of at a place since this time, by name."""
        query = select(PresenceRow).where(PresenceRow.topic == topic, PresenceRow.seen_at > since)
        return tuple(_presence(row) for row in self.session.scalars(query.order_by(PresenceRow.name, PresenceRow.who)))

    def forget(self, before: datetime) -> None:
        """Delete signals and presences of before this time."""
        self.session.execute(delete(LiveChangeRow).where(LiveChangeRow.at < before))
        self.session.execute(delete(PresenceRow).where(PresenceRow.seen_at < before))


def _is_present(presence: Presence, now: datetime) -> bool:
    return presence.seen_at > now - PRESENT_FOR


def _presence(row: PresenceRow) -> Presence:
    return Presence(who=row.who, name=row.name, seen_at=row.seen_at, typed_at=row.typed_at)
