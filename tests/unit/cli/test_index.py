"""`portal index` says what it did, draws nothing where nobody looks, and names what is missing."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from portal.cli.index import changes_in_words, passages_in_words
from portal.container import Container
from portal.domain.errors import SetupError
from portal.services.indexing import IndexingService
from portal.settings import Settings
from search_index import IndexMissing, IndexReport
from tests.help_centre import ARTICLES, HashingModels
from tests.search_builders import put_article

Run = Callable[..., Result]
REPORT = IndexReport(generation="g2", promoted=True, articles=3, passages=9, total_seconds=1.25)


@pytest.fixture
def models(monkeypatch: pytest.MonkeyPatch) -> HashingModels:
    """Hashing in the place of the model that the settings name."""
    models = HashingModels()

    def hashing(container: Container) -> IndexingService:
        return IndexingService(container.database, container.settings.index_folder, models)

    monkeypatch.setattr(Container, "indexing", property(hashing))
    return models


@pytest.fixture
def articles(instance: Path, run: Run) -> Container:
    """An instance with three articles."""
    assert run("init").exit_code == 0
    container = Container(Settings(_env_file=None, instance=instance))
    for article_id, (audience, sections) in ARTICLES.items():
        put_article(container.database, article_id, sections=sections, audience=audience)
    return container


def test_it_says_what_was_done(run: Run, models: HashingModels, articles: Container) -> None:
    first = run("index")
    assert first.exit_code == 0
    assert first.stdout.startswith("3 articles: 3 new (")
    assert " embedded" in first.stdout
    assert first.stderr == ""
    assert run("index").stdout.startswith("The index is up to date: 3 articles, ")
    put_article(articles.database, "hub-offline", "Hub is purple", sections=ARTICLES["hub-offline"][1])
    assert "3 articles: 1 changed, 2 kept" in run("index").stdout


def test_a_machine_gets_json(run: Run, models: HashingModels, articles: Container) -> None:
    outcome = json.loads(run("index", "--json").stdout)
    assert (outcome["articles"], outcome["promoted"], outcome["model_problem"]) == (3, True, "")
    assert json.loads(run("index", "--json", "--rebuild").stdout)["passages_embedded"] == 0


def test_rolling_back_names_the_index(run: Run, models: HashingModels, articles: Container) -> None:
    first = json.loads(run("index", "--json").stdout)["generation"]
    run("index", "--rebuild")
    assert first in run("index", "--roll-back").stdout
    run("index", "--rebuild")
    assert json.loads(run("index", "--roll-back", "--json").stdout)["generation"] == first


def test_there_may_be_nothing_to_go_back_to(run: Run, models: HashingModels, articles: Container) -> None:
    assert isinstance(run("index", "--roll-back").exception, IndexMissing)


def test_without_a_model_it_says_what_to_do_and_that_it_is_a_problem(
    run: Run, models: HashingModels, articles: Container
) -> None:
    models.missing = "The model is missing. Install it with pip."
    outcome = run("index")
    assert outcome.exit_code == 1
    assert "by keyword only" in outcome.stdout
    assert "Install it with pip." in outcome.stdout
    assert "none embedded" in outcome.stdout


def test_a_wrong_model_path_is_named(run: Run, articles: Container, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_EMBEDDING_MODEL", "/no/such/folder")
    outcome = run("index")
    assert outcome.exit_code == 1
    assert "/no/such/folder" in outcome.stdout
    assert run("search", "hub", "offline").exit_code == 1


def test_no_articles_are_no_error_but_said(run: Run, models: HashingModels) -> None:
    run("init")
    outcome = run("index")
    assert outcome.exit_code == 0
    assert "portal sync" in outcome.stdout


def test_an_instance_that_was_not_set_up_is_named(run: Run) -> None:
    assert isinstance(run("index").exception, SetupError)
    assert isinstance(run("search", "hub").exception, SetupError)


def test_two_wishes_at_once_are_refused(run: Run) -> None:
    assert run("index", "--rebuild", "--roll-back").exit_code == 2


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"articles_added": 3}, "3 articles: 3 new (1.2 s)."),
        ({"articles_changed": 1, "articles_removed": 2}, "3 articles: 1 changed, 2 kept, 2 taken out (1.2 s)."),
        ({"promoted": False}, "The index is up to date: 3 articles, 9 passages."),
        ({"articles": 1, "passages": 1, "promoted": False}, "The index is up to date: 1 article, 1 passage."),
    ],
)
def test_changes_in_words(changes: dict[str, object], words: str) -> None:
    report = {**{name: getattr(REPORT, name) for name in REPORT.__dataclass_fields__}, **changes}
    assert changes_in_words(IndexReport(**report)) == words


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"passages_embedded": 4, "embed_seconds": 2.0}, "4 passages embedded (2 a second), 5 kept."),
        ({"passages_embedded": 1}, "1 passage embedded, 8 kept."),
        ({"semantic": False}, "9 passages, none embedded."),
    ],
)
def test_passages_in_words(changes: dict[str, object], words: str) -> None:
    report = {**{name: getattr(REPORT, name) for name in REPORT.__dataclass_fields__}, **changes}
    assert passages_in_words(IndexReport(**report)) == words
