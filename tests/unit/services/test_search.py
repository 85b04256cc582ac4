"""A search is answered, confirmed and remembered, whatever is typed and whatever is broken."""

from __future__ import annotations

import logging
import shutil
import sqlite3
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event

from portal.container import Container
from portal.domain.articles import Audience
from portal.domain.clock import FrozenClock
from portal.domain.conversations import HandoffReason
from portal.domain.explanations import ExplanationWish, ShownExplanation
from portal.domain.journeys import StepKind
from portal.domain.searches import FailedKind, LoggedSearch, NextStep, SearchPage, Surface
from portal.domain.users import Role, Viewer
from portal.services.search import LOG_PATIENCE_SECONDS
from portal.storage.rows import SearchRow
from search_index import DegradedReason, HashingEncoder, QueryKind, SearchEngine, SearchMode, Standing, Verdict
from tests.help_centre import index_articles, indexed, open_help_centre
from tests.search_builders import JOURNEY, put_article

CUSTOMER = Viewer(user_id=1, name="Ada Berg", role=Role.CUSTOMER)
AGENT = Viewer(user_id=2, name="Ben Okafor", role=Role.AGENT)
STRANGER = Viewer()
SECRET = "agents-refund-orders"

Ask = Callable[..., SearchPage]


@pytest.fixture
def ask(container: Container) -> Ask:
    """Search as a stranger on one journey."""

    def ask(text: str, viewer: Viewer = STRANGER, **changes: object) -> SearchPage:
        return container.search.search(text, viewer, **({"journey_id": JOURNEY} | changes))

    return ask


def logged(container: Container) -> list[LoggedSearch]:
    with container.database.read() as work:
        ids = work.session.query(SearchRow.id).order_by(SearchRow.at).all()
        return [found for (search_id,) in ids if (found := work.searches.find(search_id)) is not None]


def failures(container: Container, search_id: str) -> frozenset[FailedKind]:
    with container.database.read() as work:
        return work.failed_searches.kinds_of(search_id)


def texts_of(page: SearchPage) -> str:
    return repr(page)


def test_a_hit_leads_to_the_section_as_the_database_has_it(container: Container, ask: Ask) -> None:
    open_help_centre(container, verdict=Verdict.ANSWERED)
    page = ask("hub pin-hole reset", CUSTOMER)
    best = page.hits[0]
    assert (best.rank, best.article_id, best.title) == (1, "hub-offline", "Hub offline")
    assert (best.url, best.section_heading) == ("/articles/hub-offline#reset-the-hub", "Reset the Hub")
    assert best.category == "Devices"
    assert any(fragment.marked for fragment in best.snippet)
    assert (page.verdict, page.next_step, page.reason) == (Verdict.ANSWERED, NextStep.READ, "")
    assert page.mode is SearchMode.HYBRID
    assert page.database_ms > 0


def test_a_search_is_logged_with_its_hits_and_without_personal_data(
    container: Container, ask: Ask, clock: FrozenClock
) -> None:
    open_help_centre(container)
    page = ask("hub of ada@example.com, order OS-12345678", CUSTOMER)
    (search,) = logged(container)
    assert search.id == page.search_id
    assert search.query == "hub of [email], order OS-[number]"
    assert search.wording == "hub of email order os number"
    assert (search.at, search.journey_id, search.surface) == (clock.now(), JOURNEY, Surface.SITE)
    assert (search.verdict, search.mode, search.locale) == (page.verdict, SearchMode.HYBRID, "en")
    assert search.timings == page.timings
    with container.database.read() as work:
        shown = [(hit.rank, hit.article_id, hit.section_anchor) for hit in work.searches.list_hits(search.id)]
    assert shown == [(hit.rank, hit.article_id, hit.section_anchor) for hit in page.hits]


@pytest.mark.parametrize("text", ["", "   ", "\x00", "\n\t"])
def test_a_blank_query_finds_nothing_and_is_not_logged(container: Container, ask: Ask, text: str) -> None:
    open_help_centre(container)
    page = ask(text)
    assert (page.kind, page.hits, page.next_step, page.search_id) == (QueryKind.BLANK, (), NextStep.READ, "")
    assert logged(container) == []


