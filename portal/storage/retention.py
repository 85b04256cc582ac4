"""Forgetting: what visitors did is kept for a time and then deleted."""

from __future__ import annotations

from datetime import datetime
from typing import TypeVar

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import InstrumentedAttribute

from portal.storage.base import Store
from portal.storage.rows import ArticleViewRow, FailedSearchRow, JourneyRow, SearchHitRow, SearchRow, VoteRow

Key = TypeVar("Key")

#: Rows of one kind deleted in one transaction, so that a long backlog keeps nobody waiting.
FORGOTTEN_AT_ONCE = 1_000


class RetentionStore(Store):
    """What is deleted when its time is over. What customers wrote to a person stays."""

    def forget_visits(self, before: datetime, limit: int = FORGOTTEN_AT_ONCE) -> int:
        """Delete searches, views, votes and journeys of before a time, at most `limit` of each.

        Returns:
            How many rows went, without those that hang on searches; 0 when there is nothing left to forget.
        """
        searches = self._old(SearchRow.id, SearchRow.at < before, limit)
        for hanging in (FailedSearchRow, SearchHitRow):
            self.session.execute(delete(hanging).where(hanging.search_id.in_(searches)))
        gone = len(searches)
        self.session.execute(delete(SearchRow).where(SearchRow.id.in_(searches)))
        for row, at in (
            (ArticleViewRow, ArticleViewRow.at),
            (VoteRow, VoteRow.at),
            (JourneyRow, JourneyRow.last_at),
        ):
            ids = self._old(row.id, at < before, limit)
            self.session.execute(delete(row).where(row.id.in_(ids)))
            gone += len(ids)
        return gone

    def _old(self, key: InstrumentedAttribute[Key], is_old: ColumnElement[bool], limit: int) -> list[Key]:
        return list(self.session.scalars(select(key).where(is_old).limit(limit)))
