"""The index follows the published articles, with as little work as that takes."""

from __future__ import annotations

import pytest

from portal.container import Container
from portal.domain.articles import ArticleState
from portal.integrations.embedding_models import MODEL_STAGE
from portal.services.indexing import IndexingService
from search_index import HashingEncoder, IndexNotWritable, ModelNotFound, SearchEngine, SearchMode, SearchQuery, Section
from tests.help_centre import ARTICLES, OFFLINE, RESET, HashingModels
from tests.search_builders import put_article

ALL = frozenset({"public", "customers", "agents", "writers"})


@pytest.fixture
def models() -> HashingModels:
    return HashingModels()


@pytest.fixture
def indexing(container: Container, models: HashingModels) -> IndexingService:
    """The service on three published articles, a draft and an archived one."""
    for article_id, (audience, sections) in ARTICLES.items():
        put_article(container.database, article_id, sections=sections, audience=audience)
    put_article(container.database, "half-done", state=ArticleState.DRAFT)
    put_article(container.database, "old", state=ArticleState.ARCHIVED)
    return IndexingService(container.database, container.settings.index_folder, models)


def found(container: Container, text: str) -> list[str]:
    engine = SearchEngine(container.settings.index_folder, HashingEncoder())
    return [hit.article_id for hit in engine.search(SearchQuery(text=text, audiences=ALL)).hits]


def test_all_published_articles_are_indexed_and_nothing_twice(container: Container, indexing: IndexingService) -> None:
    stages: list[str] = []
    report = indexing.index(progress=lambda stage, done, total: stages.append(stage)).report
    assert (report.articles, report.promoted, report.semantic) == (3, True, True)
    assert report.passages_embedded == report.passages > 0
    assert stages[0] == MODEL_STAGE
    assert "embed" in stages
    assert found(container, "amber ring")[0] == "hub-offline"
    again = indexing.index().report
    assert (again.promoted, again.passages_embedded, again.generation) == (False, 0, report.generation)


def test_an_edit_embeds_only_its_passages(container: Container, indexing: IndexingService) -> None:
    first = indexing.index().report
    longer = Section(anchor=RESET.anchor, heading=RESET.heading, text=RESET.text + " Then wait for the violet light.")
    put_article(container.database, "hub-offline", sections=(OFFLINE, longer))
    report = indexing.update().report
    assert (report.articles_changed, report.passages_embedded) == (1, 1)
    assert report.passages == first.passages
    assert found(container, "violet light")[0] == "hub-offline"


def test_an_article_taken_off_is_found_no_more(container: Container, indexing: IndexingService) -> None:
    indexing.index()
    put_article(container.database, "hub-offline", state=ArticleState.ARCHIVED)
    assert indexing.update().report.articles_removed == 1
    assert "hub-offline" not in found(container, "hub offline")


def test_a_rebuild_keeps_vectors_and_makes_a_new_generation(indexing: IndexingService) -> None:
    first = indexing.index().report
    report = indexing.index(rebuild=True).report
    assert report.promoted
    assert report.generation != first.generation
    assert report.passages_embedded == 0


def test_rolling_back_makes_the_index_before_live(container: Container, indexing: IndexingService) -> None:
    first = indexing.index().report
    put_article(container.database, "hub-offline", "Hub is purple", sections=(OFFLINE,))
    indexing.index()
    assert indexing.roll_back() == first.generation
    assert SearchEngine(container.settings.index_folder, HashingEncoder()).status().generation == first.generation


def test_without_a_model_keywords_are_indexed_and_the_problem_is_named(
    container: Container, indexing: IndexingService, models: HashingModels
) -> None:
    models.missing = "Install the model."
    outcome = indexing.index()
    assert outcome.model_problem == "Install the model."
    assert not outcome.report.semantic
    engine = SearchEngine(container.settings.index_folder, HashingEncoder())
    result = engine.search(SearchQuery(text="amber ring", audiences=ALL))
    assert (result.mode, result.hits[0].article_id) == (SearchMode.KEYWORD, "hub-offline")
    models.missing = ""
    assert indexing.update().report.semantic


def test_no_articles_make_an_empty_index(container: Container, models: HashingModels) -> None:
    indexing = IndexingService(container.database, container.settings.index_folder, models)
    assert indexing.index().report.articles == 0
    assert found(container, "anything") == []


def test_a_folder_that_cannot_be_written_is_named(container: Container, models: HashingModels) -> None:
    container.settings.index_folder.write_text("in the way")
    indexing = IndexingService(container.database, container.settings.index_folder, models)
    with pytest.raises(IndexNotWritable):
        indexing.index()


def test_a_reranker_that_cannot_be_exported_is_named_and_the_rest_is_indexed(
    container: Container, indexing: IndexingService, models: HashingModels
) -> None:
    def fail() -> None:
        raise ModelNotFound("There is no such reranker.")

    service = IndexingService(container.database, container.settings.index_folder, models, export_reranker=fail)
    outcome = service.index()
    assert (outcome.report.articles, outcome.report.semantic) == (3, True)
    assert (outcome.model_problem, outcome.reranker_problem) == ("", "There is no such reranker.")
    assert indexing.index().reranker_problem == ""
