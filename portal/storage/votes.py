"""Opinions of articles."""

from __future__ import annotations

from sqlalchemy import func, select

from portal.domain.votes import Vote, VoteReason
from portal.storage.base import Store
from portal.storage.rows import VoteRow


class VoteStore(Store):
    """Opinions of articles: one of each journey for each article."""

    def put(self, vote: Vote) -> None:
        """Store a vote in the place of the journey's earlier one, if there is one."""
        row = self._find(vote.journey_id, vote.article_id)
        if row is None:
            row = VoteRow(journey_id=vote.journey_id, article_id=vote.article_id)
            self.session.add(row)
        row.helpful = vote.helpful
        row.reason = vote.reason or ""
        row.comment = vote.comment
        row.search_id = vote.search_id
        row.at = vote.at
        self.session.flush()

    def find(self, journey_id: str, article_id: str) -> Vote | None:
        """Return a journey's vote on an article, or None."""
        row = self._find(journey_id, article_id)
        if row is None:
            return None
        return Vote(
            journey_id=row.journey_id,
            article_id=row.article_id,
            helpful=row.helpful,
            reason=VoteReason(row.reason) if row.reason else None,
            comment=row.comment,
            search_id=row.search_id,
            at=row.at,
        )

    def count(self, article_id: str) -> tuple[int, int]:
        """Count the votes on an article: how many say that it helped, and how many that it did not."""
        query = select(VoteRow.helpful, func.count()).where(VoteRow.article_id == article_id).group_by(VoteRow.helpful)
        counts = {bool(helpful): number for helpful, number in self.session.execute(query)}
        return counts.get(True, 0), counts.get(False, 0)

    def _find(self, journey_id: str, article_id: str) -> VoteRow | None:
        query = select(VoteRow).where(VoteRow.journey_id == journey_id, VoteRow.article_id == article_id)
        return self.session.scalars(query).one_or_none()
