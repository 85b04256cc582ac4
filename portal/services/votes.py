"""Was this helpful? A vote is stored, and a "no" tells of the search that led to the article."""

from __future__ import annotations

from dataclasses import dataclass

from portal.domain.clock import Clock
from portal.domain.errors import NotFound
from portal.domain.redaction import redact
from portal.domain.searches import FailedKind
from portal.domain.users import Viewer
from portal.domain.votes import MAX_COMMENT_CHARACTERS, Vote, VoteReason
from portal.storage.database import Database


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

    def __init__(self, database: Database, clock: Clock, *, default_locale: str) -> None:
        self._database = database
        self._clock = clock
        self._default_locale = default_locale

    def vote(self, slug: str, viewer: Viewer, journey_id: str, opinion: Opinion) -> Vote:
        """Store an opinion in the place of the journey's earlier one.

        A "no" makes the search that led there a failed one; a "yes" takes that back.

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
            if vote.search_id and vote.helpful:
                work.failed_searches.remove(vote.search_id, FailedKind.VOTED_DOWN)
            elif vote.search_id:
                work.failed_searches.add([vote.search_id], FailedKind.VOTED_DOWN, now)
        return vote


def _clean(comment: str) -> str:
    return redact(comment.replace("\x00", "").strip()[:MAX_COMMENT_CHARACTERS])
