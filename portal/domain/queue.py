"""The agents' queue: which requests it shows, in which order, and what each row says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from portal.domain.conversations import Channel, ConversationSummary
from portal.domain.targets import Target

#: Characters of what somebody looks for in the queue.
MAX_SOUGHT = 200


class RequestFilter(StrEnum):
    """Which requests the queue shows. MINE, URGENT: of those not solved; UNASSIGNED: of those that wait for us."""

    NEEDS_REPLY = "needs_reply"
    MINE = "mine"
    UNASSIGNED = "unassigned"
    URGENT = "urgent"
    WAITING = "waiting"
    SOLVED = "solved"
    ALL = "all"


class RequestOrder(StrEnum):
    """What comes first. PRESSING: urgent ones, then those whose reply is promised earliest."""

    PRESSING = "pressing"
    WAITING_LONGEST = "waiting_longest"
    NEWEST = "newest"


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueWish:
    """What an agent wishes to see.

    Attributes:
        channel: None for all.
        text: Part of a reference, a name or an e-mail address; empty for all.
    """

    chosen: RequestFilter = RequestFilter.NEEDS_REPLY
    order: RequestOrder = RequestOrder.PRESSING
    channel: Channel | None = None
    text: str = ""

    @property
    def narrowed(self) -> bool:
        """Whether fewer requests are wished for than the filter holds."""
        return self.channel is not None or bool(self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedRequest:
    """A request with the name of whoever took it; empty when nobody did."""

    request: ConversationSummary
    assignee: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueRow:
    """A row of the queue.

    Attributes:
        targets: What is due, the reply first; empty when nothing is.
        mine: Whether the reader took it.
    """

    request: ConversationSummary
    assignee: str
    mine: bool
    targets: tuple[Target, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuePage:
    """A page of the queue. Pages are counted from 1; every filter has a count.

    Attributes:
        channels: How many requests of the chosen filter came by each channel.
        total: Of the requests that fit the whole wish.
    """

    rows: tuple[QueueRow, ...]
    wish: QueueWish
    counts: Mapping[RequestFilter, int]
    channels: Mapping[Channel, int]
    total: int
    current: int
    last: int
