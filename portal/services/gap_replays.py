"""Asking the wordings of gaps again of the live search: the only way a gap becomes verified, or falls out again."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from portal.domain.articles import Article, Audience
from portal.domain.clock import Clock
from portal.domain.content_words import content_words
from portal.domain.gap_replays import (
    MOST_REPLAYED,
    PROOF_RANK,
    AskedNow,
    Evidence,
    GapCause,
    GapReplay,
    GapReplayRow,
    NearArticle,
    choose_cause,
    choose_fixing_article,
    may_still_be_enough,
    plan_after_replay,
)
from portal.domain.gaps import OPEN_STATES, THE_PORTAL, Gap, GapState, GapWording, in_order
from portal.domain.jobs import JobKind
from portal.domain.searches import FailedKind, SearchPage
from portal.domain.users import Role, Viewer, audiences_of
from portal.storage.database import Database, UnitOfWork
from search_index import DegradedReason, SearchMode, Verdict

logger = logging.getLogger(__name__)

#: Asks the search as a page does, remembered by nobody: text, viewer, locale, most hits.
Ask = Callable[[str, Viewer, str, int], SearchPage]

#: All waiting orders to ask every gap again are one.
EVERYTHING = "all"
#: Most gaps asked in one run, the most expensive first.
MOST_GAPS = 500
#: Wordings that a gap's page asks to show what is near it.
LOOKED_AT = 5
#: Nearest articles on a gap's page.
NEAREST = 4
#: When a search that was too slow is asked again.
AGAIN_AFTER = timedelta(minutes=1)

_REPLAYED = (*OPEN_STATES, GapState.VERIFIED)
_IN_VAIN = (FailedKind.NO_CLICK, FailedKind.VOTED_DOWN, FailedKind.REPHRASED)


class _NotWhole(Exception):
    """The search answered with less than the full engine, which proves nothing."""

    def __init__(self, reason: DegradedReason | None) -> None:
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class GapLook:
    """What is near a gap now.

    Attributes:
        asked: Wordings that were asked, each with its verdict.
        near: The nearest articles that customers may see, best first.
        hidden: Title of an article that answers and that only others may see; empty without one.
        cause: Why customers fail, as far as a machine can tell; None when search is not whole now.
    """

    asked: tuple[tuple[GapWording, Verdict], ...] = ()
    near: tuple[NearArticle, ...] = ()
    hidden: str = ""
    cause: GapCause | None = None


class GapReplays:
    """Asks gaps' wordings again, as a customer without an account would.

    Args:
        ask: Asks the live search; what it gives was checked in the database.
    """

    def __init__(self, database: Database, clock: Clock, ask: Ask) -> None:
        self._database = database
        self._clock = clock
        self._ask = ask

    def order_all(self) -> None:
        """Let the worker ask every gap again that can change; nothing without one."""
        with self._database.read() as work:
            counts = work.gaps.count_by_state()
        if any(counts[state] for state in _REPLAYED):
            with self._database.work() as work:
                work.jobs.add(JobKind.REPLAY_GAPS, key=EVERYTHING, now=self._clock.now())

    def replay(self, gap_id: int) -> GapReplay | None:
        """Ask a gap's wordings again now, and keep the table of before and after.

        Returns:
            None when search is not whole at the moment, or the gap has no wordings: then nothing is kept.

        Raises:
            NotFound: There is no such gap.
        """
        gap, wordings = self._subject(gap_id)
        try:
            answers = [self._answer(wording) for wording in wordings]
        except _NotWhole:
            return None
        return self._settle(gap, wordings, answers, always_kept=True) if answers else None

    def replay_all(self) -> datetime | None:
        """Ask the wordings of all gaps again that can change: those with an article, and those newer than one.

        Returns:
            When to try again, because search was too slow; None when all is done or search is not whole for longer.
        """
        with self._database.read() as work:
            gaps = [gap for gap in work.gaps.list_in(_REPLAYED) if gap.cluster_id]
        for gap in in_order(gaps, handoff_minutes=1)[:MOST_GAPS]:
            try:
                self._replay_quietly(gap)
            except _NotWhole as trouble:
                logger.info("Gaps are not asked again, because search is not whole: %s", trouble.reason)
                return self._clock.now() + AGAIN_AFTER if trouble.reason is DegradedReason.ENCODER_SLOW else None
        return None

    def look(self, gap_id: int) -> GapLook:
        """Say what is near a gap now, and suspect why customers fail.

        Raises:
            NotFound: There is no such gap.
        """
        gap, wordings = self._subject(gap_id)
        asked = wordings[:LOOKED_AT]
        try:
            answers = [self._answer(wording) for wording in asked]
            hidden = self._hidden(asked, answers)
        except _NotWhole:
            return GapLook()
        near = self._near(asked, answers)
        evidence = Evidence(
            asked=len(answers),
            likely=sum(each.verdict is not Verdict.NO_ANSWER for each in answers),
            corrected=sum(each.corrected for each in answers),
            near=near,
            hidden=hidden,
            read_in_vain=any(kind in gap.figures.kinds for kind in _IN_VAIN),
        )
        verdicts = tuple((wording, each.verdict) for wording, each in zip(asked, answers, strict=True))
        return GapLook(asked=verdicts, near=near, hidden=hidden, cause=choose_cause(evidence) if answers else None)

    def _subject(self, gap_id: int) -> tuple[Gap, tuple[GapWording, ...]]:
        with self._database.read() as work:
            return work.gaps.get(gap_id), work.gaps.list_wordings(gap_id, MOST_REPLAYED)

    def _answer(self, wording: GapWording, role: Role | None = None) -> AskedNow:
        page = self._ask(wording.sample, Viewer(role=role, locale=wording.locale), wording.locale, PROOF_RANK)
        if page.degraded is not None or page.mode is SearchMode.NONE:
            raise _NotWhole(page.degraded)
        return AskedNow(
            verdict=page.verdict,
            hits=tuple(hit.article_id for hit in page.hits[:PROOF_RANK]),
            titles=tuple(hit.title for hit in page.hits[:PROOF_RANK]),
            corrected=page.correction is not None,
            generation=page.generation,
        )

    def _replay_quietly(self, gap: Gap) -> None:
        gap, wordings = self._subject(gap.id)
        answers = [self._answer(each) for each in wordings] if gap.article_id else self._if_fixed(gap, wordings)
        if answers:
            self._settle(gap, wordings, answers, always_kept=False)

    def _if_fixed(self, gap: Gap, wordings: Sequence[GapWording]) -> list[AskedNow]:
        """Ask a gap's wordings where newer articles may answer it; empty once it is known that they do not."""
        with self._database.read() as work:
            fresh = work.gaps.changed_since(gap.created_at)
        answers: list[AskedNow] = []
        failed = 0
        for wording in wordings if fresh else ():
            answer = self._answer(wording)
            answers.append(answer)
            failed += answer.verdict is not Verdict.ANSWERED or fresh.isdisjoint(answer.hits)
            if not may_still_be_enough(failed, len(wordings)):
                return []
        return answers

    def _settle(
        self, gap: Gap, wordings: Sequence[GapWording], answers: Sequence[AskedNow], *, always_kept: bool
    ) -> GapReplay:
        """Keep what was found, and change the gap where that proves something."""
        now = self._clock.now()
        with self._database.work() as work:
            gap = work.gaps.get(gap.id)
            fresh = work.gaps.changed_since(gap.created_at)
            article_id = gap.article_id or choose_fixing_article(answers, fresh)
            before = work.gap_asks.answered_before(wordings, article_id)
            rows = tuple(
                GapReplayRow(
                    wording=wording.sample,
                    locale=wording.locale,
                    before=before.get((wording.text, wording.locale)),
                    after=answer.of(article_id),
                )
                for wording, answer in zip(wordings, answers, strict=True)
            )
            replay = GapReplay(at=now, article_id=article_id, generation=answers[0].generation, rows=rows)
            changed = self._change(work, gap, replay, changed_since=article_id in fresh)
            if changed or always_kept or _tells_more(replay, work.gaps.list_replays(gap.id, 1)):
                work.gaps.add_replay(gap.id, replay)
        return replay

    def _change(self, work: UnitOfWork, gap: Gap, replay: GapReplay, *, changed_since: bool) -> bool:
        plan = plan_after_replay(gap.state, replay, changed_since=changed_since)
        if plan is None:
            return False
        state, event = plan
        work.gaps.set_article(gap.id, replay.article_id)
        work.gaps.change(gap.id, state, by=THE_PORTAL, now=replay.at, event=event)
        return True

    def _hidden(self, asked: Sequence[GapWording], answers: Sequence[AskedNow]) -> str:
        """Name an article that answers most wordings which customers get no answer to, and that is not public."""
        unanswered = [
            wording for wording, each in zip(asked, answers, strict=True) if each.verdict is not Verdict.ANSWERED
        ]
        if len(unanswered) * 2 <= len(asked):
            return ""
        inside = [self._answer(wording, Role.WRITER) for wording in unanswered]
        best = Counter(each.hits[0] for each in inside if each.verdict is Verdict.ANSWERED and each.hits)
        for article_id, times in best.most_common(1):
            with self._database.read() as work:
                article = work.articles.find(article_id, audiences_of(Role.WRITER))
            if article is not None and article.audience is not Audience.PUBLIC and times * 2 > len(unanswered):
                return article.title
        return ""

    def _near(self, asked: Sequence[GapWording], answers: Sequence[AskedNow]) -> tuple[NearArticle, ...]:
        shown = Counter(hit for each in answers for hit in each.hits)
        places = Counter({hit: sum(1 / (each.of(hit).rank or 99) for each in answers) for hit in shown})
        words = content_words(" ".join(wording.sample for wording in asked))
        near = []
        with self._database.read() as work:
            for article_id, _ in islice(places.most_common(), NEAREST):
                if (article := work.articles.find(article_id, audiences_of(None))) is not None:
                    near.append(_near_article(article, answers, shown, words))
        return tuple(near)


def _near_article(
    article: Article, answers: Sequence[AskedNow], shown: Mapping[str, int], words: frozenset[str]
) -> NearArticle:
    parts = (article.title, article.summary, *article.tags)
    text = " ".join((*parts, *(f"{section.heading} {section.text}" for section in article.sections)))
    return NearArticle(
        id=article.id,
        title=article.title,
        slug=article.slug,
        wordings=shown[article.id],
        answers=sum(each.of(article.id).passes for each in answers),
        shares_words=not words.isdisjoint(content_words(text)),
    )


def _tells_more(replay: GapReplay, last: Sequence[GapReplay]) -> bool:
    """Whether a replay found anything else than the last one."""
    return not last or (last[0].rows, last[0].article_id) != (replay.rows, replay.article_id)
