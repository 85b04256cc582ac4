"""`portal search` shows what a customer would find, and why."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from portal.container import Container
from portal.settings import Settings
from portal.storage.rows import SearchRow
from search_index import HashingEncoder, SearchEngine, Verdict
from tests.help_centre import open_help_centre

Run = Callable[..., Result]


@pytest.fixture
def help_centre(instance: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> Container:
    """Three articles, one of them for agents; queries are embedded by hashing."""
    run("init")
    container = Container(Settings(_env_file=None, instance=instance))
    open_help_centre(container, verdict=Verdict.ANSWERED)
    engine = SearchEngine(container.settings.index_folder, HashingEncoder())
    monkeypatch.setattr(Container, "search_engine", property(lambda _: engine))
    return container


def test_hits_come_with_scores_verdict_and_times(run: Run, help_centre: Container) -> None:
    outcome = run("search", "hub", "amber", "ring")
    assert outcome.exit_code == 0
    for words in ("Keyword", "Meaning", "Hub offline", "/articles/hub-offline#check-the-ring"):
        assert words in outcome.stdout
    assert "Verdict: answered, answerability " in outcome.stdout
    assert "mode hybrid, next step read" in outcome.stdout
    assert "database" in outcome.stdout


def test_a_machine_gets_json(run: Run, help_centre: Container) -> None:
    page = json.loads(run("search", "--json", "hub amber ring").stdout)
    assert (page["verdict"], page["mode"], page["degraded"]) == ("answered", "hybrid", None)
    best = page["hits"][0]
    assert best["article_id"] == "hub-offline"
    assert {"score", "keyword_score", "semantic_score"} < set(best)
    assert "amber ring" in best["snippet"]


def test_an_audience_sees_its_articles_and_no_others(run: Run, help_centre: Container) -> None:
    def found(audience: str) -> set[str]:
        page = json.loads(run("search", "--json", "--audience", audience, "zanzibar password").stdout)
        return {hit["article_id"] for hit in page["hits"]}

    for audience in ("public", "customers"):
        assert "agents-refund-orders" not in found(audience)
    for audience in ("agents", "writers"):
        assert "agents-refund-orders" in found(audience)


def test_hits_can_be_limited_and_locales_chosen(run: Run, help_centre: Container) -> None:
    assert len(json.loads(run("search", "--json", "--limit", "1", "hub label").stdout)["hits"]) == 1
    assert json.loads(run("search", "--json", "--locale", "de", "hub").stdout)["hits"] == []
    assert run("search", "--limit", "0", "hub").exit_code == 2


def test_nothing_is_remembered(run: Run, help_centre: Container) -> None:
    run("search", "hub offline")
    with help_centre.database.read() as work:
        assert work.session.query(SearchRow).count() == 0


def test_what_was_found_by_keyword_alone_is_a_problem(
    run: Run, help_centre: Container, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = SearchEngine(help_centre.settings.index_folder, None)
    monkeypatch.setattr(Container, "search_engine", property(lambda _: engine))
    outcome = run("search", "hub offline")
    assert outcome.exit_code == 1
    assert "portal doctor" in outcome.stdout


def test_without_an_index_it_says_what_to_run(run: Run) -> None:
    run("init")
    outcome = run("search", "hub offline")
    assert outcome.exit_code == 2
    assert "portal index" in outcome.stdout


def test_markup_and_odd_words_are_printed_as_they_are(run: Run, help_centre: Container) -> None:
    for query in ("[bold]hub[/bold]", "[/nothing]", "😀", "x" * 5_000, "hub [red]retrun"):
        assert run("search", query).exit_code == 0


@pytest.mark.parametrize("words", [(), ("",), ("  ", "")])
def test_something_has_to_be_asked(run: Run, words: tuple[str, ...]) -> None:
    assert run("search", *words).exit_code == 2


def test_explain_shows_words_parts_and_features(run: Run, help_centre: Container) -> None:
    outcome = run("search", "--explain", "where", "is", "the", "[bold]amber", "ring")
    assert outcome.exit_code == 0
    for words in ("stop word, not searched", "Passages", "Sentences", "× 0.", "intercept", "probability", "Weights:"):
        assert words in outcome.stdout
    assert "Why is" not in outcome.stdout
    assert "intercept" not in run("search", "amber ring").stdout


@pytest.mark.parametrize(
    ("query", "article", "told"),
    [
        ("amber ring", "hub-offline", "It is among the hits."),
        ("amber ring", "no-such", "No published article is called so."),
        ("zanzibar", "agents-refund-orders", "It is for another audience than was searched as."),
        ('"amber ring"', "Return an item", "It does not hold the words in quotation marks"),
    ],
)
def test_why_tells_of_an_article(run: Run, help_centre: Container, query: str, article: str, told: str) -> None:
    outcome = run("search", "--why", article, query)
    assert outcome.exit_code == 0
    assert told in outcome.stdout
    assert "intercept" in outcome.stdout


def test_what_costs_an_article_its_place_is_said(run: Run, help_centre: Container) -> None:
    outcome = run("search", "--limit", "1", "--why", "return-an-item", "amber ring")
    assert "It was ranked behind the last hit shown." in outcome.stdout
    assert "Compared with “Hub offline”: " in outcome.stdout


def test_a_machine_gets_the_reasons_too(run: Run, help_centre: Container) -> None:
    page = json.loads(run("search", "--json", "--why", "return-an-item", "amber ring").stdout)
    why = page["why"]
    for hit, told in zip(page["hits"], why["hits"], strict=True):
        assert told["article"]["score"] == hit["score"]
        assert sum(part["points"] for part in told["article"]["parts"]) == pytest.approx(hit["score"])
    assert sum(each["points"] for each in why["verdict"]["features"]) == pytest.approx(why["verdict"]["total"])
    assert why["expected"]["title"] == "Return an item"
    assert json.loads(run("search", "--json", "amber ring").stdout)["why"] is None


def test_the_times_are_those_of_a_warm_search(
    run: Run, help_centre: Container, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    engine = help_centre.search_engine
    real_warm_up, real_search = engine.warm_up, engine.search
    monkeypatch.setattr(engine, "warm_up", lambda: (asked.append("warm up"), real_warm_up())[1])
    monkeypatch.setattr(engine, "search", lambda query: (asked.append(query.text), real_search(query))[1])
    run("search", "amber ring")
    assert asked[0] == "warm up"
    assert asked[-1] == "amber ring"
