"""Articles for a reply: the best for a conversation so far, and those an agent looks for."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from portal.domain.article_picks import ArticlePick, FoundSection, choose_questions, join_lists, make_pick
from portal.domain.articles import Audience
from portal.domain.conversations import Conversation
from portal.domain.journeys import Journey
from portal.domain.searches import SearchPage
from portal.domain.users import Viewer
from portal.services.message_texts import NO_MESSAGES, recipient_audiences, request_named
from portal.storage.database import Database, UnitOfWork

#: Articles offered beside a conversation, and found by a search of an agent.
OFFERED = 5
FOUND = 8
#: Characters of what an agent looks for.
MAX_SOUGHT = 600

#: Searches as an agent who is not remembered: text, agent, locale or None for the agent's, and how many hits.
ArticleSearch = Callable[[str, Viewer, str | None, int], SearchPage]


class ArticlePickService:
    """Finds articles that agents put into replies, and says which of them the customer may not open.

    Args:
        search: Finds articles; never raises, and remembers nothing.
    """

    def __init__(self, database: Database, search: ArticleSearch, *, public_url: str) -> None:
        self._database = database
        self._search = search
        self._public_url = public_url

    def offer(self, reference: str, agent: Viewer) -> tuple[ArticlePick, ...]:
        """Return the best articles for a conversation so far; empty when nothing fits or search is down.

        Raises:
            NotFound: There is no such request.
        """
        with self._database.read() as work:
            conversation = request_named(work, reference)
        lists = [self._found(text, agent, OFFERED, conversation.locale) for text in choose_questions(conversation)]
        return self._picks(join_lists(lists, conversation.journey)[:OFFERED], agent, conversation)

    def search(self, text: str, agent: Viewer, reference: str = "") -> tuple[ArticlePick, ...]:
        """Return articles that fit an agent's words, best first; empty for no words.

        Args:
            reference: The request that the reply is for; empty for a customer of whom nothing is known.

        Raises:
            NotFound: There is no such request.
        """
        words = " ".join(text.replace("\x00", " ").split())[:MAX_SOUGHT]
        conversation = None
        if reference:
            with self._database.read() as work:
                conversation = request_named(work, reference, after=NO_MESSAGES)
        found = self._found(words, agent, FOUND, conversation.locale if conversation else None) if words else []
        return self._picks(found, agent, conversation)

    def _found(self, text: str, agent: Viewer, limit: int, locale: str | None) -> list[FoundSection]:
        hits = self._search(text, agent, locale, limit).hits
        if not hits and locale is not None:
            hits = self._search(text, agent, None, limit).hits
        return [FoundSection(article_id=hit.article_id, anchor=hit.section_anchor) for hit in hits]

    def _picks(
        self, found: Sequence[FoundSection], agent: Viewer, conversation: Conversation | None
    ) -> tuple[ArticlePick, ...]:
        journey = conversation.journey if conversation else Journey(id="")
        with self._database.read() as work:
            audiences = _audiences(work, conversation)
            pairs = [(work.articles.find(each.article_id, agent.audiences), each) for each in found]
        return tuple(
            make_pick(article, each, public_url=self._public_url, audiences=audiences, journey=journey)
            for article, each in pairs
            if article is not None
        )


def _audiences(work: UnitOfWork, conversation: Conversation | None) -> frozenset[Audience]:
    return recipient_audiences(work, conversation) if conversation else frozenset({Audience.PUBLIC})
