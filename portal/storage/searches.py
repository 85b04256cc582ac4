"""Logged searches and the hits they showed, and the database's word on which articles may be shown at all."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, String, cast, delete, exists, func, select, update

from portal.domain.articles import ArticleState, Audience
from portal.domain.searches import FailedKind, LoggedHit, LoggedSearch, RecentSearch, Surface, VisibleArticle
from portal.storage.base import Store
from portal.storage.rows import (
    ArticleRow,
    ArticleViewRow,
    CategoryRow,
    FailedSearchRow,
    JourneyRow,
    SearchHitRow,
    SearchRow,
    VoteRow,
)
from search_index import DegradedReason, Outcome, PastQuery, QueryKind, SearchMode, Timings, Verdict

#: Most earlier searches of a journey that bear on a new one.
RECENT_SEARCHES = 10


class SearchStore(Store):
    """Logged searches and the hits they showed."""

    def visible_articles(
        self, article_ids: Collection[str], audiences: Collection[Audience], locale: str | None = None
    ) -> dict[str, VisibleArticle]:
        """Return, by id, those of the articles that are published for one of these audiences.

        This is where a hit of the index becomes one that may be shown: labels in an index can be old or wrong.

        Args:
            locale: Only articles of this locale; None for all.
        """
        query = (
            select(ArticleRow.id, ArticleRow.slug, ArticleRow.title, ArticleRow.summary, ArticleRow.toc)
            .add_columns(ArticleRow.category, CategoryRow.title, ArticleRow.updated)
            .outerjoin(CategoryRow, CategoryRow.slug == ArticleRow.category)
            .where(
                ArticleRow.id.in_(set(article_ids)),
                ArticleRow.state == ArticleState.PUBLISHED,
                ArticleRow.audience.in_(set(audiences)),
            )
        )
        if locale is not None:
            # Joined to nothing: SQLite would else look up every article of the locale instead of these by their ids.
            query = query.where(ArticleRow.locale.concat("") == locale)
        return {
            article_id: VisibleArticle(
                id=article_id,
                slug=slug,
                title=title,
                summary=summary,
                category=category_title or category,
                anchors=frozenset(str(entry["anchor"]) for entry in toc),
                updated=updated,
            )
            for article_id, slug, title, summary, toc, category, category_title, updated in self.session.execute(query)
        }

    def add(self, search: LoggedSearch, hits: Sequence[LoggedHit]) -> None:
        """Store a search with the hits it showed."""
        self.session.add(SearchRow(id=search.id, journey_id=search.journey_id, **_columns(search)))
        self.session.flush()
        self._add_hits(search.id, hits, {})

    def replace(self, search_id: str, search: LoggedSearch, hits: Sequence[LoggedHit]) -> None:
        """Store a search in the place of the one it carries on; articles clicked before stay clicked."""
        at_article = select(SearchHitRow.article_id, SearchHitRow.clicked_at).where(
            SearchHitRow.search_id == search_id, SearchHitRow.clicked_at.is_not(None)
        )
        clicked = {article_id: at for article_id, at in self.session.execute(at_article) if at is not None}
        self.session.execute(delete(SearchHitRow).where(SearchHitRow.search_id == search_id))
        values = _columns(search) | {"settled": False}
        self.session.execute(update(SearchRow).where(SearchRow.id == search_id).values(**values))
        self._add_hits(search_id, hits, clicked)

    def find(self, search_id: str) -> LoggedSearch | None:
        """Return one search, or None when it was never logged."""
        row = self.session.get(SearchRow, search_id)
        return None if row is None else _search(row)

    def list_hits(self, search_id: str) -> tuple[LoggedHit, ...]:
        """Return the hits a search showed, best first."""
        query = select(SearchHitRow).where(SearchHitRow.search_id == search_id).order_by(SearchHitRow.rank)
        return tuple(
            LoggedHit(rank=row.rank, article_id=row.article_id, section_anchor=row.section_anchor, score=row.score)
            for row in self.session.scalars(query)
        )

    def list_recent(self, journey_id: str, surface: Surface, since: datetime) -> tuple[RecentSearch, ...]:
        """Return the last searches of a journey since a time, newest first; at most ten."""
        query = (
            select(SearchRow.id, SearchRow.at, SearchRow.wording, SearchRow.kind, was_clicked())
            .where(SearchRow.journey_id == journey_id, SearchRow.surface == surface, SearchRow.at >= since)
            .order_by(SearchRow.at.desc(), SearchRow.id)
            .limit(RECENT_SEARCHES)
        )
        return tuple(
            RecentSearch(id=search_id, at=at, wording=wording, kind=QueryKind(kind), clicked=bool(clicked))
            for search_id, at, wording, kind, clicked in self.session.execute(query)
        )

    def belongs_to(self, search_id: str, journey_id: str) -> bool:
        """Whether a search was made on this journey."""
        query = select(SearchRow.id).where(SearchRow.id == search_id, SearchRow.journey_id == journey_id)
        return self.session.scalar(query) is not None

    def mark_clicked(self, search_id: str, article_id: str, at: datetime) -> None:
        """Note that a hit was opened; the first time counts, and an article that was no hit is ignored."""
        self.session.execute(
            update(SearchHitRow)
            .where(
                SearchHitRow.search_id == search_id,
                SearchHitRow.article_id == article_id,
                SearchHitRow.clicked_at.is_(None),
            )
            .values(clicked_at=at)
        )

    def list_unsettled(self, before: datetime, limit: int) -> tuple[tuple[str, bool], ...]:
        """Return searches of before a time that nobody has looked at again, oldest first.

        Returns:
            Ids, each with whether the search showed answers that nobody opened.
        """
        shown = exists().where(SearchHitRow.search_id == SearchRow.id)
        in_vain = shown & ~was_clicked() & (SearchRow.verdict != Verdict.NO_ANSWER)
        query = (
            select(SearchRow.id, in_vain)
            .where(SearchRow.settled.is_(False), SearchRow.at < before)
            .order_by(SearchRow.at)
            .limit(limit)
        )
        return tuple((search_id, bool(vain)) for search_id, vain in self.session.execute(query))

    def mark_settled(self, search_ids: Collection[str]) -> None:
        """Note that these searches have been looked at again."""
        self.session.execute(update(SearchRow).where(SearchRow.id.in_(search_ids)).values(settled=True))

    def list_successful(self, askers: int, limit: int) -> tuple[PastQuery, ...]:
        """Return customers' queries that several people asked and that the same article answered, most asked first.

        An article answered where the search was sure of itself and the article was opened from it or called helpful.
        Signed-in people count once, however often they visit. Queries from which anything was redacted are left out.

        Args:
            askers: Fewest people who must have asked a wording with success.
        """
        who = func.coalesce("user " + cast(JourneyRow.user_id, String), SearchRow.journey_id)
        people = func.count(who.distinct())
        query = (
            select(SearchRow.wording, SearchRow.locale, SearchHitRow.article_id, people)
            .join(SearchHitRow, SearchHitRow.search_id == SearchRow.id)
            .join(JourneyRow, JourneyRow.id == SearchRow.journey_id)
            .where(_was_answered(), SearchRow.query.not_like("%[%"))
            .group_by(SearchRow.wording, SearchRow.locale, SearchHitRow.article_id)
            .having(people >= askers)
            .order_by(people.desc(), SearchRow.wording, SearchHitRow.article_id)
            .limit(limit)
        )
        best: dict[tuple[str, str], PastQuery] = {}
        for wording, locale, article_id, count in self.session.execute(query):
            found = PastQuery(text=wording, article_id=article_id, locale=locale, askers=count)
            best.setdefault((wording, locale), found)
        return tuple(best.values())

    def list_outcomes(self, since: datetime, limit: int) -> tuple[tuple[str, str, Outcome], ...]:
        """Return what became of customers' searches since a time, the newest first.

        A search answered when a hit was opened and nothing spoke against it afterwards, or the customer said that it
        helped. It did not when they asked for a human or said no. What nobody acted on says nothing.

        Returns:
            The journey, the wording, and the outcome.
        """
        failed = exists().where(FailedSearchRow.search_id == SearchRow.id)
        refused = failed.where(FailedSearchRow.kind.in_((FailedKind.HANDED_OFF, FailedKind.VOTED_DOWN)))
        helped = exists().where(VoteRow.search_id == SearchRow.id, VoteRow.helpful)
        answered = helped | (was_clicked() & ~failed & SearchRow.settled)
        query = (
            select(SearchRow.journey_id, SearchRow.wording, SearchRow.plain_answerability, answered & ~refused)
            .where(
                SearchRow.at >= since,
                SearchRow.kind == QueryKind.QUESTION,
                SearchRow.mode == SearchMode.HYBRID,
                SearchRow.degraded == "",
                SearchRow.surface.in_((Surface.SITE, Surface.HANDOFF)),
                SearchRow.plain_answerability.is_not(None),
                answered | refused,
            )
            .order_by(SearchRow.at.desc(), SearchRow.id)
            .limit(limit)
        )
        return tuple(
            (journey_id, wording, Outcome(answerability=float(plain or 0.0), answered=bool(good)))
            for journey_id, wording, plain, good in self.session.execute(query)
        )

    def _add_hits(self, search_id: str, hits: Sequence[LoggedHit], clicked: dict[str, datetime]) -> None:
        self.session.add_all(
            SearchHitRow(
                search_id=search_id,
                rank=hit.rank,
                article_id=hit.article_id,
                section_anchor=hit.section_anchor,
                score=hit.score,
                clicked_at=clicked.get(hit.article_id),
            )
            for hit in hits
        )
        self.session.flush()


def was_clicked() -> ColumnElement[bool]:
    """Build the condition that an article was opened from a search."""
    hit = exists().where(SearchHitRow.search_id == SearchRow.id, SearchHitRow.clicked_at.is_not(None))
    view = exists().where(ArticleViewRow.journey_id == SearchRow.journey_id, ArticleViewRow.search_id == SearchRow.id)
    return hit | view


def _was_answered() -> ColumnElement[bool]:
    """Build the condition that a hit answered a customer's search."""
    helped = exists().where(
        VoteRow.search_id == SearchRow.id, VoteRow.article_id == SearchHitRow.article_id, VoteRow.helpful
    )
    return (
        (SearchRow.kind == QueryKind.QUESTION)
        & (SearchRow.verdict == Verdict.ANSWERED)
        & SearchRow.surface.in_((Surface.SITE, Surface.HANDOFF))
        & (SearchHitRow.clicked_at.is_not(None) | helped)
    )


