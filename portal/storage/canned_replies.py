"""Agents' canned replies."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from portal.domain.canned_replies import CannedReply, NewCannedReply, Situation
from portal.domain.errors import Conflict, NotFound
from portal.storage.base import Store
from portal.storage.request_rows import CannedReplyRow


class CannedReplyStore(Store):
    """Agents' canned replies."""

    def list_all(self) -> tuple[CannedReply, ...]:
        """Return all of them, by situation and title."""
        order = {situation.value: place for place, situation in enumerate(Situation)}
        rows = self.session.scalars(select(CannedReplyRow).order_by(func.lower(CannedReplyRow.title)))
        return tuple(sorted(map(_reply, rows), key=lambda reply: order[reply.situation]))

    def get(self, reply_id: int) -> CannedReply:
        """Return one of them.

        Raises:
            NotFound: There is none with this number.
        """
        return _reply(self._row(reply_id))

    def is_empty(self) -> bool:
        """Whether there are none."""
        return self.session.scalar(select(CannedReplyRow.id).limit(1)) is None

    def add(self, new: NewCannedReply, *, by: str, at: datetime) -> int:
        """Store a new one and return its number.

        Raises:
            Conflict: There is one with this title.
        """
        row = CannedReplyRow(title=new.title, situation=new.situation, body=new.body, changed_by=by, changed_at=at)
        self._save(row)
        return row.id

    def change(self, reply_id: int, new: NewCannedReply, *, by: str, at: datetime) -> None:
        """Replace one.

        Raises:
            NotFound: There is none with this number.
            Conflict: Another one has this title.
        """
        row = self._row(reply_id)
        row.title, row.situation, row.body, row.changed_by, row.changed_at = new.title, new.situation, new.body, by, at
        self._save(row)

    def remove(self, reply_id: int) -> None:
        """Delete one.

        Raises:
            NotFound: There is none with this number.
        """
        self.session.delete(self._row(reply_id))

    def _row(self, reply_id: int) -> CannedReplyRow:
        row = self.session.get(CannedReplyRow, reply_id)
        if row is None:
            raise NotFound("There is no such canned reply.")
        return row

    def _save(self, row: CannedReplyRow) -> None:
        try:
            with self.session.begin_nested():
                self.session.add(row)
                self.session.flush()
        except IntegrityError as error:
            raise Conflict("There is a canned reply with this title already. Please choose another title.") from error


def _reply(row: CannedReplyRow) -> CannedReply:
    known = row.situation in set(Situation)
    return CannedReply(
        id=row.id,
        title=row.title,
        situation=Situation(row.situation) if known else Situation.OTHER,
        body=row.body,
        changed_by=row.changed_by,
        changed_at=row.changed_at,
    )
