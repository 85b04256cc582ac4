"""Who is at the desk: agents whose pages are open, and who of them takes chats."""

from __future__ import annotations

from portal.domain.clock import Clock
from portal.domain.live import DESK, agent_key
from portal.domain.users import Viewer
from portal.storage.database import Database


class PresenceService:
    """Notes which agents are at the desk. Only those who take chats are: the others are away for customers."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def beat(self, agent: Viewer) -> bool:
        """Note that an agent's page is open.

        Returns:
            Whether they are available for chats.
        """
        if agent.user_id is None:
            return False
        now = self._clock.now()
        with self._database.work() as work:
            available = work.users.takes_chats(agent.user_id)
            if available and work.live.see(DESK, agent_key(agent.user_id), agent.name, now):
                work.live.announce(DESK, now)
        return available

    def choose(self, agent: Viewer, *, available: bool) -> None:
        """Remember whether an agent takes chats, and let it count at once."""
        if agent.user_id is None:
            return
        now = self._clock.now()
        with self._database.work() as work:
            work.users.set_takes_chats(agent.user_id, available)
            if available:
                work.live.see(DESK, agent_key(agent.user_id), agent.name, now)
            else:
                work.live.leave(DESK, agent_key(agent.user_id))
            work.live.announce(DESK, now)

    def takes_chats(self, agent: Viewer) -> bool:
        """Whether an agent is to be offered for chats while a page of theirs is open."""
        if agent.user_id is None:
            return False
        with self._database.read() as work:
            return work.users.takes_chats(agent.user_id)
