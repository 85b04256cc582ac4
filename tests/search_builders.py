"""Articles in the database, and searches as they are logged, for tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime

from portal.domain.articles import ArticleState, Audience
from portal.domain.searches import LoggedHit, LoggedSearch, Surface
from portal.storage.database import Database, UnitOfWork
from portal.storage.rows import ArticleRow, CategoryRow
from search_index import QueryKind, SearchMode, Section, Timings, Verdict

NOW = datetime(2026, 11, 17, 11, 0, tzinfo=UTC)
JOURNEY = "j" * 32

_SEARCH = LoggedSearch(
    id="s" * 32,
    journey_id=JOURNEY,
    at=NOW,
    query="Hub offline?",
    wording="hub offline",
    locale="en",
    surface=Surface.SITE,
    kind=QueryKind.QUESTION,
    verdict=Verdict.ANSWERED,
    answerability=0.9,
    mode=SearchMode.HYBRID,
    degraded=None,
    generation="g1",
    timings=Timings(total_ms=3.5),
)


def logged(**changes: object) -> LoggedSearch:
    """A search as it is logged."""
    return replace(_SEARCH, **changes)


def hits(*article_ids: str) -> tuple[LoggedHit, ...]:
    """Hits on these articles, in this order."""
    return tuple(
        LoggedHit(rank=rank, article_id=article_id, section_anchor="", score=1 / rank)
        for rank, article_id in enumerate(article_ids, start=1)
    )


def add_search(work: UnitOfWork, *article_ids: str, **changes: object) -> LoggedSearch:
    """Store a search that showed these articles."""
    search = logged(**changes)
    work.searches.add(search, hits(*article_ids))
    return search


def put_article(
    database: Database,
    article_id: str,
    title: str = "",
    *,
    sections: Sequence[Section] = (),
    audience: Audience = Audience.PUBLIC,
    state: ArticleState = ArticleState.PUBLISHED,
    locale: str = "en",
    summary: str = "",
) -> None:
    """Store an article straight in its table."""
    with database.work() as work:
        work.session.merge(CategoryRow(slug="devices", title="Devices", description="", icon="plug", position=0))
        work.session.merge(
            ArticleRow(
                id=article_id,
                slug=article_id,
                locale=locale,
                title=title or article_id.replace("-", " ").capitalize(),
                summary=summary,
                category="devices",
                tags=[],
                audience=audience,
                state=state,
                published_at=NOW,
                sections=[asdict(section) for section in sections],
                toc=[{"anchor": each.anchor, "text": each.heading, "level": 2} for each in sections if each.anchor],
                extra={},
            )
        )
