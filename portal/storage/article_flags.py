"""What agents said of articles that need work or are missing."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from portal.domain.article_flags import ArticleFlag, FlagKind, FlagState, NewFlag
from portal.domain.errors import NotFound
from portal.domain.past_questions import question_of
from portal.storage.base import Store
from portal.storage.request_rows import ArticleFlagRow, ConversationRow, MessageRow
from portal.storage.rows import ArticleRow
from portal.storage.webhooks import WebhookStore


class ArticleFlagStore(Store):
    """What agents said of articles that need work or are missing."""

    def add(self, new: NewFlag) -> bool:
        """Store a flag; False, and nothing stored, when the same agent said the same of the same request before."""
        same = select(ArticleFlagRow.id).where(
            ArticleFlagRow.kind == new.kind,
            ArticleFlagRow.article_id == new.article_id,
            ArticleFlagRow.conversation_id == new.conversation_id,
            ArticleFlagRow.agent_id == new.agent_id,
            ArticleFlagRow.note == new.note,
            ArticleFlagRow.state == FlagState.OPEN,
        )
        if self.session.scalar(same.limit(1)) is not None:
            return False
        row = ArticleFlagRow(
            kind=new.kind,
            article_id=new.article_id,
            conversation_id=new.conversation_id,
            agent_id=new.agent_id,
            agent_name=new.agent_name,
            note=new.note,
            state=FlagState.OPEN,
            at=new.at,
        )
        self.session.add(row)
        self.session.flush()
        if new.kind is FlagKind.MISSING:
            WebhookStore(self.session).tell_of_gap(new.conversation_id, new.note, new.at)
        return True

    def count_by_state(self) -> dict[FlagState, int]:
        """Count flags by state; every state is present."""
        query = select(ArticleFlagRow.state, func.count()).group_by(ArticleFlagRow.state)
        counted = dict(self.session.execute(query).all())
        return {state: counted.get(state, 0) for state in FlagState}

    def list_newest(self, state: FlagState, *, limit: int, offset: int = 0) -> tuple[ArticleFlag, ...]:
        """Return the flags of a state, the newest first, each with its article and its customer's question."""
        message = aliased(MessageRow)
        first = (
            select(func.min(message.id))
            .where(message.conversation_id == ArticleFlagRow.conversation_id)
            .scalar_subquery()
        )
        query = (
            select(ArticleFlagRow, ArticleRow, ConversationRow, MessageRow.body)
            .outerjoin(ArticleRow, ArticleRow.id == ArticleFlagRow.article_id)
            .outerjoin(ConversationRow, ConversationRow.id == ArticleFlagRow.conversation_id)
            .outerjoin(MessageRow, MessageRow.id == first)
            .where(ArticleFlagRow.state == state)
            .order_by(ArticleFlagRow.at.desc(), ArticleFlagRow.id.desc())
        )
        rows = self.session.execute(query.limit(limit).offset(offset))
        return tuple(_flag(*row) for row in rows)

    def set_state(self, flag_id: int, state: FlagState) -> None:
        """Note that somebody dealt with a flag, or that it is open again.

        Raises:
            NotFound: There is none with this number.
        """
        row = self.session.get(ArticleFlagRow, flag_id)
        if row is None:
            raise NotFound("There is no such note on an article.")
        row.state = state


def _flag(
    row: ArticleFlagRow, article: ArticleRow | None, request: ConversationRow | None, body: str | None
) -> ArticleFlag:
    return ArticleFlag(
        id=row.id,
        kind=FlagKind(row.kind),
        article_id=row.article_id,
        article_title=article.title if article else "",
        article_slug=article.slug if article else "",
        question=question_of(body, request.name) if request and body else "",
        reference=request.reference if request else "",
        agent_name=row.agent_name,
        note=row.note,
        state=FlagState(row.state),
        at=row.at,
    )
