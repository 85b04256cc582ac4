"""Asking customers how it was, once their request is solved."""

from __future__ import annotations

from portal.domain.articles import ArticleSummary
from portal.domain.clock import Clock
from portal.domain.conversations import Conversation, clean_text
from portal.domain.errors import InvalidInput
from portal.domain.live import conversation_topic
from portal.domain.ratings import (
    MAX_ARTICLES,
    MAX_WORDS_CHARACTERS,
    Rating,
    RatingPage,
    Score,
    agent_spoken_of,
    may_rate,
)
from portal.domain.users import Viewer
from portal.integrations.private_links import PrivateLinks
from portal.services.message_texts import NO_MESSAGES, request_opened_by
from portal.storage.database import Database, UnitOfWork


class RatingService:
    """Shows what customers are asked, and keeps what they say."""

    def __init__(self, database: Database, clock: Clock, links: PrivateLinks) -> None:
        self._database = database
        self._clock = clock
        self._links = links

    def page(self, key: str, viewer: Viewer) -> RatingPage:
        """Return what the page for rating one request shows.

        Args:
            key: The secret of a private link, or a reference, which opens only requests sent by this signed-in viewer.
            viewer: Whoever asks; articles they may not see are not offered.

        Raises:
            NotFound: The key opens no request for this viewer.
        """
        with self._database.read() as work:
            conversation = request_opened_by(work, self._links, key, viewer, after=NO_MESSAGES)
            return RatingPage(
                key=key,
                reference=conversation.reference,
                may_rate=may_rate(conversation, self._clock.now()),
                is_open=conversation.solved_at is None,
                given=work.ratings.find(conversation.id),
                articles=_offered(work, conversation, viewer),
            )

    def given(self, conversation_id: int) -> Rating | None:
        """Return what a customer said of a request, for those who work here; None when they said nothing yet."""
        with self._database.read() as work:
            return work.ratings.find(conversation_id)

    def rate(self, key: str, viewer: Viewer, *, score: Score, words: str, article_id: str) -> Rating:
        """Store how a customer found it, in the place of what they said before.

        Args:
            key: As `page`.
            viewer: As `page`.
            score: How it was.
            words: Their own; may be empty.
            article_id: One of those that were offered; empty for none.

        Raises:
            NotFound: As `page`.
            InvalidInput: The request cannot be rated now, the words are too many, or the article was not offered.
        """
        said, now = clean_text(words), self._clock.now()
        if len(said) > MAX_WORDS_CHARACTERS:
            raise InvalidInput(f"Please use at most {MAX_WORDS_CHARACTERS:,} characters.", field="words")
        with self._database.work() as work:
            conversation = request_opened_by(work, self._links, key, viewer)
            if not may_rate(conversation, now):
                raise InvalidInput("This request cannot be rated now.", field="score")
            offered = {article.id for article in _offered(work, conversation, viewer)}
            if article_id and article_id not in offered:
                raise InvalidInput("This article was not among those to choose from.", field="article")
            rating = Rating(
                conversation_id=conversation.id,
                score=score,
                words=said,
                article_id=article_id,
                agent_id=agent_spoken_of(conversation),
                at=now,
            )
            work.ratings.put(rating)
            work.live.announce(conversation_topic(conversation.id), now)
        return rating


def _offered(work: UnitOfWork, conversation: Conversation, viewer: Viewer) -> tuple[ArticleSummary, ...]:
    """The articles that agents linked, then those the customer opened, as far as this viewer may see them."""
    opened = [step.article_id for step in reversed(conversation.journey.steps) if step.article_id]
    ids = (*work.article_links.list_articles(conversation.id), *opened)
    return work.articles.list_summaries(ids, viewer.audiences)[:MAX_ARTICLES]
