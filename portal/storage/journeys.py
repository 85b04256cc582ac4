"""Visits, article views, and the steps of a journey."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from portal.domain.journeys import Journey, JourneyStep, StepKind
from portal.storage.base import Store
from portal.storage.rows import ArticleRow, ArticleViewRow, JourneyRow, SearchRow, VoteRow

#: Most steps of a journey that are carried along, the newest.
MAX_STEPS = 50
#: The same article opened again within this time is the same reading: a reload, or a way back.
SAME_READING = timedelta(minutes=30)

#: A page that was opened longer ago tells nothing any more.
LONGEST_OPEN = timedelta(hours=12)
#: Longer than this nobody reads an article: the page was left open.
MOST_READ_SECONDS = 3_600


class JourneyStore(Store):
    """Visits, article views, and the steps of a journey."""

    def touch(self, journey_id: str, at: datetime, user_id: int | None = None) -> None:
        """Note that somebody is on a journey now; begins it if it is new."""
        row = self.session.get(JourneyRow, journey_id)
        if row is None:
            self.session.add(JourneyRow(id=journey_id, user_id=user_id, started_at=at, last_at=at))
        else:
            row.last_at = at
            row.user_id = row.user_id if user_id is None else user_id
        self.session.flush()

    def add_view(
        self, journey_id: str, article_id: str, at: datetime, *, search_id: str = "", section_anchor: str = ""
    ) -> bool:
        """Note that an article was opened, once for each reading and each search that led there.

        Returns:
            Whether this is a new reading.
        """
        same = select(ArticleViewRow.id).where(
            ArticleViewRow.journey_id == journey_id,
            ArticleViewRow.article_id == article_id,
            ArticleViewRow.at > at - SAME_READING,
        )
        if search_id:
            same = same.where(ArticleViewRow.search_id == search_id)
        if self.session.scalar(same.limit(1)) is not None:
            return False
        view = ArticleViewRow(
            journey_id=journey_id, article_id=article_id, at=at, search_id=search_id, section_anchor=section_anchor
        )
        self.session.add(view)
        self.session.flush()
        return True

    def add_reading(self, journey_id: str, article_id: str, seconds: int, at: datetime) -> bool:
        """Add time to the latest reading of an article on a journey; False when it was not opened on it lately.

        No reading counts for more than an hour.

        Args:
            seconds: For which the article was in sight since it was told last, 0 or more.
        """
        query = select(ArticleViewRow).where(
            ArticleViewRow.journey_id == journey_id,
            ArticleViewRow.article_id == article_id,
            ArticleViewRow.at > at - LONGEST_OPEN,
        )
        row = self.session.scalars(query.order_by(ArticleViewRow.at.desc(), ArticleViewRow.id.desc()).limit(1)).first()
        if row is None:
            return False
        row.read_seconds = min(row.read_seconds + seconds, MOST_READ_SECONDS)
        return True

    def search_that_led_to(self, journey_id: str, article_id: str) -> str:
        """Return the id of the search from which an article was opened last on this journey; empty if by none."""
        query = (
            select(ArticleViewRow.search_id)
            .where(
                ArticleViewRow.journey_id == journey_id,
                ArticleViewRow.article_id == article_id,
                ArticleViewRow.search_id != "",
            )
            .order_by(ArticleViewRow.at.desc(), ArticleViewRow.id.desc())
            .limit(1)
        )
        return self.session.scalar(query) or ""

    def journey_steps(self, journey_id: str) -> Journey:
        """Return what happened on a journey, oldest first: at most the newest fifty steps, none for an unknown one."""
        steps = [*self._searches(journey_id), *self._views(journey_id), *self._votes(journey_id)]
        ordered = sorted(steps, key=lambda step: step.at)
        return Journey(id=journey_id, steps=tuple(ordered[-MAX_STEPS:]))

    def _searches(self, journey_id: str) -> list[JourneyStep]:
        query = (
            select(SearchRow.id, SearchRow.at, SearchRow.query, SearchRow.verdict)
            .where(SearchRow.journey_id == journey_id)
            .order_by(SearchRow.at.desc())
            .limit(MAX_STEPS)
        )
        return [
            JourneyStep(key=f"s-{search_id}", kind=StepKind.SEARCHED, at=at, text=text, detail=verdict)
            for search_id, at, text, verdict in self.session.execute(query)
        ]

    def _views(self, journey_id: str) -> list[JourneyStep]:
        view = ArticleViewRow
        query = (
            select(view.id, view.at, view.article_id, view.section_anchor, view.read_seconds, ArticleRow.title)
            .outerjoin(ArticleRow, ArticleRow.id == view.article_id)
            .where(view.journey_id == journey_id)
            .order_by(view.at.desc(), view.id.desc())
            .limit(MAX_STEPS)
        )
        return [
            JourneyStep(
                key=f"o-{view_id}",
                kind=StepKind.OPENED,
                at=at,
                text=title or article_id,
                detail=anchor,
                article_id=article_id,
                seconds=seconds,
            )
            for view_id, at, article_id, anchor, seconds, title in self.session.execute(query)
        ]

    def _votes(self, journey_id: str) -> list[JourneyStep]:
        query = (
            select(VoteRow.id, VoteRow.at, VoteRow.article_id, VoteRow.helpful, ArticleRow.title)
            .outerjoin(ArticleRow, ArticleRow.id == VoteRow.article_id)
            .where(VoteRow.journey_id == journey_id)
            .order_by(VoteRow.at.desc())
            .limit(MAX_STEPS)
        )
        return [
            JourneyStep(
                key=f"v-{vote_id}",
                kind=StepKind.VOTED,
                at=at,
                text=title or article_id,
                detail="yes" if helpful else "no",
                article_id=article_id,
            )
            for vote_id, at, article_id, helpful, title in self.session.execute(query)
        ]
