"""Past questions and the articles that people said answer them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, Select, delete, exists, func, or_, select, update

from portal.domain.articles import ArticleState
from portal.domain.jobs import JobKind
from portal.domain.past_questions import (
    EvidenceSource,
    LearnedQuestion,
    NewPastQuestion,
    WithdrawnReason,
    trust,
)
from portal.domain.redaction import wording_of
from portal.storage.base import Store
from portal.storage.jobs import JobStore
from portal.storage.request_rows import ConversationRow
from portal.storage.rows import ArticleRow, PastQuestionRow, SearchRow, VoteRow
from search_index import PastQuestion

#: All waiting orders to write the history anew are one.
_LEARN_KEY = "all"
#: Rows held in memory at once while all are streamed.
_STREAM_ROWS = 1_000
#: Rows deleted in one transaction.
FORGOTTEN_AT_ONCE = 1_000

#: How many customers asked in a wording and said that the article did not help, by article and wording.
Doubts = Mapping[tuple[str, str], int]


class PastQuestionStore(Store):
    """Past questions. Whatever changes them orders the history of the index to be written anew, once."""

    def add(self, questions: Iterable[NewPastQuestion], now: datetime) -> int:
        """Store what was learned; what the same voter said before, in the same words, is only renewed.

        What was withdrawn stays so, unless it was the voter who had taken it back.

        Returns:
            How many were stored or renewed.
        """
        added = 0
        for question in questions:
            row = self._same(question)
            if row is None:
                row = PastQuestionRow(**_columns(question))
                self.session.add(row)
            row.at = max(row.at, question.at)
            if row.withdrawn_reason == WithdrawnReason.CHANGED_THEIR_MIND:  # and changed it back
                row.withdrawn_at, row.withdrawn_reason = None, ""
            self.session.flush()
            added += 1
        self._order_if(added, now)
        return added

    def withdraw(self, question_id: int, reason: WithdrawnReason, now: datetime) -> bool:
        """Let a past question count no more; False when there is none that counts."""
        return bool(self._withdraw(PastQuestionRow.id == question_id, reason, now))

    def withdraw_voter(self, voter: str, now: datetime) -> int:
        """Withdraw all that one voter said; returns how many past questions."""
        return self._withdraw(PastQuestionRow.voter == voter, WithdrawnReason.VOTER_WITHDRAWN, now)

    def withdraw_confirmed(self, journey_id: str, article_id: str, now: datetime) -> int:
        """Take back what a customer confirmed on a journey."""
        own = (PastQuestionRow.journey_id == journey_id) & PastQuestionRow.conversation_id.is_(None)
        is_this = own & (PastQuestionRow.article_id == article_id)
        return self._withdraw(is_this, WithdrawnReason.CHANGED_THEIR_MIND, now)

    def withdraw_linked(self, journey_id: str, user_id: int | None, article_id: str, now: datetime) -> int:
        """Withdraw an agent's link because the customer it was sent to says that it does not help.

        Args:
            journey_id: Of the customer: the request came from this journey,
            user_id: or from this account, if they are signed in.
        """
        theirs = PastQuestionRow.journey_id == journey_id
        if user_id is not None:
            requests = select(ConversationRow.id).where(ConversationRow.user_id == user_id)
            theirs = or_(theirs, PastQuestionRow.conversation_id.in_(requests))
        linked = theirs & PastQuestionRow.conversation_id.is_not(None) & (PastQuestionRow.article_id == article_id)
        return self._withdraw(linked, WithdrawnReason.LINK_DID_NOT_HELP, now)

    def order_history(self, now: datetime) -> None:
        """Order the history of the index to be written anew; orders that wait are one."""
        JobStore(self.session).add(JobKind.LEARN, now=now, key=_LEARN_KEY)

    def published_articles(self) -> frozenset[str]:
        """Return the ids of the articles that past questions may speak for."""
        query = select(ArticleRow.id).where(ArticleRow.state == ArticleState.PUBLISHED)
        return frozenset(self.session.scalars(query))

    def count(self) -> int:
        """Count all past questions, withdrawn ones too."""
        return self.session.scalar(select(func.count()).select_from(PastQuestionRow)) or 0

    def count_in_use(self) -> int:
        """Count the past questions that search counts."""
        query = select(func.count()).select_from(PastQuestionRow).join(ArticleRow, _is_about).where(*_IN_USE)
        return self.session.scalar(query) or 0

    def list_newest(self, *, limit: int, offset: int = 0) -> tuple[LearnedQuestion, ...]:
        """Return past questions, withdrawn ones too, the newest first."""
        query = (
            select(PastQuestionRow, ArticleRow.title, ArticleRow.slug, ArticleRow.state)
            .outerjoin(ArticleRow, _is_about)
            .order_by(PastQuestionRow.at.desc(), PastQuestionRow.id.desc())
        )
        rows = self.session.execute(query.limit(limit).offset(offset)).all()
        doubts = self.doubts({row.wording for row, *_ in rows})
        return tuple(
            _learned(row, title or "", slug or "", state == ArticleState.PUBLISHED, doubts)
            for row, title, slug, state in rows
        )

    def iterate_in_use(self) -> Iterator[PastQuestion]:
        """Yield what search counts, with its weight, as the index reads it."""
        doubts = self.doubts()
        query = select(PastQuestionRow).join(ArticleRow, _is_about).where(*_IN_USE).order_by(PastQuestionRow.id)
        for row in self.session.scalars(query.execution_options(yield_per=_STREAM_ROWS)):
            yield PastQuestion(
                id=str(row.id),
                text=row.text,
                article_id=row.article_id,
                at=row.at,
                voter=row.voter,
                weight=trust(EvidenceSource(row.source), doubts.get((row.article_id, row.wording), 0)),
            )

    def doubts(self, wordings: Iterable[str] | None = None) -> Doubts:
        """Count the journeys that asked in some wording, read the article, and said that it did not help.

        Args:
            wordings: Only these; all when None.
        """
        query = (
            select(VoteRow.article_id, SearchRow.wording, func.count(VoteRow.journey_id.distinct()))
            .join(SearchRow, SearchRow.id == VoteRow.search_id)
            .where(~VoteRow.helpful)
            .group_by(VoteRow.article_id, SearchRow.wording)
        )
        if wordings is not None:
            query = query.where(SearchRow.wording.in_(set(wordings)))
        return {(article_id, wording): number for article_id, wording, number in self.session.execute(query)}

    def has_learned(self, article_id: str, wording: str) -> bool:
        """Whether a question in this wording speaks for this article, so that a vote changes its weight."""
        same = (PastQuestionRow.article_id == article_id) & (PastQuestionRow.wording == wording)
        return self.session.scalar(select(exists().where(same, PastQuestionRow.withdrawn_at.is_(None)))) or False

    def forget(self, before: datetime, limit: int = FORGOTTEN_AT_ONCE) -> int:
        """Delete past questions of before a time, at most `limit`; returns how many."""
        old = list(self.session.scalars(select(PastQuestionRow.id).where(PastQuestionRow.at < before).limit(limit)))
        self.session.execute(delete(PastQuestionRow).where(PastQuestionRow.id.in_(old)))
        return len(old)

    def forget_journeys(self, before: datetime) -> None:
        """Forget on which journeys past questions of before a time were asked."""
        known = (PastQuestionRow.at < before) & (PastQuestionRow.journey_id != "")
        self.session.execute(update(PastQuestionRow).where(known).values(journey_id=""))

    def _same(self, question: NewPastQuestion) -> PastQuestionRow | None:
        query = self._about(question).where(PastQuestionRow.voter == question.voter)
        # What a visitor said on one journey is theirs to take back, so it is not another visitor's.
        query = query.where(PastQuestionRow.journey_id == question.journey_id)
        if not question.voter:
            query = query.where(PastQuestionRow.at == question.at)
        return self.session.scalars(query.limit(1)).first()

    def _about(self, question: NewPastQuestion) -> Select[PastQuestionRow]:
        return select(PastQuestionRow).where(
            PastQuestionRow.article_id == question.article_id,
            PastQuestionRow.wording == wording_of(question.text),
            PastQuestionRow.source == question.source,
        )

    def _withdraw(self, condition: ColumnElement[bool], reason: WithdrawnReason, now: datetime) -> int:
        counted = update(PastQuestionRow).where(condition, PastQuestionRow.withdrawn_at.is_(None))
        withdrawn = counted.values(withdrawn_at=now, withdrawn_reason=reason.value).returning(PastQuestionRow.id)
        number = len(self.session.scalars(withdrawn).all())
        self._order_if(number, now)
        return number

    def _order_if(self, changed: int, now: datetime) -> None:
        if changed:
            self.order_history(now)


_is_about = ArticleRow.id == PastQuestionRow.article_id
_IN_USE = (PastQuestionRow.withdrawn_at.is_(None), ArticleRow.state == ArticleState.PUBLISHED)


def _columns(question: NewPastQuestion) -> dict[str, object]:
    return {
        "text": question.text,
        "wording": wording_of(question.text),
        "article_id": question.article_id,
        "source": question.source.value,
        "voter": question.voter,
        "conversation_id": question.conversation_id,
        "journey_id": question.journey_id,
        "at": question.at,
    }


def _learned(row: PastQuestionRow, title: str, slug: str, published: bool, doubts: Doubts) -> LearnedQuestion:
    return LearnedQuestion(
        id=row.id,
        text=row.text,
        article_id=row.article_id,
        article_title=title,
        article_slug=slug if published else "",
        source=EvidenceSource(row.source),
        voter=row.voter,
        at=row.at,
        withdrawn_at=row.withdrawn_at,
        withdrawn_reason=WithdrawnReason(row.withdrawn_reason) if row.withdrawn_reason else None,
        in_use=published and row.withdrawn_at is None,
        doubts=doubts.get((row.article_id, row.wording), 0),
    )
