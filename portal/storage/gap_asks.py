"""What gaps are made of: failed searches with who made them, and agents' notes on articles."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, String, cast, func, select, true

from portal.domain.article_flags import FlagState
from portal.domain.gap_asks import GapAsk
from portal.domain.gap_replays import PROOF_RANK, Answered
from portal.domain.gaps import GapWording
from portal.domain.past_questions import question_of
from portal.domain.redaction import redact, wording_of
from portal.domain.searches import FailedKind
from portal.storage.base import Store
from portal.storage.request_rows import ArticleFlagRow, ConversationRow, MessageRow
from portal.storage.rows import ArticleRow, FailedSearchRow, JourneyRow, SearchHitRow, SearchRow
from search_index import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class AsksStamp:
    """Differs whenever there may be something new to sort into gaps."""

    searches: int
    last_search: datetime | None
    flags: int
    last_flag: int


class GapAskStore(Store):
    """Failed searches and agents' notes, one by one. Degraded searches were never stored as failed."""

    def stamp(self) -> AsksStamp:
        """Say what there is, cheaply."""
        searches, last = self.session.execute(select(func.count(), func.max(FailedSearchRow.at))).one()
        open_flags = select(func.count(), func.max(ArticleFlagRow.id)).where(ArticleFlagRow.state == FlagState.OPEN)
        flags, last_flag = self.session.execute(open_flags).one()
        return AsksStamp(searches=searches, last_search=last, flags=flags, last_flag=last_flag or 0)

    def list_since(self, since: datetime, wordings: Collection[str] | None = None) -> tuple[GapAsk, ...]:
        """Return all that failed since a time, the oldest first.

        Args:
            wordings: Only these; all when None.
        """
        asks = (*self._searches(since, wordings), *self._flags(since))
        chosen = asks if wordings is None else tuple(ask for ask in asks if ask.wording in wordings)
        return tuple(sorted(chosen, key=lambda ask: (ask.at, ask.wording)))

    def answered_before(self, wordings: Sequence[GapWording], article_id: str) -> Mapping[tuple[str, str], Answered]:
        """Say, by wording and locale, how the last customer was answered who searched in vain.

        Args:
            article_id: The article whose rank is told.
        """
        number = func.row_number().over(
            partition_by=(SearchRow.wording, SearchRow.locale), order_by=(SearchRow.at.desc(), SearchRow.id)
        )
        failed = select(FailedSearchRow.search_id)
        texts = {wording.text for wording in wordings}
        newest = (
            select(SearchRow.id, SearchRow.wording, SearchRow.locale, SearchRow.verdict, number.label("number"))
            .where(SearchRow.wording.in_(texts), SearchRow.id.in_(failed))
            .subquery()
        )
        rows = self.session.execute(select(newest).where(newest.c.number == 1)).all()
        hits = self._hits([row.id for row in rows])
        return {
            (row.wording, row.locale): _answered(Verdict(row.verdict), hits.get(row.id, ()), article_id) for row in rows
        }

    def _hits(self, search_ids: Sequence[str]) -> dict[str, list[tuple[str, str]]]:
        """Return ids and titles of the hits of searches, best first."""
        query = (
            select(SearchHitRow.search_id, SearchHitRow.article_id, ArticleRow.title)
            .outerjoin(ArticleRow, ArticleRow.id == SearchHitRow.article_id)
            .where(SearchHitRow.search_id.in_(search_ids), SearchHitRow.rank <= PROOF_RANK)
            .order_by(SearchHitRow.search_id, SearchHitRow.rank)
        )
        found: dict[str, list[tuple[str, str]]] = {}
        for search_id, article_id, title in self.session.execute(query):
            found.setdefault(search_id, []).append((article_id, title or ""))
        return found

    def _searches(self, since: datetime, wordings: Collection[str] | None) -> list[GapAsk]:
        who = func.coalesce("user " + cast(JourneyRow.user_id, String), SearchRow.journey_id)
        wanted: ColumnElement[bool] = true() if wordings is None else SearchRow.wording.in_(set(wordings))
        query = (
            select(
                SearchRow.id, SearchRow.wording, SearchRow.locale, SearchRow.query, who, SearchRow.at,
                FailedSearchRow.kind,
            )
            .join(FailedSearchRow, FailedSearchRow.search_id == SearchRow.id)
            .outerjoin(JourneyRow, JourneyRow.id == SearchRow.journey_id)
            .where(SearchRow.at >= since, SearchRow.degraded == "", wanted)
            .order_by(SearchRow.id)
        )  # fmt: skip
        facts: dict[str, tuple[str, str, str, str, datetime]] = {}
        kinds: dict[str, set[FailedKind]] = {}
        for search_id, wording, locale, typed, asker, at, kind in self.session.execute(query):
            facts[search_id] = (wording, locale, typed, asker, at)
            kinds.setdefault(search_id, set()).add(FailedKind(kind))
        return [
            GapAsk(wording=wording, locale=locale, sample=typed, asker=asker, at=at, kinds=frozenset(kinds[search_id]))
            for search_id, (wording, locale, typed, asker, at) in facts.items()
        ]

    def _flags(self, since: datetime) -> list[GapAsk]:
        """Return what customers asked in the requests that agents noted; notes without a request ask nothing."""
        first = (
            select(func.min(MessageRow.id))
            .where(MessageRow.conversation_id == ArticleFlagRow.conversation_id)
            .correlate(ArticleFlagRow)
            .scalar_subquery()
        )
        query = (
            select(ArticleFlagRow.at, ConversationRow, MessageRow.body)
            .join(ConversationRow, ConversationRow.id == ArticleFlagRow.conversation_id)
            .join(MessageRow, MessageRow.id == first)
            .where(ArticleFlagRow.state == FlagState.OPEN, ArticleFlagRow.at >= since)
            .order_by(ArticleFlagRow.id)
        )
        return [_flagged(at, request, body) for at, request, body in self.session.execute(query)]


def _flagged(at: datetime, request: ConversationRow, body: str) -> GapAsk:
    question = redact(question_of(body, request.name))
    asker = f"user {request.user_id}" if request.user_id else request.journey_id or f"request {request.id}"
    return GapAsk(
        wording=wording_of(question), locale=request.locale, sample=question, asker=asker, at=at, flagged=True
    )


def _answered(verdict: Verdict, hits: Sequence[tuple[str, str]], article_id: str) -> Answered:
    ids = [each for each, _ in hits]
    rank = ids.index(article_id) + 1 if article_id in ids else 0
    return Answered(verdict=verdict, rank=rank, best=hits[0][1] if hits else "")
