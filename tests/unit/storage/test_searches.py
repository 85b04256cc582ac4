"""Searches are stored once, with their hits, and only visible articles are confirmed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.domain.articles import ArticleState, Audience
from portal.domain.searches import Surface
from portal.storage.database import Database
from search_index import DegradedReason, Section, Verdict
from tests.search_builders import JOURNEY, NOW, add_search, hits, logged, put_article

MINUTE = timedelta(minutes=1)
PUBLIC = {Audience.PUBLIC}


def test_a_search_comes_back_as_it_was_stored(database: Database) -> None:
    with database.work() as work:
        stored = add_search(work, "a", "b", degraded=DegradedReason.ENCODER_SLOW)
    with database.read() as work:
        assert work.searches.find(stored.id) == stored
        assert work.searches.list_hits(stored.id) == hits("a", "b")
        assert work.searches.find("nothing") is None
        assert work.searches.list_hits("nothing") == ()


def test_replacing_keeps_the_id_and_what_was_clicked(database: Database) -> None:
    with database.work() as work:
        add_search(work, "a", "b")
        work.searches.mark_clicked("s" * 32, "b", NOW)
        work.searches.mark_settled(["s" * 32])
        work.searches.replace("s" * 32, logged(id="t" * 32, query="Hub", at=NOW + MINUTE), hits("b", "c"))
    with database.read() as work:
        found = work.searches.find("s" * 32)
        assert found is not None
        assert (found.query, found.at) == ("Hub", NOW + MINUTE)
        assert work.searches.find("t" * 32) is None
        assert work.searches.list_hits("s" * 32) == hits("b", "c")
        (recent,) = work.searches.list_recent(JOURNEY, Surface.SITE, NOW)
        assert recent.clicked
        assert work.searches.list_unsettled(NOW + 2 * MINUTE, 10) == (("s" * 32, False),)


def test_recent_searches_are_of_this_journey_and_surface_newest_first(database: Database) -> None:
    with database.work() as work:
        add_search(work, "a", id="1")
        add_search(work, "a", id="2", at=NOW + MINUTE)
        add_search(work, "a", id="3", at=NOW + MINUTE, surface=Surface.HANDOFF)
        add_search(work, "a", id="4", at=NOW + MINUTE, journey_id="k" * 32)
        add_search(work, "a", id="5", at=NOW - MINUTE)
        work.searches.mark_clicked("1", "a", NOW)
        recent = work.searches.list_recent(JOURNEY, Surface.SITE, NOW)
    assert [(search.id, search.clicked) for search in recent] == [("2", False), ("1", True)]


def test_an_article_opened_from_a_search_counts_as_a_click_even_when_it_was_no_hit(database: Database) -> None:
    with database.work() as work:
        add_search(work, "a")
        work.searches.mark_clicked("s" * 32, "z", NOW)
        assert not work.searches.list_recent(JOURNEY, Surface.SITE, NOW)[0].clicked
        work.journeys.add_view(JOURNEY, "z", NOW, search_id="s" * 32)
        assert work.searches.list_recent(JOURNEY, Surface.SITE, NOW)[0].clicked


def test_a_search_belongs_to_its_journey_alone(database: Database) -> None:
    with database.work() as work:
        search = add_search(work)
        assert work.searches.belongs_to(search.id, JOURNEY)
        assert not work.searches.belongs_to(search.id, "k" * 32)
        assert not work.searches.belongs_to("", JOURNEY)


def test_only_shown_and_unopened_answers_were_in_vain(database: Database) -> None:
    with database.work() as work:
        add_search(work, "a", id="unopened")
        add_search(work, "a", id="opened", at=NOW + MINUTE)
        add_search(work, id="no hits", at=NOW + 2 * MINUTE)
        add_search(work, "a", id="no answer", verdict=Verdict.NO_ANSWER, at=NOW + 3 * MINUTE)
        add_search(work, "a", id="young", at=NOW + 9 * MINUTE)
        work.searches.mark_clicked("opened", "a", NOW)
        unsettled = work.searches.list_unsettled(NOW + 5 * MINUTE, 10)
        assert unsettled == (("unopened", True), ("opened", False), ("no hits", False), ("no answer", False))
        assert work.searches.list_unsettled(NOW + 5 * MINUTE, 1) == (("unopened", True),)
        work.searches.mark_settled([search_id for search_id, _ in unsettled])
        assert work.searches.list_unsettled(NOW + 5 * MINUTE, 10) == ()


@pytest.mark.parametrize("state", [state for state in ArticleState if state is not ArticleState.PUBLISHED])
def test_articles_that_are_not_published_are_not_confirmed(database: Database, state: ArticleState) -> None:
    put_article(database, "hub", state=state)
    with database.read() as work:
        assert work.searches.visible_articles(["hub"], set(Audience)) == {}


def test_articles_are_confirmed_for_their_audience_and_locale(database: Database) -> None:
    put_article(database, "hub", sections=[Section(anchor="reset", heading="Reset")])
    put_article(database, "secret", audience=Audience.AGENTS)
    put_article(database, "nabe", locale="de")
    asked = ["hub", "secret", "nabe", "gone"]
    with database.read() as work:
        found = work.searches.visible_articles(asked, PUBLIC, "en")
        assert set(found) == {"hub"}
        assert found["hub"].anchors == {"reset"}
        assert (found["hub"].slug, found["hub"].category) == ("hub", "Devices")
        assert set(work.searches.visible_articles(asked, PUBLIC)) == {"hub", "nabe"}
        assert set(work.searches.visible_articles(asked, set(Audience), "en")) == {"hub", "secret"}
        assert work.searches.visible_articles([], PUBLIC) == {}
        assert work.searches.visible_articles(asked, set()) == {}
