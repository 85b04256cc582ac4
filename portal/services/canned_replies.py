"""Canned replies: kept by agents for agents, and filled in for each request."""

from __future__ import annotations

from portal.domain.canned_replies import CannedReply, checked_canned_reply, fill
from portal.domain.clock import Clock
from portal.domain.shipped_replies import SHIPPED_REPLIES
from portal.domain.users import Viewer
from portal.services.message_texts import NO_MESSAGES, reply_values, request_named
from portal.storage.database import Database


class CannedReplyService:
    """Keeps the agents' canned replies."""

    def __init__(self, database: Database, clock: Clock, *, company_name: str, public_url: str) -> None:
        self._database = database
        self._clock = clock
        self._company_name = company_name
        self._public_url = public_url

    def seed(self) -> int:
        """Store the shipped replies where there are none at all; returns how many were stored."""
        with self._database.work() as work:
            if not work.canned_replies.is_empty():
                return 0
            for reply in SHIPPED_REPLIES:
                work.canned_replies.add(reply, by=self._company_name, at=self._clock.now())
            return len(SHIPPED_REPLIES)

    def list_all(self) -> tuple[CannedReply, ...]:
        """Return all of them, by situation and title."""
        with self._database.read() as work:
            return work.canned_replies.list_all()

    def get(self, reply_id: int) -> CannedReply:
        """Return one of them.

        Raises:
            NotFound: There is none with this number.
        """
        with self._database.read() as work:
            return work.canned_replies.get(reply_id)

    def filled(self, reply_id: int, reference: str, agent: Viewer, article_id: str = "") -> str:
        """Return one of them filled in for a request; what cannot be filled in stays as it is.

        Args:
            article_id: The article that it speaks of; empty for none.

        Raises:
            NotFound: There is no such reply, request or article.
        """
        with self._database.read() as work:
            reply = work.canned_replies.get(reply_id)
            conversation = request_named(work, reference, after=NO_MESSAGES)
            article = work.articles.get(article_id, agent.audiences) if article_id else None
        values = reply_values(conversation, agent, self._company_name, article, self._public_url)
        return fill(reply.body, values)

    def add(self, agent: Viewer, *, title: str, situation: str, body: str) -> None:
        """Store a new one.

        Raises:
            InvalidInput: Something of it cannot be used; unknown variables are named.
            Conflict: There is one with this title.
        """
        new = checked_canned_reply(title, situation, body)
        with self._database.work() as work:
            work.canned_replies.add(new, by=agent.name, at=self._clock.now())

    def change(self, reply_id: int, agent: Viewer, *, title: str, situation: str, body: str) -> None:
        """Replace one.

        Raises:
            NotFound: There is none with this number.
            InvalidInput, Conflict: As `add`.
        """
        new = checked_canned_reply(title, situation, body)
        with self._database.work() as work:
            work.canned_replies.change(reply_id, new, by=agent.name, at=self._clock.now())

    def remove(self, reply_id: int) -> None:
        """Delete one.

        Raises:
            NotFound: There is none with this number.
        """
        with self._database.work() as work:
            work.canned_replies.remove(reply_id)
