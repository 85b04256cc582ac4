"""Turning a solved request into the beginning of an article."""

from __future__ import annotations

import hashlib

from portal.content.articles import ArticleRenderer
from portal.content.draft_files import draft_source
from portal.content.links import build_link_map
from portal.domain.article_drafts import ArticleDraft, plan_draft
from portal.domain.articles import Article
from portal.domain.clock import Clock
from portal.domain.conversations import Conversation
from portal.domain.errors import InvalidInput
from portal.domain.users import Viewer
from portal.services.message_texts import request_named
from portal.storage.database import Database, UnitOfWork

#: Drafts that writers see at once, the newest.
DRAFTS_SHOWN = 200


class ArticleDraftService:
    """Makes drafts from requests, and shows them to writers."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def make(self, reference: str, agent: Viewer) -> bool:
        """Begin an article from a solved request, with what tells of people taken out.

        Returns:
            False when there is a draft of this request already, which is left as it is.

        Raises:
            NotFound: There is no such request.
            InvalidInput: It is not solved, or nobody answered it.
        """
        with self._database.work() as work:
            conversation = request_named(work, reference)
            if conversation.solved_at is None:
                raise InvalidInput("The request is not solved yet. Solve it first, then begin the article.")
            article_id = draft_id(conversation.reference)
            if work.article_drafts.find(article_id) is not None:
                return False
            self._store(work, conversation, article_id, agent)
        return True

    def list_newest(self) -> tuple[ArticleDraft, ...]:
        """Return the drafts, the newest first."""
        with self._database.read() as work:
            return work.article_drafts.list_newest(limit=DRAFTS_SHOWN)

    def get(self, article_id: str) -> ArticleDraft:
        """Return a draft with its text.

        Raises:
            NotFound: There is none with this id.
        """
        with self._database.read() as work:
            return work.article_drafts.get(article_id)

    def put_away(self, article_id: str) -> None:
        """Take a draft off the list, because it was written elsewhere or is not needed; its text is kept.

        Raises:
            NotFound: There is none with this id.
        """
        with self._database.work() as work:
            work.articles.archive([work.article_drafts.get(article_id).id])

    def _store(self, work: UnitOfWork, conversation: Conversation, article_id: str, agent: Viewer) -> None:
        draft = plan_draft(conversation)
        if draft is None:
            raise InvalidInput("Nobody has answered this request in writing, so there is nothing to begin from.")
        linked = _linked(work, conversation, agent)
        source = draft_source(
            draft,
            article_id=article_id,
            category=linked.category if linked else work.article_drafts.first_category(),
            locale=conversation.locale,
            tags=linked.tags if linked else (),
            reference=conversation.reference,
        )
        page = ArticleRenderer().render(source, build_link_map((source,), (), site_paths=()))
        note = f"From request {conversation.reference}"
        work.articles.save(source, page, renderer="", author=agent.name, note=note, now=self._clock.now())


def draft_id(reference: str) -> str:
    """Return the id of the draft of a request: the same each time, and it does not tell the reference."""
    return f"draft-{hashlib.sha256(reference.encode()).hexdigest()[:12]}"


def _linked(work: UnitOfWork, conversation: Conversation, agent: Viewer) -> Article | None:
    """The article that an agent linked first, whose shelf is a good guess."""
    linked = work.article_links.list_articles(conversation.id)
    found = (work.articles.find(article_id, agent.audiences) for article_id in linked)
    return next((article for article in found if article is not None), None)