@pytest.mark.parametrize(
    "text",
    [
        "x" * 10_000,
        "hub " * 2_500,
        "hub\x00offline",
        "😀 🔌 💥",
        "لا يعمل جهازي",
        "退货 标签",
        "the of and to",
        "<script>alert(1)</script>",
        "' OR 1=1 --",
        "%_\\",
        "title:hub AND NOT (",
        "\ud800 lone",
    ],
)
def test_no_query_breaks_a_search(container: Container, ask: Ask, text: str) -> None:
    open_help_centre(container)
    page = ask(text)
    assert page.kind in {QueryKind.QUESTION, QueryKind.GIBBERISH}
    assert len(page.query) <= 1_000
    assert page.search_id
    assert len(logged(container)) == 1


@pytest.mark.parametrize(
    ("verdict", "step", "reason"),
    [
        (Verdict.ANSWERED, NextStep.READ, ""),
        (Verdict.UNSURE, NextStep.READ_OR_HUMAN, HandoffReason.UNSURE),
        (Verdict.NO_ANSWER, NextStep.HUMAN, HandoffReason.NO_ANSWER),
    ],
)
def test_each_verdict_has_its_next_step(
    container: Container, ask: Ask, verdict: Verdict, step: NextStep, reason: str
) -> None:
    open_help_centre(container, verdict=verdict)
    page = ask("hub offline")
    assert (page.verdict, page.next_step, page.reason) == (verdict, step, reason)
    assert page.hits


def test_only_no_answer_fails_at_once(container: Container, ask: Ask) -> None:
    open_help_centre(container, verdict=Verdict.NO_ANSWER)
    assert failures(container, ask("hub offline").search_id) == {FailedKind.NO_ANSWER}


def test_whoever_asks_for_a_human_finds_one_and_has_not_failed(container: Container, ask: Ask) -> None:
    open_help_centre(container)
    page = ask("I want to talk to a human")
    assert (page.next_step, page.reason) == (NextStep.HUMAN, HandoffReason.ASKED_FOR_HUMAN)
    assert failures(container, page.search_id) == frozenset()


def test_the_third_search_without_a_click_brings_the_human(container: Container, ask: Ask, clock: FrozenClock) -> None:
    open_help_centre(container, verdict=Verdict.ANSWERED)
    steps = []
    for text in ("hub offline", "ring is amber", "no internet"):
        steps.append(ask(text).next_step)
        clock.move(timedelta(minutes=1))
    assert steps == [NextStep.READ, NextStep.READ, NextStep.HUMAN]
    assert ask("label for return", journey_id="k" * 32).next_step is NextStep.READ


def test_a_click_sets_the_count_back(container: Container, ask: Ask, clock: FrozenClock) -> None:
    open_help_centre(container, verdict=Verdict.ANSWERED)
    first = ask("hub offline")
    container.search.record_view("hub-offline", STRANGER, JOURNEY, search_id=first.search_id)
    for text in ("ring is amber", "no internet"):
        clock.move(timedelta(minutes=1))
        assert ask(text).next_step is NextStep.READ
    assert failures(container, first.search_id) == frozenset()


def test_a_search_said_anew_has_failed(container: Container, ask: Ask, clock: FrozenClock) -> None:
    open_help_centre(container, verdict=Verdict.ANSWERED)
    first = ask("hub offline")
    clock.move(timedelta(minutes=2))
    second = ask("ring is amber")
    assert failures(container, first.search_id) == {FailedKind.REPHRASED}
    assert failures(container, second.search_id) == frozenset()


def test_typing_on_is_one_search_with_the_last_words(container: Container, ask: Ask, clock: FrozenClock) -> None:
    open_help_centre(container, verdict=Verdict.NO_ANSWER)
    ids = set()
    for text in ("hub", "hub off", "hub offline", "hub offline"):
        ids.add(ask(text).search_id)
        clock.move(timedelta(seconds=10))
    (search,) = logged(container)
    assert ids == {search.id}
    assert search.query == "hub offline"
    assert failures(container, search.id) == {FailedKind.NO_ANSWER}


def test_a_replaced_search_fails_by_its_last_words_alone(container: Container, ask: Ask) -> None:
    open_help_centre(container, verdict=Verdict.ANSWERED)
    first = ask("退货")
    assert (first.verdict, failures(container, first.search_id)) == (Verdict.NO_ANSWER, {FailedKind.NO_ANSWER})
    again = ask("退货 hub offline")
    assert (again.search_id, again.verdict) == (first.search_id, Verdict.ANSWERED)
    assert failures(container, first.search_id) == frozenset()


def test_a_search_without_a_journey_is_not_remembered(container: Container, ask: Ask) -> None:
    open_help_centre(container)
    page = ask("hub offline", journey_id="")
    assert page.hits
    assert page.search_id == ""
    assert logged(container) == []


