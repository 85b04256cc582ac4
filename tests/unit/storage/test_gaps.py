"""Gaps, their wordings, pins and replays in the database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from portal.domain.errors import NotFound
from portal.domain.gap_asks import GapAsk
from portal.domain.gap_replays import Answered, GapReplay, GapReplayRow
from portal.domain.gaps import GapEvent, GapFigures, GapState, GapWording
from portal.domain.searches import FailedKind
from portal.storage.database import Database
from portal.storage.gaps import MAX_REPLAYS
from portal.storage.rows import SearchRow
from search_index import DegradedReason, Pins, Verdict
from tests.search_builders import NOW, add_search, put_article

WORDING = GapWording(
    text="sell pianos", locale="en", sample="Sell pianos?", searches=2, askers=1, handoffs=0, last_seen=NOW
)


@pytest.fixture
def gap_id(database: Database) -> int:
    with database.work() as work:
        return work.gaps.add("cluster", "Pianos", appeared=NOW - timedelta(days=1), now=NOW)


def test_a_new_gap_comes_back(database: Database, gap_id: int) -> None:
    figures = GapFigures(searches=2, kinds={FailedKind.NO_ANSWER: 2}, locales={"en": 2}, last_seen=NOW)
    with database.work() as work:
        work.gaps.set_figures(gap_id, figures)
        work.gaps.put_wordings(gap_id, [WORDING])
    with database.read() as work:
        gap = work.gaps.get(gap_id)
        assert (gap.name, gap.state, gap.touched, gap.created_at) == (
            "Pianos",
            GapState.NEW,
            False,
            NOW - timedelta(days=1),
        )
        assert gap.figures == figures
        assert work.gaps.list_wordings(gap_id) == (WORDING,)
        (known,) = work.gaps.list_known()
        assert (known.cluster_id, known.wordings, known.touched) == ("cluster", {"sell pianos"}, False)
        assert work.gaps.count_by_state()[GapState.NEW] == 1
        with pytest.raises(NotFound):
            work.gaps.get(99)


def test_every_change_is_remembered(database: Database, gap_id: int) -> None:
    with database.work() as work:
        work.gaps.set_owner(gap_id, None, date(2026, 12, 24))
        work.gaps.change(gap_id, GapState.VERIFIED, by="", now=NOW, event=GapEvent.PROVED)
        work.gaps.change(gap_id, GapState.DISMISSED, by="Chloe", now=NOW, reason="Not ours.")
        gap = work.gaps.get(gap_id)
    assert [(note.state, note.by, note.event) for note in gap.history] == [
        (GapState.VERIFIED, "", GapEvent.PROVED),
        (GapState.DISMISSED, "Chloe", GapEvent.MOVED),
    ]
    assert (gap.reason, gap.verified_at, gap.due, gap.touched) == ("Not ours.", None, date(2026, 12, 24), True)


def test_a_name_given_by_hand_stays(database: Database, gap_id: int) -> None:
    with database.work() as work:
        work.gaps.set_cluster(gap_id, "cluster", "Other")
        assert work.gaps.get(gap_id).name == "Other"
        work.gaps.rename(gap_id, "By hand")
        work.gaps.set_cluster(gap_id, "next", "Third")
        gap = work.gaps.get(gap_id)
    assert (gap.name, gap.cluster_id, gap.touched) == ("By hand", "next", True)


def test_pins_come_back(database: Database) -> None:
    pins = Pins().merged(["a", "b"], ["c"]).split(["d"], ["a", "e"])
    with database.work() as work:
        work.gaps.set_pins(pins)
        assert work.gaps.pins() == pins
        work.gaps.set_pins(Pins())
        assert work.gaps.pins() == Pins()


def test_replays_come_back_newest_first_and_the_oldest_go(database: Database, gap_id: int) -> None:
    said = Answered(verdict=Verdict.ANSWERED, rank=1, best="Pianos")
    row = GapReplayRow(wording="Sell pianos?", locale="en", before=None, after=said)
    replay = GapReplay(at=NOW, article_id="pianos", generation="g1", rows=(row,))
    with database.work() as work:
        for number in range(MAX_REPLAYS + 3):
            work.gaps.add_replay(gap_id, replace(replay, generation=str(number)))
        kept = work.gaps.list_replays(gap_id, 99)
    assert [each.generation for each in kept] == [str(number) for number in range(MAX_REPLAYS + 2, 2, -1)]
    assert kept[0].rows == (row,)
    with database.work() as work:
        work.gaps.remove([gap_id])
        assert work.gaps.list_replays(gap_id, 9) == ()


def test_articles_count_as_changed_only_after_a_time(database: Database) -> None:
    put_article(database, "a")
    with database.read() as work:
        assert work.gaps.changed_since(NOW) == frozenset()
        assert work.gaps.changed_since(NOW - timedelta(seconds=1)) == {"a"}


def asks(database: Database) -> tuple[GapAsk, ...]:
    with database.read() as work:
        return work.gap_asks.list_since(datetime(2026, 1, 1, tzinfo=UTC))


def test_searches_that_failed_come_with_who_and_how(database: Database) -> None:
    with database.work() as work:
        for name, user_id in (("1", 7), ("2", 7), ("3", None)):
            work.journeys.touch(name * 32, NOW, user_id)
            add_search(work, id=name, journey_id=name * 32, wording="sell pianos", query="Sell pianos?")
        work.failed_searches.add(["1", "2", "3"], FailedKind.NO_ANSWER, NOW)
        work.failed_searches.add(["3"], FailedKind.HANDED_OFF, NOW)
    assert [each.asker for each in asks(database)] == ["user 7", "user 7", "3" * 32]
    assert asks(database)[2].kinds == {FailedKind.NO_ANSWER, FailedKind.HANDED_OFF}


def test_a_degraded_search_is_left_out_even_if_it_was_stored(database: Database) -> None:
    with database.work() as work:
        add_search(work, id="1")
        work.failed_searches.add(["1"], FailedKind.NO_ANSWER, NOW)
        add_search(work, id="2", degraded=None)
        work.failed_searches.add(["2"], FailedKind.NO_ANSWER, NOW)
        row = work.session.get(SearchRow, "2")
        assert row is not None
        row.degraded = DegradedReason.ENCODER_SLOW
    assert len(asks(database)) == 1


def test_before_is_what_the_last_one_saw(database: Database) -> None:
    put_article(database, "pianos", "Pianos")
    put_article(database, "boats", "Boats")
    with database.work() as work:
        for number, hits in enumerate([("pianos",), ("boats", "pianos")]):
            at = NOW + timedelta(hours=number)
            add_search(work, *hits, id=str(number), wording="sell pianos", at=at, verdict=Verdict.UNSURE)
            work.failed_searches.add([str(number)], FailedKind.NO_CLICK, at)
        add_search(work, "pianos", id="fine", wording="sell pianos", at=NOW + timedelta(hours=9))
        before = work.gap_asks.answered_before([WORDING], "pianos")
    assert before == {("sell pianos", "en"): Answered(verdict=Verdict.UNSURE, rank=2, best="Boats")}
