"""What the figures are made of: counts made by the database where it can, and else the few columns that matter."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, String, and_, cast, func, or_, select

from portal.domain.conversations import AuthorKind, Channel, HandoffReason, MessageKind
from portal.domain.ratings import Score
from portal.domain.service_figures import ACCOUNT_TAG, RatedCount, Served, Span, cause_of
from portal.storage.base import Store
from portal.storage.request_rows import ArticleLinkRow, ConversationRow, LinkClickRow, MessageRow, RatingRow
from portal.storage.rows import ArticleRow, UserRow


class ServiceFigureStore(Store):
    """What the figures are made of, since a time."""

    def count_open(self, at: datetime | None = None) -> int:
        """Count the requests that were not solved at a time; now when None."""
        row = ConversationRow
        was_open: ColumnElement[bool] = row.solved_at.is_(None)
        if at is not None:
            was_open = and_(row.created_at < at, or_(was_open, row.solved_at >= at))
        return self.session.scalar(select(func.count()).select_from(row).where(was_open)) or 0

    def read_served(self, since: datetime) -> Served:
        """Read what became of requests, each of them once, with who answered first and whom it was assigned to."""
        row = ConversationRow
        first = and_(MessageRow.conversation_id == row.id, MessageRow.at == row.first_reply_at, _is_reply())
        query = (
            select(
                row.id, row.channel, row.reason, _is_account(), row.created_at, row.first_reply_at, row.solved_at,
                MessageRow.author_id, row.assignee_id,
            )
            .outerjoin(MessageRow, first)
            .where(or_(row.created_at >= since, row.first_reply_at >= since, row.solved_at >= since))
        )  # fmt: skip
        # Two answers of one moment are one first answer.
        requests = {number: values for number, *values in self.session.execute(query)}
        return _served(requests.values(), since)

    def count_ratings(self, since: datetime) -> tuple[RatedCount, ...]:
        """Count the ratings by channel, agent and score."""
        keys = (ConversationRow.channel, RatingRow.agent_id, RatingRow.score)
        query = select(*keys, func.count()).join(ConversationRow, ConversationRow.id == RatingRow.conversation_id)
        return tuple(
            RatedCount(channel=Channel(channel), agent_id=agent_id, score=Score(score), count=number)
            for channel, agent_id, score, number in self.session.execute(
                query.where(RatingRow.at >= since).group_by(*keys)
            )
        )

    def count_replies(self, since: datetime) -> Mapping[int | None, tuple[int, int]]:
        """Count by agent the replies to customers, and those of them that link an article."""
        linked = func.count(ArticleLinkRow.message_id.distinct())
        query = (
            select(MessageRow.author_id, func.count(MessageRow.id.distinct()), linked)
            .outerjoin(ArticleLinkRow, ArticleLinkRow.message_id == MessageRow.id)
            .where(MessageRow.at >= since, _is_reply())
            .group_by(MessageRow.author_id)
        )
        return {agent_id: (replies, links) for agent_id, replies, links in self.session.execute(query)}

    def count_links(self, since: datetime, *, limit: int) -> Mapping[str, int]:
        """Count the replies that link each article, the most linked first."""
        number = func.count()
        query = select(ArticleLinkRow.article_id, number).where(ArticleLinkRow.at >= since)
        grouped = query.group_by(ArticleLinkRow.article_id).order_by(number.desc(), ArticleLinkRow.article_id)
        return {article_id: links for article_id, links in self.session.execute(grouped.limit(limit))}  # noqa: C416

    def count_clicks(self, since: datetime, article_ids: Collection[str]) -> Mapping[str, int]:
        """Count how often the short links to some articles were followed; those never followed are absent."""
        query = select(LinkClickRow.article_id, func.count()).where(LinkClickRow.at >= since)
        grouped = query.where(LinkClickRow.article_id.in_(article_ids)).group_by(LinkClickRow.article_id)
        return {article_id: clicks for article_id, clicks in self.session.execute(grouped)}  # noqa: C416

    def count_scores_of_articles(
        self, since: datetime, article_ids: Collection[str]
    ) -> Mapping[str, Mapping[Score, int]]:
        """Count the ratings of the requests in which some articles were linked, by article and score."""
        keys = (ArticleLinkRow.article_id, RatingRow.score)
        query = (
            select(*keys, func.count(RatingRow.conversation_id.distinct()))
            .join(RatingRow, RatingRow.conversation_id == ArticleLinkRow.conversation_id)
            .where(RatingRow.at >= since, ArticleLinkRow.article_id.in_(article_ids))
            .group_by(*keys)
        )
        counts: dict[str, dict[Score, int]] = {}
        for article_id, score, number in self.session.execute(query):
            counts.setdefault(article_id, {})[Score(score)] = number
        return counts

    def count_wishes(self, since: datetime) -> Mapping[str, int]:
        """Count the customers who said that an article would have helped, by article."""
        query = select(RatingRow.article_id, func.count()).where(RatingRow.at >= since, RatingRow.article_id != "")
        return {article_id: wishes for article_id, wishes in self.session.execute(query.group_by(RatingRow.article_id))}  # noqa: C416

    def titles(self, article_ids: Collection[str]) -> Mapping[str, tuple[str, str]]:
        """Return title and slug of some articles, whatever their state; those that are gone are absent."""
        query = select(ArticleRow.id, ArticleRow.title, ArticleRow.slug).where(ArticleRow.id.in_(article_ids))
        return {article_id: (title, slug) for article_id, title, slug in self.session.execute(query)}

    def names(self, user_ids: Collection[int]) -> Mapping[int, str]:
        """Return the names of some people; those who are gone are absent."""
        query = select(UserRow.id, UserRow.name).where(UserRow.id.in_(user_ids))
        return {user_id: name for user_id, name in self.session.execute(query)}  # noqa: C416


def _is_reply() -> ColumnElement[bool]:
    return and_(MessageRow.author_kind == AuthorKind.AGENT, MessageRow.kind == MessageKind.MESSAGE)


def _is_account() -> ColumnElement[bool]:
    """Whether an agent gave the tag; looked for in the text of the list, which need not be read for it."""
    return cast(ConversationRow.tags, String).contains(f'"{ACCOUNT_TAG}"', autoescape=True)


def _served(requests: Iterable[Sequence[Any]], since: datetime) -> Served:
    """Sort requests by what happened to them since a time; one may have been sent, answered and solved."""
    sent: list[datetime] = []
    replied: list[Span] = []
    solved: list[Span] = []
    for channel_name, reason, is_account, sent_at, replied_at, solved_at, replier_id, assignee_id in requests:
        channel, cause = Channel(channel_name), cause_of(HandoffReason(reason), is_account=is_account)
        if sent_at >= since:
            sent.append(sent_at)
        if replied_at is not None and replied_at >= since:
            replied.append(Span(channel=channel, cause=cause, start=sent_at, end=replied_at, agent_id=replier_id))
        if solved_at is not None and solved_at >= since:
            solved.append(Span(channel=channel, cause=cause, start=sent_at, end=solved_at, agent_id=assignee_id))
    return Served(sent=tuple(sent), replied=tuple(replied), solved=tuple(solved))
