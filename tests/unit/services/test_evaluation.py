"""A set in files becomes what the site would index, and is measured without touching the site."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from portal.container import Container
from portal.domain.errors import ContentError
from portal.services.evaluation import EvaluationService, index_written_articles
from search_index import BadEvaluationSet, Section, WrittenArticle, choose_files
from tests.help_centre import HashingModels

ARTICLES = (
    {"id": "hub reset?", "title": "Reset: the “Hub”", "text": "Intro.\n\n## Press the pin\n\nTen *seconds*.\n"},
    {"id": "labels", "title": "Print a label", "text": "Open the order.", "summary": "Labels: free", "tags": ["post"]},
)


@pytest.fixture
def models() -> HashingModels:
    return HashingModels()


@pytest.fixture
def service(container: Container, models: HashingModels) -> EvaluationService:
    return EvaluationService(container.clock, models, container.settings.evaluation_cache_folder)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "set"
    folder.mkdir()
    (folder / "articles.jsonl").write_text("\n".join(json.dumps(each) for each in ARTICLES), encoding="utf-8")
    (folder / "queries.jsonl").write_text('{"id": "1", "text": "press the pin of the hub"}', encoding="utf-8")
    (folder / "qrels.tsv").write_text("1\thub reset?\t2\n", encoding="utf-8")
    return folder


def test_markdown_becomes_the_sections_of_the_page(service: EvaluationService, folder: Path) -> None:
    hub, labels = service.read_set("set", choose_files(folder)).articles
    assert (hub.id, hub.title) == ("hub reset?", "Reset: the “Hub”")
    intro, press = hub.sections
    assert (intro.anchor, intro.text, press.anchor, press.heading) == (
        "",
        "Intro.",
        "press-the-pin",
        "Press the pin",
    )
    assert "*" not in press.text
    assert (labels.summary, labels.tags) == ("Labels: free", ("post",))


def test_plain_text_and_odd_titles_are_articles_too() -> None:
    articles = [
        WrittenArticle(id="a", title="", text="one < two"),
        WrittenArticle(id="b", title='---\n"quoted": {x}', text="---\nno: front matter\n---\n\nText."),
        WrittenArticle(id="c", title="Empty", text=""),
    ]
    first, second, third = index_written_articles(articles)
    assert first.title == "a"
    assert first.sections == (Section(anchor="", heading="", text="one < two"),)
    assert "quoted" in second.title
    assert "Text." in " ".join(section.text for section in second.sections)
    assert third.sections == ()


def test_an_article_too_large_for_the_site_is_refused() -> None:
    with pytest.raises(ContentError, match=r"large-1\.md"):
        index_written_articles([WrittenArticle(id="large", title="Large", text="word " * 300_000)])


def test_it_measures_and_keeps_only_vectors(service: EvaluationService, folder: Path, container: Container) -> None:
    given = service.read_set("set", choose_files(folder))
    first, second = (service.evaluate(given).evaluation for _ in range(2))
    assert first.answers[0].result.hits[0].article_id == "hub reset?"
    assert first.index.passages_embedded > 0
    assert second.index.passages_embedded == 0
    assert not container.settings.index_folder.exists()
    kept = [path.name for path in container.settings.evaluation_cache_folder.iterdir()]
    assert kept
    assert all(name.startswith("hashing-1-256-254") for name in kept)


def test_another_folder_may_keep_the_vectors(service: EvaluationService, folder: Path, tmp_path: Path) -> None:
    service.evaluate(service.read_set("set", choose_files(folder)), cache=tmp_path / "mine")
    assert list((tmp_path / "mine").iterdir())


def test_without_a_model_the_way_out_is_told(service: EvaluationService, folder: Path, models: HashingModels) -> None:
    models.missing = "Install the model."
    outcome = service.evaluate(service.read_set("set", choose_files(folder)))
    assert outcome.model_problem == "Install the model."
    assert outcome.evaluation.model == ""


def test_a_history_is_read_with_its_own_judgements(service: EvaluationService, folder: Path) -> None:
    (folder / "past.jsonl").write_text('{"id": "p", "text": "blinking"}', encoding="utf-8")
    (folder / "past.tsv").write_text("p\tlabels\t1\n", encoding="utf-8")
    files = choose_files(folder, history=Path("past.jsonl"), history_qrels=Path("past.tsv"))
    given = service.read_set("set", files)
    assert [each.id for each in given.history] == ["p"]
    assert service.evaluate(given).evaluation.past_questions == 1


def test_a_bad_file_is_named(service: EvaluationService, folder: Path) -> None:
    (folder / "queries.jsonl").write_text("nonsense", encoding="utf-8")
    with pytest.raises(BadEvaluationSet, match=r"queries\.jsonl, line 1"):
        service.read_set("set", choose_files(folder))
