"""Searching: the engine is asked, the database confirms what may be shown, and the search is remembered."""

from __future__ import annotations

import logging
import secrets
import time
from dataclasses import dataclass, replace

from portal.domain.articles import ArticleSummary
from portal.domain.clock import Clock
from portal.domain.explanations import ExplainedExpectation, ExplanationWish, may_read_explanations
from portal.domain.failed_searches import failed_at_once
from portal.domain.redaction import redact, wording_of
from portal.domain.searches import (
    SAME_SEARCH,
    FailedKind,
    LoggedHit,
    LoggedSearch,
    SearchPage,
    ShownHit,
    ShownSuggestion,
    Surface,
    choose_next_step,
    plan_log,
)
from portal.domain.shown_hits import (
    ConfirmedAnswer,
    article_url,
    confirm_answer,
    confirm_explanation,
    confirm_suggestions,
)
from portal.domain.urgency import UrgentPatterns
from portal.domain.users import Viewer
from portal.storage.database import Database, UnitOfWork
from search_index import (
    ExplainedAbsence,
    Explanation,
    QueryKind,
    SearchEngine,
    SearchMode,
    SearchQuery,
    SearchResult,
    Standing,
    Suggestion,
)

logger = logging.getLogger(__name__)

#: Hits asked for beyond those shown, for the case that the database refuses some.
SPARE_HITS = 4
#: Characters of the name of an article that somebody asks about; no title is longer.
LONGEST_NAME = 300
#: A search page waits this long for its place in the log, in seconds; a lost entry is better than a lost customer.
LOG_PATIENCE_SECONDS = 1.0

_NOTHING_ASKED = frozenset({QueryKind.BLANK, QueryKind.GREETING})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """One search on its way to the log."""

    result: SearchResult
    answer: ConfirmedAnswer
    viewer: Viewer
    locale: str
    journey_id: str
    surface: Surface
    urgent: bool


