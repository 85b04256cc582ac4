"""Searches that failed, and how."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TypeVarTuple

from sqlalchemy import ColumnElement, Select, delete, exists, func, select

from portal.domain.searches import FailedGroup, FailedKind, Surface
from portal.storage.base import Store
from portal.storage.rows import FailedSearchRow, SearchRow, VoteRow
from search_index import QueryKind

Columns = TypeVarTuple("Columns")
#: A wording of a group and the locale it was asked in.
GroupKey = tuple[str, str]


class FailedSearchStore(Store):
    """Searches that failed, and how.

    Only searches that can count are ever stored here: questions that customers put to the full engine. A degraded
    search says nothing of the articles, and agents do not search for themselves.
    """

    def add(self, search_ids: Collection[str], kind: FailedKind, at: datetime) -> int:
        """Note that searches failed in one way; those noted already or that cannot count are passed over.

        Returns:
            How many were noted.
        """
        return self._add_where(SearchRow.id.in_(search_ids), kind, at)

    def add_for_journey(self, journey_id: str, kind: FailedKind, at: datetime, since: datetime) -> int:
        """Note that the searches of a journey since a time failed in one way; returns how many.

        Those that led to an article which the customer called helpful did not fail.
        """
        helped = exists().where(VoteRow.search_id == SearchRow.id, VoteRow.journey_id == journey_id, VoteRow.helpful)
        return self._add_where((SearchRow.journey_id == journey_id) & (SearchRow.at >= since) & ~helped, kind, at)

    def remove(self, search_id: str, kind: FailedKind) -> None:
        """Take a failure back, because it turned out otherwise."""
        self.session.execute(
            delete(FailedSearchRow).where(FailedSearchRow.search_id == search_id, FailedSearchRow.kind == kind)
        )

    def kinds_of(self, search_id: str) -> frozenset[FailedKind]:
        """Return the ways in which one search failed; empty when it did not."""
        query = select(FailedSearchRow.kind).where(FailedSearchRow.search_id == search_id)
        return frozenset(FailedKind(kind) for kind in self.session.scalars(query))

    def count_groups(self, since: datetime, kind: FailedKind | None = None) -> int:
        """Count the wordings of failed searches since a time."""
        wordings = _failed(select(SearchRow.wording, SearchRow.locale), since, kind).distinct().subquery()
        return self.session.scalar(select(func.count()).select_from(wordings)) or 0

    def list_groups(
        self, since: datetime, kind: FailedKind | None = None, *, limit: int, offset: int = 0
    ) -> tuple[FailedGroup, ...]:
        """Return failed searches since a time, grouped by wording and locale, the most frequent first.

        Args:
            kind: Only searches that failed in this way; the group's kinds name the others too.
        """
        count = func.count(SearchRow.id.distinct())
        last = func.max(SearchRow.at)
        askers = func.count(SearchRow.journey_id.distinct())
        query = _failed(select(SearchRow.wording, SearchRow.locale, count, askers, last), since, kind)
        grouped = query.group_by(SearchRow.wording, SearchRow.locale)
        ordered = grouped.order_by(count.desc(), last.desc(), SearchRow.wording, SearchRow.locale)
        rows = self.session.execute(ordered.limit(limit).offset(offset)).all()
        wordings = {row[0] for row in rows}
        samples, kinds = self._samples(wordings, since), self._kinds(wordings, since)
        return tuple(
            FailedGroup(
                wording=wording,
                sample=samples.get((wording, locale), wording),
                locale=locale,
                count=searches,
                askers=journeys,
                kinds=kinds.get((wording, locale), ()),
                last_seen=seen,
            )
            for wording, locale, searches, journeys, seen in rows
        )

    def _samples(self, wordings: Collection[str], since: datetime) -> dict[GroupKey, str]:
        """Return, for each group, the query as it was typed last."""
        number = func.row_number().over(
            partition_by=(SearchRow.wording, SearchRow.locale), order_by=(SearchRow.at.desc(), SearchRow.id)
        )
        typed = _failed(select(SearchRow.wording, SearchRow.locale, SearchRow.query, number.label("number")), since)
        numbered = typed.where(SearchRow.wording.in_(wordings)).subquery()
        query = select(numbered.c.wording, numbered.c.locale, numbered.c.query).where(numbered.c.number == 1)
        return {(wording, locale): text for wording, locale, text in self.session.execute(query)}

    def _kinds(self, wordings: Collection[str], since: datetime) -> dict[GroupKey, tuple[FailedKind, ...]]:
        """Return, for each group, all ways in which its searches failed, in the order of `FailedKind`."""
        query = _failed(select(SearchRow.wording, SearchRow.locale, FailedSearchRow.kind), since)
        found: dict[GroupKey, set[str]] = {}
        for wording, locale, kind in self.session.execute(query.where(SearchRow.wording.in_(wordings)).distinct()):
            found.setdefault((wording, locale), set()).add(kind)
        return {key: tuple(kind for kind in FailedKind if kind in kinds) for key, kinds in found.items()}

    def _add_where(self, condition: ColumnElement[bool], kind: FailedKind, at: datetime) -> int:
        noted = exists().where(FailedSearchRow.search_id == SearchRow.id, FailedSearchRow.kind == kind)
        can_count = (
            (SearchRow.kind == QueryKind.QUESTION) & (SearchRow.degraded == "") & (SearchRow.surface != Surface.AGENTS)
        )
        query = select(SearchRow.id).where(condition, can_count, ~noted)
        search_ids: Sequence[str] = self.session.scalars(query).all()
        self.session.add_all(FailedSearchRow(search_id=search_id, kind=kind, at=at) for search_id in search_ids)
        self.session.flush()
        return len(search_ids)


def _failed(query: Select[*Columns], since: datetime, kind: FailedKind | None = None) -> Select[*Columns]:
    """Narrow a query over searches to those that failed since a time."""
    joined = query.join(FailedSearchRow, FailedSearchRow.search_id == SearchRow.id).where(SearchRow.at >= since)
    return joined if kind is None else joined.where(FailedSearchRow.kind == kind)
