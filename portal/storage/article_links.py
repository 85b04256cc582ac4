"""Articles that agents linked in messages, and who followed the links."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import or_, select

from portal.storage.base import Store
from portal.storage.request_rows import ArticleLinkRow, ConversationRow, LinkClickRow, MessageRow


class ArticleLinkStore(Store):
    """Articles that agents linked in messages, and who followed the links."""

    def add(
        self, conversation_id: int, form_key: str, article_ids: Collection[str], *, agent_id: int | None, at: datetime
    ) -> None:
        """Note which articles a message links, each once.

        Args:
            form_key: Of the message, which is stored already.
        """
        message = select(MessageRow.id).where(
            MessageRow.conversation_id == conversation_id, MessageRow.form_key == form_key
        )
        message_id = self.session.scalars(message).one()
        self.session.add_all(
            ArticleLinkRow(
                message_id=message_id, conversation_id=conversation_id, article_id=article_id, agent_id=agent_id, at=at
            )
            for article_id in dict.fromkeys(article_ids)
        )
        self.session.flush()

    def list_articles(self, conversation_id: int) -> tuple[str, ...]:
        """Return the ids of the articles that were linked in a conversation, in that order."""
        query = select(ArticleLinkRow.article_id).where(ArticleLinkRow.conversation_id == conversation_id)
        return tuple(dict.fromkeys(self.session.scalars(query.order_by(ArticleLinkRow.id))))

    def add_click(self, article_id: str, at: datetime, *, conversation_id: int | None = None) -> None:
        """Note that somebody followed the short link of an article."""
        self.session.add(LinkClickRow(article_id=article_id, conversation_id=conversation_id, at=at))

    def find_conversation(self, article_id: str, *, user_id: int | None, journey_id: str) -> int | None:
        """Return the latest conversation of this customer in which the article was linked, None if there is none.

        The link itself names no conversation: it may be passed on.
        """
        theirs = []
        if user_id is not None:
            theirs.append(ConversationRow.user_id == user_id)
        if journey_id:
            theirs.append(ConversationRow.journey_id == journey_id)
        if not theirs:
            return None
        query = (
            select(ArticleLinkRow.conversation_id)
            .join(ConversationRow, ConversationRow.id == ArticleLinkRow.conversation_id)
            .where(ArticleLinkRow.article_id == article_id, or_(*theirs))
            .order_by(ArticleLinkRow.id.desc())
        )
        return self.session.scalars(query.limit(1)).first()