# Who may see what


@pytest.mark.parametrize("viewer", [STRANGER, CUSTOMER])
@pytest.mark.parametrize("labels", [{}, {SECRET: "public"}, {SECRET: "customers"}])
def test_an_agents_article_never_reaches_a_customer(
    container: Container, ask: Ask, viewer: Viewer, labels: dict[str, str]
) -> None:
    open_help_centre(container, labels, verdict=Verdict.ANSWERED)
    for text in ("agents refund orders by hand", "zanzibar password", "zanzibr", "refund"):
        page = ask(text, viewer)
        assert SECRET not in [hit.article_id for hit in page.hits]
        assert "zanzibar" not in texts_of(page).replace(text, "")
        assert page.verdict is not Verdict.ANSWERED or page.hits
    for prefix in ("ref", "agents", "refund by"):
        assert container.search.suggest(prefix, viewer) == ()
    assert SECRET not in [each.id for each in container.search.related("return-an-item", viewer)]
    with container.database.read() as work:
        for search in logged(container):
            assert SECRET not in [hit.article_id for hit in work.searches.list_hits(search.id)]


def test_an_agents_article_reaches_an_agent(container: Container, ask: Ask) -> None:
    open_help_centre(container, verdict=Verdict.ANSWERED)
    assert ask("zanzibar password", AGENT).hits[0].article_id == SECRET
    assert [each.text for each in container.search.suggest("refund by", AGENT)] == ["Refund by hand"]
    assert SECRET in [each.id for each in container.search.related("return-an-item", AGENT)]


def test_an_article_made_internal_disappears_before_the_index_knows(container: Container, ask: Ask) -> None:
    open_help_centre(container, verdict=Verdict.ANSWERED)
    assert ask("hub ring amber").hits[0].article_id == "hub-offline"
    put_article(container.database, "hub-offline", audience=Audience.AGENTS)
    page = ask("hub ring amber")
    assert "hub-offline" not in [hit.article_id for hit in page.hits]
    assert page.verdict is not Verdict.ANSWERED
    assert container.search.suggest("hub", STRANGER) == ()


def test_when_all_hits_are_refused_there_is_no_answer(container: Container, ask: Ask) -> None:
    open_help_centre(container, {SECRET: "public"}, verdict=Verdict.ANSWERED)
    index_articles(container, [indexed(SECRET, {SECRET: "public"})], verdict=Verdict.ANSWERED)
    page = ask("zanzibar password")
    assert (page.hits, page.verdict, page.answerability) == ((), Verdict.NO_ANSWER, 0.0)
    assert page.next_step is NextStep.HUMAN


def test_where_nothing_is_found_in_the_viewers_locale_the_sites_is_searched(container: Container, ask: Ask) -> None:
    open_help_centre(container)
    assert ask("hub offline", locale="de").hits == ()
    assert ask("hub offline", Viewer(locale="de")).hits
    assert [search.locale for search in logged(container)] == ["en"]
    assert container.search.suggest("hub", Viewer(locale="de"))
    assert container.search.suggest("hub", Viewer(locale="de"), locale="de") == ()


def test_refused_hits_make_room_for_others(container: Container, ask: Ask) -> None:
    open_help_centre(container, {SECRET: "public"})
    page = ask("return refund order", limit=1)
    assert [hit.article_id for hit in page.hits] == ["return-an-item"]


# What is broken


def test_without_an_index_the_human_is_first_and_the_search_is_no_failure(container: Container, ask: Ask) -> None:
    page = ask("hub offline")
    assert (page.mode, page.degraded) == (SearchMode.NONE, DegradedReason.INDEX_MISSING)
    assert (page.next_step, page.reason) == (NextStep.HUMAN, HandoffReason.SEARCH_DOWN)
    (search,) = logged(container)
    assert search.degraded is DegradedReason.INDEX_MISSING
    assert failures(container, search.id) == frozenset()
    assert container.search.suggest("hub", STRANGER) == ()
    assert container.search.related("hub-offline", STRANGER) == ()


def test_a_corrupt_index_is_search_down(container: Container, ask: Ask) -> None:
    open_help_centre(container)
    folder = container.settings.index_folder
    shutil.rmtree(folder / "generations")
    container.search_engine = SearchEngine(folder, HashingEncoder())
    page = ask("hub offline")
    assert page.mode is SearchMode.NONE
    assert page.reason == HandoffReason.SEARCH_DOWN


