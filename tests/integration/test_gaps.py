"""The whole loop: customers search in vain, one file is written, and their own searches prove that it helps."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.container import Container
from portal.domain.clock import FrozenClock
from portal.domain.gaps import Gap, GapState
from portal.domain.users import Role, Viewer
from portal.jobs.handlers import build_worker
from portal.jobs.worker import JobOutcome
from portal.services.gap_replays import GapReplays
from portal.services.indexing import IndexingService
from search_index import HashingEncoder, SearchEngine, Verdict
from tests.gap_builders import find_by_hashing, gaps
from tests.help_centre import HashingModels, recipe_of
from tests.learning_builders import learn_by_hashing

STRANGER = Viewer()
CHLOE = Viewer(user_id=3, name="Chloe Martin", role=Role.WRITER)
ASKED = ("rent a submarine", "submarine rent", "a submarine to rent", "rent submarine")
OTHER = """---
title: Return an item
category: returns
---
Open your order, choose Return an item and print the label.
"""
ANSWER = """---
title: Rent a submarine
category: devices
audience: {audience}
---
To rent a submarine, write to us: a submarine is rented by the week.
"""


@pytest.fixture(autouse=True)
def _site(container: Container) -> None:
    """A site with one article, whose engine is sure of whatever shares its words, and of nothing else."""
    container.indexing = IndexingService(
        container.database, container.settings.index_folder, HashingModels(), recipe_of(Verdict.ANSWERED)
    )
    container.search_engine = SearchEngine(container.settings.index_folder, HashingEncoder())
    find_by_hashing(container)
    learn_by_hashing(container)
    write(container, "return-an-item", OTHER)


def write(container: Container, name: str, text: str) -> None:
    """Put a file into the articles folder and sync."""
    file = container.settings.articles / f"{name}.md"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    assert not container.sync.sync(container.settings.articles).errors


def work_off(container: Container, clock: FrozenClock) -> None:
    """Let a minute pass and the worker do what waits, and what follows from it."""
    clock.move(timedelta(minutes=1))
    worker = build_worker(container)
    for _again in range(3):
        assert worker.run_all_due()[JobOutcome.FAILED] == 0


def search_in_vain(container: Container) -> None:
    """Four customers ask the same in other words, and open nothing for an hour."""
    for number, words in enumerate(ASKED):
        container.search.search(words, STRANGER, journey_id=f"{number:032x}")


def only_gap(container: Container) -> Gap:
    (gap,) = gaps(container)
    return gap


def found_first(container: Container) -> tuple[str, Verdict]:
    page = container.search.search(ASKED[0], STRANGER)
    return (page.hits[0].article_id if page.hits else ""), page.verdict


def test_failed_searches_become_a_verified_article_by_themselves(container: Container, clock: FrozenClock) -> None:
    work_off(container, clock)
    search_in_vain(container)
    clock.move(timedelta(hours=1))
    work_off(container, clock)
    gap = only_gap(container)
    assert (gap.state, gap.figures.searches, gap.figures.askers) == (GapState.NEW, 4, 4)
    assert {each.text for each in container.gaps.page(gap.id, CHLOE).wordings} == set(ASKED)

    write(container, "rent-a-submarine", ANSWER.format(audience="agents"))
    work_off(container, clock)
    assert only_gap(container).state is GapState.NEW

    write(container, "rent-a-submarine", ANSWER.format(audience="public"))
    work_off(container, clock)
    verified = only_gap(container)
    assert (verified.id, verified.state, verified.article_id) == (gap.id, GapState.VERIFIED, "rent-a-submarine")
    assert found_first(container) == ("rent-a-submarine", Verdict.ANSWERED)
    (replay,) = container.gaps.page(gap.id, CHLOE).replays
    assert (replay.passed, replay.asked) == (4, 4)
    assert all(row.before is not None and not row.before.passes for row in replay.rows)

    (container.settings.articles / "rent-a-submarine.md").unlink()
    container.sync.sync(container.settings.articles)
    work_off(container, clock)
    assert only_gap(container).state is GapState.NEW


def test_the_container_asks_as_a_customer_and_is_remembered_by_nobody(container: Container, clock: FrozenClock) -> None:
    work_off(container, clock)
    search_in_vain(container)
    clock.move(timedelta(hours=1))
    work_off(container, clock)
    before = only_gap(container).figures.searches
    assert isinstance(container.gap_replays, GapReplays)
    container.gap_replays.replay(only_gap(container).id)
    clock.move(timedelta(hours=1))
    work_off(container, clock)
    assert only_gap(container).figures.searches == before
