"""What customers searched for in vain, for writers; and looking again at searches that nobody clicked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.domain.clock import Clock
from portal.domain.failed_searches import FailedFilter, csv_row
from portal.domain.paging import choose_page
from portal.domain.searches import FailedGroup, FailedKind
from portal.storage.database import Database

#: Searches looked at again in one transaction, so that a long backlog keeps nobody waiting.
SETTLED_AT_ONCE = 500
#: Groups read at once for the download.
DOWNLOADED_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedSearchesPage:
    """One page of the writers' list.

    Attributes:
        number: Of this page, from 1.
        last: Number of the last page, at least 1.
        total: Groups on all pages.
    """

    groups: tuple[FailedGroup, ...]
    filter: FailedFilter
    number: int
    last: int
    total: int


class FailedSearchService:
    """Failed searches, grouped by wording.

    Args:
        no_click_after: How long a customer may take to open an article before the search counts as failed.
        groups_per_page: Rows of the writers' list.
    """

    def __init__(
        self, database: Database, clock: Clock, *, no_click_after: timedelta, groups_per_page: int = 50
    ) -> None:
        self._database = database
        self._clock = clock
        self._no_click_after = no_click_after
        self._groups_per_page = groups_per_page

    def list_page(self, wanted: FailedFilter, number: int = 1) -> FailedSearchesPage:
        """Return one page of groups, the most frequent first; a number beyond the last gives the last."""
        since = self._since(wanted)
        with self._database.read() as work:
            total = work.failed_searches.count_groups(since, wanted.kind)
            span = choose_page(number, total, self._groups_per_page)
            groups = work.failed_searches.list_groups(
                since, wanted.kind, limit=self._groups_per_page, offset=span.offset
            )
        return FailedSearchesPage(groups=groups, filter=wanted, number=span.number, last=span.last, total=total)

    def csv_rows(self, wanted: FailedFilter) -> Iterator[tuple[str, ...]]:
        """Yield all groups as rows of a table whose cells no spreadsheet takes for formulas, headings first."""
        yield ("query", "wording", "locale", "count", "askers", "kinds", "last seen")
        since = self._since(wanted)
        offset = 0
        while groups := self._groups(since, wanted.kind, offset):
            yield from map(csv_row, groups)
            offset += len(groups)

    def settle_no_clicks(self, now: datetime | None = None) -> int:
        """Look again at searches that are old enough, and note those whose answers nobody opened.

        Returns:
            How many were noted as failed. Running it again notes nothing twice.
        """
        at = now or self._clock.now()
        noted = 0
        while True:
            with self._database.work() as work:
                unsettled = work.searches.list_unsettled(at - self._no_click_after, SETTLED_AT_ONCE)
                in_vain = [search_id for search_id, vain in unsettled if vain]
                noted += work.failed_searches.add(in_vain, FailedKind.NO_CLICK, at)
                work.searches.mark_settled([search_id for search_id, _ in unsettled])
            if len(unsettled) < SETTLED_AT_ONCE:
                return noted

    def _groups(self, since: datetime, kind: FailedKind | None, offset: int) -> tuple[FailedGroup, ...]:
        with self._database.read() as work:
            return work.failed_searches.list_groups(since, kind, limit=DOWNLOADED_AT_ONCE, offset=offset)

    def _since(self, wanted: FailedFilter) -> datetime:
        return self._clock.now() - timedelta(days=wanted.days)
