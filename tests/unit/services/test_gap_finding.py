"""Failed searches become gaps that last."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from numpy.typing import NDArray

from portal.container import Container
from portal.domain.article_flags import FlagKind, NewFlag
from portal.domain.clock import FrozenClock
from portal.domain.gaps import GapState
from portal.domain.jobs import JobState
from portal.domain.searches import FailedKind
from portal.services.gap_finding import GapFinding
from search_index import DegradedReason, HashingEncoder, IndexMissing, ModelError
from tests.cast import Person
from tests.conversation_builders import store
from tests.gap_builders import CountingEncoder, fail, find_by_hashing, gaps, wordings
from tests.search_builders import NOW, add_search

DAY = timedelta(days=1)
PIANO = ("do you sell pianos", "pianos sell you do", "you do sell pianos")


@pytest.fixture
def encoder() -> CountingEncoder:
    return CountingEncoder()


@pytest.fixture
def finding(container: Container, encoder: CountingEncoder) -> GapFinding:
    return find_by_hashing(container, lambda: encoder)


def test_wordings_that_ask_the_same_are_one_gap(container: Container, finding: GapFinding) -> None:
    fail(container, PIANO[0], times=3)
    fail(container, PIANO[1], kind=FailedKind.HANDED_OFF)
    fail(container, "submarine tickets", at=NOW - 8 * DAY)
    assert finding.refresh() == 2
    piano, submarine = sorted(gaps(container), key=lambda gap: -gap.figures.searches)
    assert wordings(container, piano.id) == set(PIANO[:2])
    assert (piano.state, piano.name) == (GapState.NEW, "Do you sell pianos?")
    assert (piano.figures.searches, piano.figures.askers, piano.figures.handoffs) == (4, 4, 1)
    assert piano.figures.kinds == {FailedKind.NO_ANSWER: 3, FailedKind.HANDED_OFF: 1}
    assert (sum(piano.figures.weeks), piano.figures.weeks[-1]) == (4, 4)
    assert submarine.figures.weeks[-2:] == (1, 0)
    assert submarine.created_at == NOW - 8 * DAY


def test_a_gap_stays_itself_and_only_new_wordings_are_embedded(
    container: Container, finding: GapFinding, encoder: CountingEncoder
) -> None:
    fail(container, PIANO[0], times=2)
    finding.refresh()
    (before,) = gaps(container)
    assert encoder.asked == [PIANO[0]]
    fail(container, PIANO[2], times=9)
    find_by_hashing(container, lambda: encoder).refresh()  # another process
    (after,) = gaps(container)
    assert (after.id, after.cluster_id) == (before.id, before.cluster_id)
    assert encoder.asked == [PIANO[0], PIANO[2]]
    assert after.figures.searches == 11


def test_merging_sticks(container: Container, finding: GapFinding, chloe: Person) -> None:
    fail(container, PIANO[0], times=2)
    fail(container, "submarine tickets")
    finding.refresh()
    piano, submarine = sorted(gaps(container), key=lambda gap: -gap.figures.searches)
    container.gaps.merge(piano.id, submarine.id, chloe.viewer)
    (merged,) = gaps(container)
    assert (merged.id, merged.figures.searches) == (piano.id, 3)
    fail(container, "lost luggage")
    finding.refresh()
    assert wordings(container, piano.id) == {PIANO[0], "submarine tickets"}
    assert len(gaps(container)) == 2


def test_splitting_sticks(container: Container, finding: GapFinding, chloe: Person) -> None:
    fail(container, PIANO[0], times=3)
    fail(container, PIANO[1], times=2)
    finding.refresh()
    (piano,) = gaps(container)
    other_id = container.gaps.split(piano.id, [PIANO[1]], chloe.viewer)
    fail(container, "submarine tickets")
    finding.refresh()
    assert wordings(container, piano.id) == {PIANO[0]}
    assert wordings(container, other_id) == {PIANO[1]}
    assert {gap.figures.searches for gap in gaps(container)} == {3, 2, 1}


def test_wordings_of_few_people_stay_hidden(container: Container) -> None:
    finding = find_by_hashing(container, least_askers=2)
    fail(container, PIANO[0], times=2)
    fail(container, "my name is somebody")
    finding.refresh()
    assert [gap.name for gap in gaps(container)] == ["Do you sell pianos?"]


def test_degraded_searches_never_count(container: Container, finding: GapFinding) -> None:
    with container.database.work() as work:
        add_search(work, id="degraded", wording="lost words", degraded=DegradedReason.ENCODER_SLOW)
        assert work.failed_searches.add(["degraded"], FailedKind.NO_ANSWER, NOW) == 0
    assert finding.refresh() == 0
    assert gaps(container) == ()


def test_what_an_agent_noted_is_shown_however_few_asked(container: Container) -> None:
    finding = find_by_hashing(container, least_askers=5)
    conversation = store(container, message="Hello, my name is Ada Berg. Do you repair accordions?").id
    with container.database.work() as work:
        work.article_flags.add(
            NewFlag(
                kind=FlagKind.MISSING,
                article_id="",
                conversation_id=conversation,
                agent_id=1,
                agent_name="Ben",
                note="",
                at=NOW,
            )
        )
    finding.refresh()
    (gap,) = gaps(container)
    assert (gap.figures.flags, gap.figures.handoffs, gap.figures.searches) == (1, 1, 0)
    assert "accordions" in gap.name
    assert "Berg" not in gap.name


def test_what_nobody_asks_any_more_goes_unless_somebody_works_on_it(
    container: Container, finding: GapFinding, clock: FrozenClock, chloe: Person
) -> None:
    fail(container, PIANO[0])
    fail(container, "submarine tickets")
    finding.refresh()
    kept = next(gap for gap in gaps(container) if "pianos" in gap.name)
    container.gaps.set_state(kept.id, GapState.DRAFTED, chloe.viewer)
    clock.move(91 * DAY)
    assert finding.refresh() == 0
    (gap,) = gaps(container)
    assert (gap.id, gap.state, gap.cluster_id, gap.figures.searches) == (kept.id, GapState.DRAFTED, "", 0)


def test_without_a_model_each_wording_is_a_gap(container: Container) -> None:
    def missing() -> HashingEncoder:
        raise IndexMissing("no index")

    fail(container, PIANO[0])
    fail(container, PIANO[1])
    assert find_by_hashing(container, missing).refresh() == 2
    find_by_hashing(container).refresh()
    assert len(gaps(container)) == 1
    with pytest.raises(IndexMissing):
        find_by_hashing(container, missing).refresh()


def test_work_is_ordered_only_when_there_is_news(container: Container, finding: GapFinding, clock: FrozenClock) -> None:
    assert not finding.order()
    fail(container, PIANO[0])
    assert finding.order()
    assert not finding.order()
    fail(container, PIANO[1], at=NOW + timedelta(seconds=1))
    assert finding.order()
    clock.move(DAY)
    assert finding.order()
    with container.database.read() as work:
        assert work.jobs.count(JobState.WAITING) == 1


def test_an_encoder_that_breaks_changes_nothing(container: Container, finding: GapFinding) -> None:
    class Broken(HashingEncoder):
        def encode_query(self, text: str) -> NDArray[np.float32]:
            raise ModelError("broken")

    fail(container, PIANO[0])
    finding.refresh()
    fail(container, "submarine tickets")
    with pytest.raises(ModelError):
        find_by_hashing(container, Broken).refresh()
    assert len(gaps(container)) == 1
