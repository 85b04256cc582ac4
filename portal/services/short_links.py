"""Short permanent links to articles: they survive renames, and count who followed them."""

from __future__ import annotations

import logging

from portal.domain.clock import Clock
from portal.domain.shown_hits import article_url
from portal.domain.users import Viewer
from portal.storage.database import Database

logger = logging.getLogger(__name__)
#: A click waits this long for its place in the log, in seconds.
LOG_PATIENCE_SECONDS = 1.0


class ShortLinkService:
    """Leads from a short link to the article as it is called now."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def find(self, article_id: str, viewer: Viewer) -> str:
        """Return the path of an article.

        Raises:
            NotFound: There is none of this id that this viewer may see.
        """
        with self._database.read() as work:
            return article_url(work.articles.get(article_id, viewer.audiences).slug)

    def count(self, article_id: str, viewer: Viewer, journey_id: str) -> None:
        """Count that a customer followed a link. Never raises.

        Args:
            journey_id: Empty when unknown.
        """
        try:
            with self._database.work(LOG_PATIENCE_SECONDS) as work:
                links = work.article_links
                conversation_id = links.find_conversation(article_id, user_id=viewer.user_id, journey_id=journey_id)
                links.add_click(article_id, self._clock.now(), conversation_id=conversation_id)
        except Exception:
            logger.exception("A click on a link could not be counted.")
