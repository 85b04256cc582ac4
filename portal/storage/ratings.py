"""How customers found it."""

from __future__ import annotations

from portal.domain.ratings import Rating, Score
from portal.storage.base import Store
from portal.storage.request_rows import RatingRow


class RatingStore(Store):
    """How customers found it: one rating of each request."""

    def put(self, rating: Rating) -> None:
        """Store a rating in the place of an earlier one of the same request."""
        row = self.session.get(RatingRow, rating.conversation_id)
        if row is None:
            row = RatingRow(conversation_id=rating.conversation_id)
            self.session.add(row)
        row.score = rating.score.value
        row.words = rating.words
        row.article_id = rating.article_id
        row.agent_id = rating.agent_id
        row.at = rating.at
        self.session.flush()

    def find(self, conversation_id: int) -> Rating | None:
        """Return the rating of a request; None when there is none yet."""
        row = self.session.get(RatingRow, conversation_id)
        if row is None:
            return None
        return Rating(
            conversation_id=row.conversation_id,
            score=Score(row.score),
            words=row.words,
            article_id=row.article_id,
            agent_id=row.agent_id,
            at=row.at,
        )
