"""The history of the index is kept in step with the database."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from portal.container import Container
from portal.domain.clock import FrozenClock
from portal.domain.errors import NotFound
from portal.domain.jobs import JobKind, JobState
from portal.domain.past_questions import EvidenceSource, NewPastQuestion
from portal.services.learning import LearningService
from search_index import HashingEncoder, HistoryRecipe, Indexer, LiveHistory, ModelNotFound
from tests.cast import Person
from tests.help_centre import open_help_centre
from tests.learning_builders import learn_by_hashing
from tests.search_builders import NOW

LESSON = NewPastQuestion(
    text="my purse was emptied",
    article_id="hub-offline",
    source=EvidenceSource.AGENT_REPLY,
    voter="",
    at=NOW - timedelta(days=16),
)


class BrokenEncoder(HashingEncoder):
    """Knows its model and cannot load it."""

    def encode_query(self, text: str) -> object:  # type: ignore[override]
        raise ModelNotFound("The exported model is damaged.")


@pytest.fixture
def learning(container: Container) -> LearningService:
    open_help_centre(container)
    return learn_by_hashing(container)


def store(container: Container, *lessons: NewPastQuestion) -> None:
    with container.database.work() as work:
        work.past_questions.add(lessons, container.clock.now())


def counted(container: Container) -> int:
    history = LiveHistory(container.settings.index_folder).get(HashingEncoder().fingerprint, HistoryRecipe())
    return len(history) if history is not None else 0


def waiting(container: Container) -> int:
    with container.database.read() as work:
        return work.jobs.count(JobState.WAITING)


def finish_jobs(container: Container) -> None:
    with container.database.work() as work:
        while (job := work.jobs.claim(container.clock.now())) is not None:
            work.jobs.finish(job.id)


def test_a_refresh_writes_what_is_in_use(container: Container, learning: LearningService) -> None:
    store(container, LESSON, replace(LESSON, text="two"), replace(LESSON, article_id="long gone"))
    assert learning.refresh() == counted(container) == 2


def test_nothing_learned_needs_no_encoder_and_leaves_no_history(container: Container) -> None:
    assert container.learning.refresh() == 0
    learning = learn_by_hashing(container)
    open_help_centre(container)
    store(container, LESSON)
    learning.refresh()
    with container.database.work() as work:
        work.past_questions.withdraw_voter("", container.clock.now())
    assert learning.refresh() == counted(container) == 0


def test_without_an_index_past_questions_wait(container: Container) -> None:
    open_help_centre(container)
    store(container, LESSON)
    container.settings.index_folder.joinpath("CURRENT").unlink()
    assert container.learning.refresh() is None


def test_an_encoder_that_broke_is_tried_again_and_the_old_history_stays(
    container: Container, learning: LearningService
) -> None:
    store(container, LESSON)
    learning.refresh()
    store(container, replace(LESSON, text="two"))
    with pytest.raises(ModelNotFound):
        learn_by_hashing(container, BrokenEncoder()).refresh()
    assert counted(container) == 1
    del container.learning  # the real one finds no exported model
    with pytest.raises(ModelNotFound):
        container.learning.refresh()


def test_an_index_of_another_model_gets_its_history(container: Container, learning: LearningService) -> None:
    learning.catch_up()
    assert waiting(container) == 0, "nothing was learned yet"
    store(container, LESSON)
    finish_jobs(container)
    learning.catch_up()
    with container.database.read() as work:
        assert work.jobs.count(JobState.WAITING) == 1
        assert work.jobs.has_due(container.clock.now(), [JobKind.LEARN])
    finish_jobs(container)
    learning.refresh()
    learning.catch_up()
    assert waiting(container) == 0
    Indexer(container.settings.index_folder, HashingEncoder(dimensions=32)).sync([])
    learning.catch_up()
    assert waiting(container) == 1


def test_old_past_questions_are_forgotten_and_the_rest_written_anew(
    container: Container, learning: LearningService, clock: FrozenClock
) -> None:
    assert learning.forget() == 0
    assert waiting(container) == 0
    old = timedelta(days=container.settings.keep_past_questions_days + 1)
    store(container, LESSON, replace(LESSON, text="old", at=clock.now() - old))
    finish_jobs(container)
    assert learning.forget() == 1
    assert waiting(container) == 1
    assert learning.list_page().total == 1


def test_pages_end_at_the_last(container: Container, learning: LearningService) -> None:
    assert (learning.list_page(7).number, learning.list_page().questions) == (1, ())
    store(container, *(replace(LESSON, text=f"question {number}") for number in range(4)))
    page = learning.list_page(99)
    assert (page.number, page.last, page.total, page.in_use, len(page.questions)) == (2, 2, 4, 4, 1)


def test_only_what_counts_can_be_withdrawn(container: Container, learning: LearningService) -> None:
    store(container, LESSON)
    (question,) = learning.list_page().questions
    learning.withdraw(question.id)
    for number in (question.id, 99):
        with pytest.raises(NotFound):
            learning.withdraw(number)


def test_a_voter_is_named_by_address_or_hash(container: Container, learning: LearningService, ben: Person) -> None:
    voter = container.voters.user(ben.user.id)
    store(container, replace(LESSON, voter=voter), replace(LESSON, voter="another"))
    assert learning.withdraw_voter(f" {ben.user.email.upper()} ") == 1
    assert learning.withdraw_voter("another") == 1
    assert learning.withdraw_voter(" ") == 0
    with pytest.raises(NotFound):
        learning.withdraw_voter("nobody@ostrel.example")


def test_an_import_leaves_out_what_leads_nowhere(container: Container, learning: LearningService) -> None:
    lessons = [replace(LESSON, text=f"q {number}", source=EvidenceSource.IMPORTED) for number in range(3)]
    gone = replace(LESSON, article_id="long gone")
    for imported in (3, 3):
        outcome = learning.import_questions([*lessons, gone, gone])
        assert (outcome.imported, outcome.left_out, outcome.unknown) == (imported, 2, ("long gone",))
    assert learning.list_page().total == 3, "the same file twice changes nothing"


def test_the_history_lies_in_the_index_folder(container: Container, learning: LearningService) -> None:
    store(container, LESSON)
    learning.refresh()
    folder: Path = container.settings.index_folder / "history"
    assert [path.name for path in folder.glob("*.npz")] == [f"{HashingEncoder().fingerprint}.npz"]
