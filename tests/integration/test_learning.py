"""An agent answers with a link, and the next customer with the same words finds the article."""

from __future__ import annotations

import shutil
from datetime import timedelta

import pytest

from portal.container import Container
from portal.domain.articles import ArticleState
from portal.domain.clock import FrozenClock
from portal.domain.conversations import HandoffReason
from portal.domain.past_questions import EvidenceSource, NewPastQuestion
from portal.domain.users import Role, Viewer
from portal.jobs.handlers import build_worker
from portal.jobs.worker import JobOutcome
from portal.services.handoff import HandoffRequest
from portal.services.votes import Opinion
from search_index import Indexer, SearchEngine
from tests.help_centre import indexed, open_help_centre
from tests.learning_builders import learn_by_hashing
from tests.search_builders import put_article

STRANGER = Viewer()
BEN = Viewer(user_id=2, name="Ben Okafor", role=Role.AGENT)
CHLOE = Viewer(user_id=3, name="Chloe Adams", role=Role.WRITER)
ADA, EVE = "a" * 32, "e" * 32
#: Words that no article holds.
WORDS = "my purse was emptied twice"
RIGHT, WRONG = "return-an-item", "hub-offline"


@pytest.fixture(autouse=True)
def _site(container: Container) -> None:
    open_help_centre(container)
    learn_by_hashing(container)


def first(container: Container, text: str = WORDS, journey_id: str = EVE) -> str:
    hits = container.search.search(text, STRANGER, journey_id=journey_id).hits
    return hits[0].article_id if hits else ""


def work_off(container: Container, clock: FrozenClock) -> None:
    """Let the worker do what waits, and some time pass."""
    assert build_worker(container).run_all_due()[JobOutcome.FAILED] == 0
    clock.move(timedelta(minutes=1))


def ask_and_answer(container: Container, text: str, agent: Viewer = BEN, number: int = 1) -> bool:
    """A customer searches, asks for a human, and an agent answers; returns whether search learns from it."""
    container.search.search(WORDS, STRANGER, journey_id=ADA)
    steps = container.handoff.form(ADA, STRANGER, HandoffReason.NO_ANSWER).journey.steps
    request = HandoffRequest(
        viewer=STRANGER,
        journey_id=ADA,
        kept_steps=frozenset(step.key for step in steps),
        reason=HandoffReason.NO_ANSWER,
        form_key=f"{number:032x}",
        name="Ada Berg",
        email="ada@ostrel.example",
        message="Hello!\nSomebody took money from me, please call 030 1234567.",
    )
    reference = container.handoff.submit(request).reference
    return container.desk.answer(reference, agent, text=text, form_key="answer")


def vote(container: Container, journey_id: str, slug: str, *, helpful: bool) -> None:
    found = container.search.search(WORDS, STRANGER, journey_id=journey_id)
    container.search.record_view(slug, STRANGER, journey_id, search_id=found.search_id)
    container.votes.vote(slug, STRANGER, journey_id, Opinion(helpful=helpful))


def test_a_link_in_a_reply_is_found_by_the_same_words_and_nothing_is_rebuilt(
    container: Container, clock: FrozenClock
) -> None:
    before = container.search_engine.status().generation
    assert first(container) != RIGHT
    assert ask_and_answer(container, "See [how it works](/articles/return-an-item), please.")
    work_off(container, clock)
    assert first(container) == RIGHT
    assert first(container, "somebody took money from me") == RIGHT
    assert container.search_engine.status().generation == before


def test_what_is_learned_holds_no_personal_data(container: Container) -> None:
    ask_and_answer(container, "/articles/return-an-item")
    learned = container.learning.list_page().questions
    assert {each.text for each in learned} == {WORDS, "Somebody took money from me, please call [phone]."}
    assert {(each.source, each.article_id) for each in learned} == {(EvidenceSource.AGENT_REPLY, RIGHT)}


def test_a_reply_without_a_link_to_an_article_teaches_nothing(container: Container) -> None:
    for number, text in enumerate(
        ("No link.", "/articles/nothing-there", "https://elsewhere.example/articles/hub-offline")
    ):
        assert not ask_and_answer(container, text, number=number)
    assert container.learning.list_page().total == 0


def test_withdrawing_undoes_it(container: Container, clock: FrozenClock) -> None:
    ask_and_answer(container, "/articles/return-an-item")
    work_off(container, clock)
    for each in container.learning.list_page().questions:
        container.learning.withdraw(each.id)
    work_off(container, clock)
    assert first(container) != RIGHT


def test_an_agents_word_can_be_withdrawn_whole(container: Container, clock: FrozenClock) -> None:
    ask_and_answer(container, "/articles/return-an-item")
    work_off(container, clock)
    assert container.learning.withdraw_voter(container.voters.user(2)) == 2
    work_off(container, clock)
    assert first(container) != RIGHT