class SearchService:
    """Answers customers' questions with articles they may see, and remembers what was asked.

    Args:
        default_locale: Searched where nothing is found in the viewer's.
        hits_per_page: Most hits of one search.
        urgent: What must not wait, so that a person comes before any article.
    """

    def __init__(
        self,
        database: Database,
        engine: SearchEngine,
        clock: Clock,
        *,
        default_locale: str,
        hits_per_page: int,
        urgent: UrgentPatterns,
    ) -> None:
        self._database = database
        self._engine = engine
        self._clock = clock
        self._default_locale = default_locale
        self._hits_per_page = hits_per_page
        self._urgent = urgent

    def search(
        self,
        text: str,
        viewer: Viewer,
        *,
        locale: str | None = None,
        journey_id: str = "",
        surface: Surface = Surface.SITE,
        limit: int | None = None,
        why: ExplanationWish | None = None,
    ) -> SearchPage:
        """Answer a question. Never raises, whatever was typed and whatever is broken.

        Args:
            text: As typed, any length; may be blank.
            locale: Only articles of this locale; the viewer's own when None, or the site's where that finds nothing.
            journey_id: Empty for a search that is not to be remembered.
            limit: Most hits; the setting when None.
            why: Asks for the reasons too; heard only where its reader works here.
        """
        wanted = limit or self._hits_per_page
        expected = self._find_expected(why) if why is not None and may_read_explanations(why.reader) else None
        explanation, where = self._ask(text, viewer, locale, wanted, expected)
        started = time.perf_counter()
        result, answer = self._confirm(explanation.result, viewer, where, wanted)
        asked = _Asked(
            result=result,
            answer=answer,
            viewer=viewer,
            locale=where,
            journey_id=journey_id,
            surface=surface,
            urgent=surface is Surface.SITE and result.kind not in _NOTHING_ASKED and self._urgent.fit([result.query]),
        )
        search_id, unclicked = self._remember(asked)
        page = _page(asked, search_id, unclicked, database_ms=(time.perf_counter() - started) * 1000)
        if expected is None or result.mode is SearchMode.NONE:
            return page
        return replace(page, why=confirm_explanation(explanation, answer, expected if expected.asked else None))

    def suggest(
        self, prefix: str, viewer: Viewer, *, locale: str | None = None, limit: int = 6
    ) -> tuple[ShownSuggestion, ...]:
        """Complete what is being typed with titles and headings; never remembered, empty on any trouble."""
        audiences = frozenset(audience.value for audience in viewer.audiences)
        for where in self._places(viewer, locale):
            found = self._engine.suggest(prefix, audiences, where, limit + SPARE_HITS)
            if found:
                return self._confirmed_suggestions(found, viewer, where, limit)
        return ()

    def related(self, article_id: str, viewer: Viewer, limit: int = 4) -> tuple[ArticleSummary, ...]:
        """Name the articles nearest to an article that this viewer may see, nearest first; empty on any trouble."""
        audiences = frozenset(audience.value for audience in viewer.audiences)
        ids = self._engine.related(article_id, audiences, limit + SPARE_HITS)
        if not ids:
            return ()
        try:
            with self._database.read() as work:
                return work.articles.list_summaries(ids, viewer.audiences)[:limit]
        except Exception:
            logger.exception("Related articles could not be checked, so none are shown.")
            return ()

    def record_view(self, article_id: str, viewer: Viewer, journey_id: str, *, search_id: str = "") -> None:
        """Remember that an article was opened, and from which search. Never raises.

        Args:
            search_id: The search that led there, as an address claims; believed only if it is of this journey.
        """
        now = self._clock.now()
        try:
            with self._database.work(LOG_PATIENCE_SECONDS) as work:
                work.journeys.touch(journey_id, now, viewer.user_id)
                led = search_id if search_id and work.searches.belongs_to(search_id, journey_id) else ""
                anchor = _anchor_of(work.searches.list_hits(led), article_id) if led else ""
                work.journeys.add_view(journey_id, article_id, now, search_id=led, section_anchor=anchor)
                if led:
                    work.searches.mark_clicked(led, article_id, now)
                    work.failed_searches.remove(led, FailedKind.NO_CLICK)
        except Exception:
            logger.exception("An opened article could not be remembered.")

    def _ask(
        self, text: str, viewer: Viewer, locale: str | None, limit: int, expected: ExplainedExpectation | None
    ) -> tuple[Explanation, str]:
        """Search where the viewer reads, then where the site does; returns the result and its locale.

        Args:
            expected: None for a result without its reasons.
        """
        audiences, now = frozenset(audience.value for audience in viewer.audiences), self._clock.now()
        for where in self._places(viewer, locale):
            query = SearchQuery(text=text, audiences=audiences, locale=where, limit=limit + SPARE_HITS, asked_at=now)
            if expected is None:
                explanation = Explanation(result=self._engine.search(query))
            else:
                explanation = self._engine.explain(query, expected.absence.article_id or None)
            if explanation.result.hits:
                break
        return explanation, where

    def _find_expected(self, why: ExplanationWish) -> ExplainedExpectation:
        """Look up the article that was expected; one that its reader may not see is unknown, like one that is not."""
        asked = why.article.replace("\x00", "").strip()[:LONGEST_NAME]
        try:
            with self._database.read() as work:
                found = work.articles.find_named(asked, why.reader.audiences, locale=why.reader.locale)
        except Exception:
            logger.exception("An article that was asked about could not be looked up.")
            found = None
        absence = ExplainedAbsence(article_id=found.id if found else "", standing=Standing.UNKNOWN)
        if found is None:
            return ExplainedExpectation(asked=asked, absence=absence)
        return ExplainedExpectation(asked=asked, absence=absence, title=found.title, url=article_url(found.slug))

    def _places(self, viewer: Viewer, locale: str | None) -> tuple[str, ...]:
        return (locale,) if locale else tuple(dict.fromkeys((viewer.locale, self._default_locale)))

    def _confirmed_suggestions(
        self, found: tuple[Suggestion, ...], viewer: Viewer, locale: str, limit: int
    ) -> tuple[ShownSuggestion, ...]:
        try:
            with self._database.read() as work:
                ids = [suggestion.article_id for suggestion in found]
                visible = work.searches.visible_articles(ids, viewer.audiences, locale)
        except Exception:
            logger.exception("Suggestions could not be checked, so none are shown.")
            return ()
        return confirm_suggestions(found, visible, limit)

    def _confirm(
        self, result: SearchResult, viewer: Viewer, locale: str, limit: int
    ) -> tuple[SearchResult, ConfirmedAnswer]:
        """Check the hits; without a database that can say what may be shown, the search is down."""
        if not result.hits:
            return result, confirm_answer(result, {}, limit)
        try:
            with self._database.read() as work:
                ids = [hit.article_id for hit in result.hits]
                visible = work.searches.visible_articles(ids, viewer.audiences, locale)
        except Exception:
            logger.exception("Hits could not be checked, so none are shown.")
            return _down(result), confirm_answer(result, {}, limit)
        return result, confirm_answer(result, visible, limit)

    def _remember(self, asked: _Asked) -> tuple[str, int]:
        """Write the search to the log.

        Returns:
            Its id, empty when it is not remembered, and how many searches without a click this is in a row.
        """
        if not asked.journey_id or not _was_searched(asked.result):
            return "", 1
        try:
            with self._database.work(LOG_PATIENCE_SECONDS) as work:
                return self._write(work, asked)
        except Exception:
            logger.exception("A search could not be remembered; its page is shown all the same.")
            return "", 1

    def _write(self, work: UnitOfWork, asked: _Asked) -> tuple[str, int]:
        search, hits = self._entry(asked)
        recent = work.searches.list_recent(search.journey_id, search.surface, search.at - SAME_SEARCH)
        plan = plan_log(search.wording, search.kind, search.at, recent)
        work.journeys.touch(search.journey_id, search.at, asked.viewer.user_id)
        search_id = plan.replaces or search.id
        if plan.replaces:
            work.searches.replace(plan.replaces, search, hits)
            work.failed_searches.remove(plan.replaces, FailedKind.NO_ANSWER)
        else:
            work.searches.add(search, hits)
        if plan.rephrased:
            work.failed_searches.add([plan.rephrased], FailedKind.REPHRASED, search.at)
        if failed_at_once(search.kind, search.verdict, search.degraded):
            work.failed_searches.add([search_id], FailedKind.NO_ANSWER, search.at)
        return search_id, plan.unclicked

    def _entry(self, asked: _Asked) -> tuple[LoggedSearch, tuple[LoggedHit, ...]]:
        result, answer = asked.result, asked.answer
        query = redact(result.query)
        search = LoggedSearch(
            id=secrets.token_hex(16),
            journey_id=asked.journey_id,
            at=self._clock.now(),
            query=query,
            wording=wording_of(query),
            locale=asked.locale,
            surface=asked.surface,
            kind=result.kind,
            verdict=answer.verdict,
            answerability=answer.answerability,
            plain_answerability=result.plain_answerability if answer.answerability == result.answerability else None,
            mode=result.mode,
            degraded=result.degraded,
            generation=result.generation,
            timings=result.timings,
        )
        return search, tuple(_logged(hit) for hit in answer.hits)


