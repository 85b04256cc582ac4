"""What open pages are told of at once: that something changed, and who is there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

#: Changed whenever the agents' queue does; agents who are at work are present here.
DESK = "desk"
#: Changed whenever a conversation does, before its number.
CONVERSATION = "conversation:"
#: Somebody who has not been heard of for this long has left; open pages report every `BEAT_SECONDS`.
PRESENT_FOR = timedelta(seconds=40)
BEAT_SECONDS = 15
#: Somebody who has not struck a key for this long is not typing any more.
TYPING_FOR = timedelta(seconds=6)

#: How a customer is named among those present in their conversation.
CUSTOMER = "customer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence:
    """Somebody at a place.

    Attributes:
        who: ``customer`` or ``agent:<id>``.
    """

    who: str
    name: str
    seen_at: datetime
    typed_at: datetime | None = None

    def is_typing(self, now: datetime) -> bool:
        """Whether they are writing something."""
        return self.typed_at is not None and self.typed_at > now - TYPING_FOR


def conversation_topic(conversation_id: int) -> str:
    """Name what is told of one conversation."""
    return f"{CONVERSATION}{conversation_id}"


def agent_key(user_id: int) -> str:
    """Name an agent among those present."""
    return f"agent:{user_id}"