def _columns(search: LoggedSearch) -> dict[str, object]:
    timings = search.timings
    return {
        "at": search.at,
        "query": search.query,
        "wording": search.wording,
        "locale": search.locale,
        "surface": search.surface,
        "kind": search.kind,
        "verdict": search.verdict,
        "answerability": search.answerability,
        "plain_answerability": search.plain_answerability,
        "mode": search.mode,
        "degraded": search.degraded or "",
        "generation": search.generation,
        "encode_ms": timings.encode_ms,
        "keyword_ms": timings.keyword_ms,
        "vector_ms": timings.vector_ms,
        "history_ms": timings.history_ms,
        "fusion_ms": timings.fusion_ms,
        "snippet_ms": timings.snippet_ms,
        "total_ms": timings.total_ms,
    }


def _search(row: SearchRow) -> LoggedSearch:
    return LoggedSearch(
        id=row.id,
        journey_id=row.journey_id,
        at=row.at,
        query=row.query,
        wording=row.wording,
        locale=row.locale,
        surface=Surface(row.surface),
        kind=QueryKind(row.kind),
        verdict=Verdict(row.verdict),
        answerability=row.answerability,
        plain_answerability=row.plain_answerability,
        mode=SearchMode(row.mode),
        degraded=DegradedReason(row.degraded) if row.degraded else None,
        generation=row.generation,
        timings=Timings(
            encode_ms=row.encode_ms,
            keyword_ms=row.keyword_ms,
            vector_ms=row.vector_ms,
            history_ms=row.history_ms,
            fusion_ms=row.fusion_ms,
            snippet_ms=row.snippet_ms,
            total_ms=row.total_ms,
        ),
    )
