"""Was this helpful? A vote is stored, and a "no" tells of the search that led to the article."""

from __future__ import annotations

from dataclasses import dataclass

from portal.domain.clock import Clock
from portal.domain.errors import NotFound
from portal.domain.past_questions import RIGHT_AFTER, NewPastQuestion, Voters, source_of_vote
from portal.domain.redaction import redact
from portal.domain.searches import FailedKind, LoggedSearch
from portal.domain.users import Viewer
from portal.domain.votes import MAX_COMMENT_CHARACTERS, Vote, VoteReason
from portal.storage.database import Database, UnitOfWork
from search_index import QueryKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What a customer says of an article.

    Attributes:
        reason: Why it did not help, if they chose one.
        comment: Their own words; may be empty.
    """

    helpful: bool
    reason: VoteReason | None = None
    comment: str = ""


class VoteService:
    """Opinions of articles, one of each journey for each article."""

    def __init__(self, database: Database, clock: Clock, voters: Voters, *, default_locale: str) -> None:
        self._database = database
        self._clock = clock
        self._voters = voters
        self._default_locale = default_locale

    def vote(self, slug: str, viewer: Viewer, journey_id: str, opinion: Opinion) -> Vote:
        """Store an opinion in the place of the journey's earlier one.

        A "no" makes the search that led there a failed one; a "yes" takes that back, and search learns from it.

        Raises:
            NotFound: If there is no such article, or it is for others.
        """
        now = self._clock.now()
        locales = (viewer.locale, self._default_locale)
        with self._database.work() as work:
            article = work.articles.find_by_slug(slug, viewer.audiences, locales=locales)
            if article is None:
                raise NotFound(f"There is no article “{slug}”.")
            vote = Vote(
                journey_id=journey_id,
                article_id=article.id,
                helpful=opinion.helpful,
                reason=None if opinion.helpful else opinion.reason,
                comment=_clean(opinion.comment),
                search_id=work.journeys.search_that_led_to(journey_id, article.id),
                at=now,
            )
            work.journeys.touch(journey_id, now, viewer.user_id)
            work.votes.put(vote)
            search = work.searches.find(vote.search_id) if vote.search_id else None
            self._learn(work, vote, search, viewer)
            if vote.search_id and vote.helpful:
                work.failed_searches.remove(vote.search_id, FailedKind.VOTED_DOWN)
            elif vote.search_id:
                work.failed_searches.add([vote.search_id], FailedKind.VOTED_DOWN, now)
        return vote

    def _learn(self, work: UnitOfWork, vote: Vote, search: LoggedSearch | None, viewer: Viewer) -> None:
        """Let search learn from a "yes" right after a question, and take back what a "no" proves wrong."""
        if not vote.helpful:
            work.past_questions.withdraw_confirmed(vote.journey_id, vote.article_id, vote.at)
            work.past_questions.withdraw_linked(vote.journey_id, viewer.user_id, vote.article_id, vote.at)
            if search is not None and work.past_questions.has_learned(vote.article_id, search.wording):
                work.past_questions.order_history(vote.at)
        elif search is not None and search.kind is QueryKind.QUESTION and vote.at - search.at <= RIGHT_AFTER:
            lesson = NewPastQuestion(
                text=search.query,
                article_id=vote.article_id,
                source=source_of_vote(viewer),
                voter=self._voters.viewer(viewer),
                at=vote.at,
                journey_id=vote.journey_id,
            )
            work.past_questions.add([lesson], vote.at)


def _clean(comment: str) -> str:
    return redact(comment.replace("\x00", "").strip()[:MAX_COMMENT_CHARACTERS])
