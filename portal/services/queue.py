"""The agents' queue."""

from __future__ import annotations

from dataclasses import replace

from portal.domain.clock import Clock
from portal.domain.paging import choose_page
from portal.domain.queue import MAX_SOUGHT, QueuePage, QueueRow, QueueWish
from portal.domain.targets import Targets
from portal.domain.users import Viewer
from portal.storage.database import Database

#: Requests on one page of the queue.
REQUESTS_PER_PAGE = 25
#: The id of nobody, for viewers without an account.
NOBODY = 0


class QueueService:
    """Shows agents who waits, the most pressing first."""

    def __init__(self, database: Database, clock: Clock, targets: Targets) -> None:
        self._database = database
        self._clock = clock
        self._targets = targets

    def page(self, wish: QueueWish, agent: Viewer, page: int = 1) -> QueuePage:
        """Return a page of the queue; one beyond the last is the last."""
        wish = replace(wish, text=" ".join(wish.text.replace("\x00", "").split())[:MAX_SOUGHT])
        agent_id, now = agent.user_id or NOBODY, self._clock.now()
        with self._database.read() as work:
            counts = work.queue.count_filters(agent_id)
            total = work.queue.count(wish, agent_id) if wish.narrowed else counts[wish.chosen]
            span = choose_page(page, total, REQUESTS_PER_PAGE)
            found = work.queue.list_page(wish, agent_id, limit=REQUESTS_PER_PAGE, offset=span.offset)
            channels = work.queue.count_channels(wish.chosen, agent_id)
        rows = tuple(
            QueueRow(
                request=each.request,
                assignee=each.assignee,
                mine=agent.user_id is not None and each.request.assignee_id == agent.user_id,
                targets=self._targets.of(each.request, now),
            )
            for each in found
        )
        return QueuePage(
            rows=rows,
            wish=wish,
            counts=counts,
            channels=channels,
            total=total,
            current=span.number,
            last=span.last,
        )