def test_without_a_model_the_keywords_answer_and_nothing_counts_as_failed(container: Container, ask: Ask) -> None:
    open_help_centre(container, verdict=Verdict.NO_ANSWER)
    container.search_engine = SearchEngine(container.settings.index_folder, None)
    page = ask("hub offline")
    assert (page.mode, page.hits[0].article_id) == (SearchMode.KEYWORD, "hub-offline")
    assert page.degraded is not None
    assert page.next_step is NextStep.HUMAN
    assert failures(container, page.search_id) == frozenset()


def test_a_locked_database_costs_the_log_entry_and_a_moment_but_not_the_page(
    container: Container, ask: Ask, caplog: pytest.LogCaptureFixture
) -> None:
    open_help_centre(container, verdict=Verdict.ANSWERED)
    other = sqlite3.connect(container.settings.instance / "portal.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    started = time.monotonic()
    with caplog.at_level(logging.ERROR):
        page = ask("hub offline")
        container.search.record_view("hub-offline", STRANGER, JOURNEY)
    assert time.monotonic() - started < 2 * LOG_PATIENCE_SECONDS + 3
    other.rollback()
    other.close()
    assert page.hits[0].article_id == "hub-offline"
    assert (page.search_id, page.next_step) == ("", NextStep.READ)
    assert len(caplog.records) == 2
    assert logged(container) == []
    assert ask("hub offline").search_id


def test_a_read_only_database_costs_the_log_entry_but_not_the_page(container: Container, ask: Ask) -> None:
    open_help_centre(container, verdict=Verdict.ANSWERED)
    event.listen(
        container.database.engine, "checkout", lambda connection, *_: connection.execute("PRAGMA query_only=ON")
    )
    page = ask("hub offline")
    assert page.hits
    assert page.search_id == ""


def test_a_database_that_cannot_be_read_is_search_down_and_shows_nothing(container: Container, ask: Ask) -> None:
    open_help_centre(container, verdict=Verdict.ANSWERED)
    container.database.dispose()
    (container.settings.instance / "portal.sqlite3").write_bytes(b"not a database at all" * 100)
    page = ask("hub offline")
    assert (page.hits, page.mode, page.reason) == ((), SearchMode.NONE, HandoffReason.SEARCH_DOWN)
    assert container.search.suggest("hub", STRANGER) == ()
    assert container.search.related("return-an-item", STRANGER) == ()


# What was opened


def test_an_opened_article_is_a_step_and_a_click(container: Container, ask: Ask, clock: FrozenClock) -> None:
    open_help_centre(container)
    page = ask("hub pin-hole reset", CUSTOMER)
    clock.move(timedelta(minutes=1))
    container.search.record_view("hub-offline", CUSTOMER, JOURNEY, search_id=page.search_id)
    with container.database.read() as work:
        journey = work.journeys.journey_steps(JOURNEY)
        (recent,) = work.searches.list_recent(JOURNEY, Surface.SITE, clock.now() - timedelta(hours=1))
    assert [(step.kind, step.detail) for step in journey.steps[1:]] == [(StepKind.OPENED, "reset-the-hub")]
    assert recent.clicked


def test_a_click_on_a_search_of_another_journey_is_only_a_view(container: Container, ask: Ask) -> None:
    open_help_centre(container)
    page = ask("hub offline")
    container.search.record_view("hub-offline", STRANGER, "k" * 32, search_id=page.search_id)
    container.search.record_view("hub-offline", STRANGER, "k" * 32, search_id="' OR 1=1")
    with container.database.read() as work:
        assert work.journeys.search_that_led_to("k" * 32, "hub-offline") == ""
        (recent,) = work.searches.list_recent(JOURNEY, Surface.SITE, container.clock.now() - timedelta(hours=1))
    assert not recent.clicked


def test_a_late_click_takes_no_click_back(container: Container, ask: Ask) -> None:
    open_help_centre(container)
    page = ask("hub offline")
    with container.database.work() as work:
        work.failed_searches.add([page.search_id], FailedKind.NO_CLICK, container.clock.now())
    container.search.record_view("hub-offline", STRANGER, JOURNEY, search_id=page.search_id)
    assert FailedKind.NO_CLICK not in failures(container, page.search_id)


def why(ask: Ask, text: str, article: str = "", viewer: Viewer = AGENT, **changes: object) -> ShownExplanation:
    page = ask(text, viewer, why=ExplanationWish(reader=viewer, article=article), **changes)
    assert page.why is not None
    return page.why


@pytest.mark.parametrize("viewer", [STRANGER, CUSTOMER])
def test_customers_are_not_told_why(container: Container, ask: Ask, viewer: Viewer) -> None:
    open_help_centre(container)
    for article in ("", SECRET, "hub-offline"):
        assert ask("zanzibar password", viewer, why=ExplanationWish(reader=viewer, article=article)).why is None


@pytest.mark.parametrize("role", [Role.AGENT, Role.WRITER, Role.ADMIN])
def test_those_who_work_here_are_told_why(container: Container, ask: Ask, role: Role) -> None:
    open_help_centre(container)
    viewer = Viewer(user_id=3, role=role)
    page = ask("hub amber ring", viewer, why=ExplanationWish(reader=viewer))
    assert page.why is not None
    assert [(hit.article.article_id, hit.article.score, hit.article.rank) for hit in page.why.hits] == [
        (hit.article_id, hit.score, hit.rank) for hit in page.hits
    ]
    assert page.why.verdict is not None
    assert page.why.verdict.probability == page.answerability
    assert page.why.expected is None


def test_nobody_is_told_unasked(container: Container, ask: Ask) -> None:
    open_help_centre(container)
    assert ask("hub amber ring", AGENT).why is None


@pytest.mark.parametrize("name", ["return-an-item", "/articles/return-an-item?s=1#x", "Return an ITEM", "an item"])
def test_an_article_is_known_by_any_of_its_names(container: Container, ask: Ask, name: str) -> None:
    open_help_centre(container)
    expected = why(ask, "hub amber ring", name, limit=1).expected
    assert expected is not None
    assert (expected.title, expected.url) == ("Return an item", "/articles/return-an-item")
    assert expected.absence.standing is Standing.RANKED_BELOW
    assert expected.last_title == "Hub offline"
    assert expected.absence.differences[0].points < 0


def test_an_article_that_is_shown_says_where(container: Container, ask: Ask) -> None:
    open_help_centre(container)
    expected = why(ask, "hub amber ring", "hub-offline").expected
    assert expected is not None
    assert expected.absence.standing is Standing.HIT
    assert expected.absence.article is not None
    assert expected.absence.article.rank == 1


@pytest.mark.parametrize("name", ["writers-plan", "Writers plan", "no such article", "x" * 60_000, "\ud800", "%"])
def test_what_its_reader_may_not_see_is_as_unknown_as_what_is_not(container: Container, ask: Ask, name: str) -> None:
    open_help_centre(container)
    put_article(container.database, "writers-plan", title="Writers plan", audience=Audience.WRITERS)
    expected = why(ask, "hub amber ring", name).expected
    assert expected is not None
    assert (expected.title, expected.url, expected.absence.article) == ("", "", None)
    assert (expected.absence.standing, expected.absence.article_id) == (Standing.UNKNOWN, "")


def test_what_is_published_and_not_indexed_is_named(container: Container, ask: Ask) -> None:
    open_help_centre(container)
    put_article(container.database, "brand-new", title="Brand new")
    expected = why(ask, "hub amber ring", "brand-new").expected
    assert expected is not None
    assert (expected.title, expected.absence.standing) == ("Brand new", Standing.UNKNOWN)


def test_a_label_that_is_wrong_tells_nothing_of_the_article(container: Container, ask: Ask) -> None:
    open_help_centre(container)
    put_article(container.database, "writers-plan", title="Writers plan", audience=Audience.WRITERS)
    labelled = replace(indexed(SECRET), id="writers-plan", title="Xylophone plan", audience="public")
    index_articles(container, [indexed("hub-offline"), indexed("return-an-item"), labelled])
    told = why(ask, "xylophon plan hub", "writers-plan")
    assert "writers-plan" not in repr(told).replace("asked='writers-plan'", "")
    assert "xylophone" not in repr(told)
    assert [hit.article.rank for hit in told.hits] == list(range(1, len(told.hits) + 1))


def test_whoever_runs_the_command_is_told_that_an_article_is_for_others(container: Container) -> None:
    open_help_centre(container)
    wish = ExplanationWish(reader=Viewer(role=Role.ADMIN), article=SECRET)
    told = container.search.search("zanzibar password", STRANGER, why=wish).why
    assert told is not None
    assert told.expected is not None
    assert told.expected.absence.standing is Standing.OTHER_AUDIENCE
    assert SECRET not in {hit.article.article_id for hit in told.hits}


def test_nothing_searched_has_no_reasons(container: Container, ask: Ask) -> None:
    for text in ("hub", " "):
        assert ask(text, AGENT, why=ExplanationWish(reader=AGENT, article="hub-offline")).why is None