def _logged(hit: ShownHit) -> LoggedHit:
    return LoggedHit(rank=hit.rank, article_id=hit.article_id, section_anchor=hit.section_anchor, score=hit.score)


def _anchor_of(hits: tuple[LoggedHit, ...], article_id: str) -> str:
    """Say to which section of an article a search led; empty for its beginning."""
    return next((hit.section_anchor for hit in hits if hit.article_id == article_id), "")


def _was_searched(result: SearchResult) -> bool:
    """Whether there is anything to remember: a blank query, or hits that could not be checked, tell nothing."""
    return result.kind is not QueryKind.BLANK and (result.mode is not SearchMode.NONE or result.degraded is not None)


def _down(result: SearchResult) -> SearchResult:
    """What a search comes to when nothing can say which of its hits may be shown."""
    return replace(result, hits=(), mode=SearchMode.NONE, degraded=None)


def _page(asked: _Asked, search_id: str, unclicked: int, *, database_ms: float) -> SearchPage:
    result, answer = asked.result, asked.answer
    next_step, reason = choose_next_step(result.kind, answer.verdict, result.mode, unclicked, urgent=asked.urgent)
    return SearchPage(
        search_id=search_id,
        query=result.query,
        kind=result.kind,
        hits=answer.hits,
        verdict=answer.verdict,
        answerability=answer.answerability,
        mode=result.mode,
        degraded=result.degraded,
        next_step=next_step,
        reason=reason or "",
        correction=answer.correction,
        notes=result.notes,
        answer=answer.quoted,
        timings=result.timings,
        generation=result.generation,
        database_ms=database_ms,
        urgent=asked.urgent,
    )