def test_an_archived_article_takes_its_past_along(container: Container, clock: FrozenClock) -> None:
    ask_and_answer(container, "/articles/return-an-item")
    work_off(container, clock)
    put_article(container.database, RIGHT, state=ArticleState.ARCHIVED)
    assert first(container) != RIGHT
    with container.database.work() as work:
        work.past_questions.order_history(clock.now())
    work_off(container, clock)
    assert container.learning.list_page().in_use == 0


def test_the_customer_who_got_the_link_can_prove_it_wrong(container: Container, clock: FrozenClock) -> None:
    ask_and_answer(container, "/articles/return-an-item")
    work_off(container, clock)
    container.votes.vote(RIGHT, STRANGER, EVE, Opinion(helpful=False))
    work_off(container, clock)
    assert first(container) == RIGHT, "somebody else, from elsewhere"
    container.votes.vote(RIGHT, STRANGER, ADA, Opinion(helpful=False))
    work_off(container, clock)
    assert first(container) != RIGHT


def test_a_yes_after_a_search_is_learned_and_taken_back(container: Container, clock: FrozenClock) -> None:
    vote(container, ADA, RIGHT, helpful=True)
    work_off(container, clock)
    assert first(container) == RIGHT
    container.votes.vote(RIGHT, STRANGER, ADA, Opinion(helpful=False))
    work_off(container, clock)
    assert first(container) != RIGHT


def test_a_yes_long_after_the_search_or_without_one_is_not_learned(container: Container, clock: FrozenClock) -> None:
    container.votes.vote(RIGHT, STRANGER, EVE, Opinion(helpful=True))
    found = container.search.search(WORDS, STRANGER, journey_id=ADA)
    container.search.record_view(RIGHT, STRANGER, ADA, search_id=found.search_id)
    clock.move(timedelta(hours=3))
    container.votes.vote(RIGHT, STRANGER, ADA, Opinion(helpful=True))
    assert container.learning.list_page().total == 0


def test_others_who_were_not_helped_weaken_an_agents_link(container: Container, clock: FrozenClock) -> None:
    ask_and_answer(container, "/articles/return-an-item")
    for number in range(3):
        vote(container, f"{number:032x}", RIGHT, helpful=False)
    work_off(container, clock)
    with container.database.read() as work:
        weights = {each.text: each.weight for each in work.past_questions.iterate_in_use()}
    assert weights[WORDS] == 0.25
    assert first(container) == RIGHT, "weaker, not silent"


def test_a_flood_of_visitors_does_not_outvote_two_agents(container: Container, clock: FrozenClock) -> None:
    for number in range(20):
        vote(container, f"{number:032x}", WRONG, helpful=True)
    work_off(container, clock)
    assert first(container) == WRONG
    ask_and_answer(container, "/articles/return-an-item", BEN)
    ask_and_answer(container, "/articles/return-an-item", CHLOE, number=2)
    work_off(container, clock)
    assert first(container) == RIGHT


def test_a_flood_of_one_agent_does_not_outvote_two(container: Container, clock: FrozenClock) -> None:
    lessons = [
        NewPastQuestion(
            text=WORDS,
            article_id=WRONG,
            source=EvidenceSource.AGENT_REPLY,
            voter=container.voters.user(9),
            at=clock.now(),
            conversation_id=number,
        )
        for number in range(200)
    ]
    with container.database.work() as work:
        work.past_questions.add(lessons, clock.now())
    ask_and_answer(container, "/articles/return-an-item", BEN)
    ask_and_answer(container, "/articles/return-an-item", CHLOE, number=2)
    work_off(container, clock)
    assert first(container) == RIGHT


def test_many_links_cost_one_refresh(container: Container) -> None:
    for number in range(5):
        ask_and_answer(container, "/articles/return-an-item and /articles/hub-offline", number=number)
    outcomes = build_worker(container).run_all_due()
    assert outcomes[JobOutcome.DONE] == 2 + 2 * 5, "one refresh, one look for gaps, and two mails for each request"


def test_a_link_sent_twice_is_learned_once(container: Container) -> None:
    assert ask_and_answer(container, "/articles/return-an-item")
    total = container.learning.list_page().total
    assert not ask_and_answer(container, "/articles/return-an-item")
    assert container.learning.list_page().total == total


def test_without_an_index_or_an_encoder_nothing_breaks(container: Container, clock: FrozenClock) -> None:
    folder = container.settings.index_folder
    del container.learning  # the real one, with the model of an index that has none
    shutil.rmtree(folder)
    Indexer(folder, None).sync([indexed(RIGHT)])
    container.search_engine = SearchEngine(folder, None)
    assert ask_and_answer(container, "/articles/return-an-item")
    work_off(container, clock)
    assert first(container, "print the return label") == RIGHT
