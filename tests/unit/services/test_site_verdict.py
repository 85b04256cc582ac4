"""What became of customers' searches corrects the verdict of this site."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.container import Container
from portal.domain.redaction import wording_of
from portal.domain.searches import FailedKind, Surface
from portal.services.site_verdict import MOST_OF_A_JOURNEY, OUTCOMES_COUNT_FOR
from search_index import SearchMode
from tests.help_centre import open_help_centre
from tests.search_builders import NOW, add_search

ARTICLE = "hub-offline"


@pytest.fixture
def site(container: Container) -> Container:
    open_help_centre(container)
    return container


def ask(
    container: Container, who: str, text: str = "ring stays orange", *, opened: bool = True, **changes: object
) -> str:
    """Let somebody search, open the article or not, and nothing more."""
    search_id = f"{who} {text}"[:32]
    with container.database.work() as work:
        work.journeys.touch(who, NOW)
        changes = {"plain_answerability": 0.9, **changes}
        add_search(work, ARTICLE, id=search_id, journey_id=who, query=text, wording=wording_of(text), **changes)
        if opened:
            work.searches.mark_clicked(search_id, ARTICLE, NOW + timedelta(seconds=5))
        work.searches.mark_settled([search_id])
    return search_id


def fail(container: Container, search_id: str, kind: FailedKind) -> None:
    with container.database.work() as work:
        work.failed_searches.add([search_id], kind, NOW)


def outcomes(container: Container) -> list[bool]:
    with container.database.read() as work:
        found = work.searches.list_outcomes(container.clock.now() - OUTCOMES_COUNT_FOR, 100)
    return [outcome.answered for _, _, outcome in found]


def test_an_opened_hit_answered_and_a_request_for_a_human_did_not(site: Container) -> None:
    ask(site, "ann")
    assert outcomes(site) == [True]
    fail(site, ask(site, "ben"), FailedKind.HANDED_OFF)
    assert sorted(outcomes(site)) == [False, True]


def test_what_nobody_acted_on_says_nothing(site: Container) -> None:
    fail(site, ask(site, "ann", opened=False), FailedKind.NO_CLICK)
    fail(site, ask(site, "ben", opened=True), FailedKind.REPHRASED)
    assert outcomes(site) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"surface": Surface.AGENTS},
        {"mode": SearchMode.KEYWORD},
        {"plain_answerability": None},
        {"at": NOW - OUTCOMES_COUNT_FOR - timedelta(days=1)},
    ],
)
def test_searches_that_cannot_count(site: Container, changes: dict[str, object]) -> None:
    ask(site, "ann", **changes)
    assert outcomes(site) == []


def test_one_journey_counts_a_few_times_and_each_wording_once(site: Container) -> None:
    for number in range(MOST_OF_A_JOURNEY + 3):
        ask(site, "ann", f"ring stays orange {number}")
    assert len(outcomes(site)) == MOST_OF_A_JOURNEY + 3
    assert site.site_verdict.refresh().outcomes == MOST_OF_A_JOURNEY


def test_a_site_whose_customers_ask_for_a_human_becomes_less_sure(site: Container) -> None:
    for number in range(60):
        ask(site, f"happy {number}", plain_answerability=0.95)
        fail(site, ask(site, f"sad {number}", plain_answerability=0.8), FailedKind.HANDED_OFF)
    assert site.site_verdict.refresh().shift < 0


def test_an_empty_log_corrects_nothing(site: Container) -> None:
    assert site.site_verdict.refresh().shift == 0.0
