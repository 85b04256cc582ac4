"""Past questions in the database: what counts, what is withdrawn, and one order for many changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from portal.domain.articles import ArticleState
from portal.domain.jobs import JobState
from portal.domain.past_questions import EvidenceSource, NewPastQuestion, WithdrawnReason
from portal.domain.votes import Vote
from portal.storage.database import Database, UnitOfWork
from search_index import PastQuestion
from tests.conversation_builders import new_conversation
from tests.search_builders import JOURNEY, NOW, add_search, put_article

LESSON = NewPastQuestion(
    text="Hub offline?",
    article_id="hub",
    source=EvidenceSource.AGENT_REPLY,
    voter="v" * 32,
    at=NOW,
    conversation_id=12,
    journey_id=JOURNEY,
)
CONFIRMED = replace(LESSON, source=EvidenceSource.CUSTOMER_CONFIRMED, conversation_id=None)


@pytest.fixture(autouse=True)
def _articles(database: Database) -> None:
    put_article(database, "hub", "The hub")
    put_article(database, "plug")


def add(database: Database, *lessons: NewPastQuestion) -> int:
    with database.work() as work:
        return work.past_questions.add(lessons, NOW)


def in_use(work: UnitOfWork) -> list[PastQuestion]:
    return list(work.past_questions.iterate_in_use())


def vote_no(work: UnitOfWork, journey_id: str) -> None:
    search = add_search(work, "hub", id=journey_id, journey_id=journey_id)
    work.votes.put(
        Vote(
            journey_id=journey_id,
            article_id="hub",
            helpful=False,
            reason=None,
            comment="",
            search_id=search.id,
            at=NOW,
        )
    )


def test_what_is_stored_is_what_the_index_reads(database: Database) -> None:
    assert add(database, LESSON) == 1
    with database.read() as work:
        (question,) = in_use(work)
    assert (question.text, question.article_id, question.at) == ("Hub offline?", "hub", NOW)
    assert (question.voter, question.weight) == ("v" * 32, 1.0)


def test_the_same_said_again_is_renewed(database: Database) -> None:
    later = NOW + timedelta(days=3)
    add(database, LESSON, replace(LESSON, text="hub OFFLINE", at=later))
    with database.read() as work:
        (question,) = in_use(work)
    assert question.at == later
    for other in ({"voter": "w"}, {"article_id": "plug"}, {"text": "another"}, {"journey_id": "other"}):
        add(database, replace(LESSON, **other))
    with database.read() as work:
        assert work.past_questions.count() == 5


def test_unknown_voters_are_told_apart_by_time(database: Database) -> None:
    unknown = replace(LESSON, voter="")
    add(database, unknown, unknown, replace(unknown, at=NOW - timedelta(days=1)))
    with database.read() as work:
        assert work.past_questions.count() == 2


def test_many_changes_order_one_new_history(database: Database) -> None:
    add(database, LESSON, replace(LESSON, text="two"))
    add(database, replace(LESSON, text="three"))
    with database.work() as work:
        work.past_questions.withdraw_voter("v" * 32, NOW)
        assert work.jobs.count(JobState.WAITING) == 1


def test_nothing_new_orders_nothing(database: Database) -> None:
    add(database)
    with database.work() as work:
        assert not work.past_questions.withdraw(99, WithdrawnReason.BY_STAFF, NOW)
        assert work.jobs.count(JobState.WAITING) == 0


def test_what_is_withdrawn_stays_so_though_it_is_said_again(database: Database) -> None:
    add(database, LESSON)
    with database.work() as work:
        (shown,) = work.past_questions.list_newest(limit=9)
        assert work.past_questions.withdraw(shown.id, WithdrawnReason.BY_STAFF, NOW)
        assert not work.past_questions.withdraw(shown.id, WithdrawnReason.BY_STAFF, NOW)
    add(database, LESSON)
    with database.read() as work:
        assert in_use(work) == []
        (shown,) = work.past_questions.list_newest(limit=9)
    assert (shown.in_use, shown.withdrawn_at, shown.withdrawn_reason) == (False, NOW, WithdrawnReason.BY_STAFF)


def test_a_customer_takes_back_what_they_confirmed_and_may_confirm_again(database: Database) -> None:
    add(database, LESSON, CONFIRMED, replace(CONFIRMED, journey_id="other"))
    with database.work() as work:
        assert work.past_questions.withdraw_confirmed(JOURNEY, "hub", NOW) == 1
        assert len(in_use(work)) == 2
    add(database, CONFIRMED)
    with database.read() as work:
        assert len(in_use(work)) == 3


def test_a_link_that_did_not_help_is_withdrawn_by_journey_or_account(database: Database) -> None:
    with database.work() as work:
        request = work.conversations.add(new_conversation(2, user_id=7))
    theirs = replace(LESSON, conversation_id=request.id, journey_id="another device")
    add(database, LESSON, theirs, CONFIRMED, replace(LESSON, conversation_id=99, journey_id="somebody else"))
    with database.work() as work:
        assert work.past_questions.withdraw_linked(JOURNEY, None, "plug", NOW) == 0
        assert work.past_questions.withdraw_linked(JOURNEY, 7, "hub", NOW) == 2
        assert len(in_use(work)) == 2


def test_an_article_that_is_gone_takes_its_past_along_and_brings_it_back(database: Database) -> None:
    add(database, LESSON, replace(LESSON, article_id="never there"))
    put_article(database, "hub", state=ArticleState.ARCHIVED)
    with database.read() as work:
        assert in_use(work) == []
        assert work.past_questions.count_in_use() == 0
        assert [each.in_use for each in work.past_questions.list_newest(limit=9)] == [False, False]
    put_article(database, "hub")
    with database.read() as work:
        assert len(in_use(work)) == work.past_questions.count_in_use() == 1
        assert work.past_questions.published_articles() == {"hub", "plug"}


def test_customers_who_asked_the_same_in_vain_lower_the_weight(database: Database) -> None:
    add(database, LESSON, replace(LESSON, text="another question"))
    with database.work() as work:
        vote_no(work, "1" * 32)
        vote_no(work, "2" * 32)
    with database.read() as work:
        weights = {each.text: each.weight for each in in_use(work)}
        assert weights == {"Hub offline?": pytest.approx(1 / 3), "another question": 1.0}
        assert {each.text: each.doubts for each in work.past_questions.list_newest(limit=9)} == {
            "Hub offline?": 2,
            "another question": 0,
        }
        assert work.past_questions.has_learned("hub", "hub offline")
        assert not work.past_questions.has_learned("plug", "hub offline")


def test_the_newest_stand_first_and_pages_do_not_overlap(database: Database) -> None:
    add(database, *(replace(LESSON, text=f"q {day}", at=NOW + timedelta(days=day)) for day in range(5)))
    with database.read() as work:
        pages = [work.past_questions.list_newest(limit=2, offset=offset) for offset in (0, 2, 4)]
    assert [each.text for page in pages for each in page] == ["q 4", "q 3", "q 2", "q 1", "q 0"]
    assert pages[0][0].article_title == "The hub"


def test_old_ones_are_forgotten_and_old_journeys_earlier(database: Database) -> None:
    add(database, *(replace(LESSON, text=f"q {day}", at=NOW - timedelta(days=day)) for day in (0, 10, 20)))
    with database.work() as work:
        assert work.past_questions.forget(NOW - timedelta(days=15)) == 1
        assert work.past_questions.forget(NOW - timedelta(days=15)) == 0
        work.past_questions.forget_journeys(NOW - timedelta(days=5))
        assert work.past_questions.withdraw_linked(JOURNEY, None, "hub", NOW) == 1
