"""`portal evaluate` measures a folder, says what it measured, and names what it cannot use."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from portal.container import Container
from portal.services.evaluation import EvaluationService
from search_index import BadEvaluationSet
from tests.help_centre import HashingModels

Run = Callable[..., Result]
ARTICLES = {"hub": "Press the pin of the hub.", "label": "Print the return label.", "lamp": "Replace the lamp."}
QUESTIONS = {"1": ("press the hub pin", True), "2": ("return label", True), "3": ("zebras of africa", False)}


@pytest.fixture
def models(monkeypatch: pytest.MonkeyPatch) -> HashingModels:
    """Hashing in the place of the model that the settings name."""
    models = HashingModels()

    def hashing(container: Container) -> EvaluationService:
        return EvaluationService(container.clock, models, container.settings.evaluation_cache_folder)

    monkeypatch.setattr(Container, "evaluation", property(hashing))
    return models


@pytest.fixture
def folder(instance: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "small set"
    folder.mkdir()
    articles = [json.dumps({"id": each, "title": each.title(), "text": text}) for each, text in ARTICLES.items()]
    questions = [json.dumps({"id": k, "text": text, "answerable": able}) for k, (text, able) in QUESTIONS.items()]
    (folder / "articles.jsonl").write_text("\n".join(articles), encoding="utf-8")
    (folder / "queries.jsonl").write_text("\n".join(questions), encoding="utf-8")
    (folder / "qrels.tsv").write_text("1\thub\t1\n2\tlabel\t1\n", encoding="utf-8")
    return folder


def test_it_prints_all_figures_without_an_instance(
    run: Run, models: HashingModels, folder: Path, instance: Path
) -> None:
    outcome = run("evaluate", str(folder))
    assert outcome.exit_code == 0, outcome.output
    assert "small set: 3 articles" in outcome.stdout
    assert "3 questions (1 that no article answers)" in outcome.stdout
    for words in ("keywords alone", "meaning alone", "full engine", "ndcg@10", "recall@5", "area under the ROC", "p95"):
        assert words in outcome.stdout
    assert outcome.stderr == ""
    assert not (instance / "portal.sqlite3").exists()
    assert ", 0 passages embedded" not in outcome.stdout
    assert "; 0 passages embedded" in run("evaluate", str(folder)).stdout


def test_a_machine_gets_json_and_a_run(run: Run, models: HashingModels, folder: Path, tmp_path: Path) -> None:
    written = tmp_path / "run.jsonl"
    figures = json.loads(run("evaluate", str(folder), "--json", "--run-out", str(written)).stdout)
    assert set(figures["ranking"]) == {"keyword", "semantic", "full"}
    assert figures["ranking"]["full"]["ndcg@10"]["count"] == 2
    assert set(figures["verdict"]) >= {"auroc", "wrongly_answered", "wrongly_sent_away", "unsure", "brier"}
    assert figures["latency"]["total"]["p95_ms"] > 0
    assert (figures["model_problem"], figures["degraded"]) == ("", 0)
    lines = [json.loads(line) for line in written.read_text(encoding="utf-8").splitlines()]
    assert [line["id"] for line in lines] == ["1", "2", "3"]
    assert lines[0]["hits"][0]["article"] == "hub"


def test_a_history_is_learned_from(run: Run, models: HashingModels, folder: Path) -> None:
    (folder / "past.jsonl").write_text('{"id": "p", "text": "it blinks"}', encoding="utf-8")
    (folder / "past.tsv").write_text("p\tlamp\t1\n", encoding="utf-8")
    outcome = run("evaluate", str(folder), "--history", "past.jsonl", "--history-qrels", "past.tsv")
    assert "learned from 1 past question" in outcome.stdout


def test_without_a_model_it_says_so(run: Run, models: HashingModels, folder: Path) -> None:
    models.missing = "The model is missing. Install it with pip."
    outcome = run("evaluate", str(folder))
    assert outcome.exit_code == 1
    assert "Only keywords were searched" in outcome.stdout
    assert "Install it with pip." in outcome.stdout
    assert "meaning alone" not in outcome.stdout


def test_choices_are_named(run: Run, models: HashingModels, folder: Path) -> None:
    (folder / "queries.jsonl").rename(folder / "queries_a.jsonl")
    (folder / "queries_b.jsonl").write_text("", encoding="utf-8")
    outcome = run("evaluate", str(folder))
    assert isinstance(outcome.exception, BadEvaluationSet)
    assert "queries_a.jsonl, queries_b.jsonl" in str(outcome.exception)
    assert run("evaluate", str(folder), "--queries", "queries_a.jsonl").exit_code == 0


def test_a_run_that_cannot_be_written_is_told_before_the_work(run: Run, models: HashingModels, folder: Path) -> None:
    outcome = run("evaluate", str(folder), "--run-out", str(folder / "no" / "run.jsonl"))
    assert outcome.exit_code == 2
    assert "There is no folder" in outcome.stderr


def test_a_set_without_judged_questions_is_said(run: Run, models: HashingModels, folder: Path) -> None:
    (folder / "qrels.tsv").write_text("", encoding="utf-8")
    assert "no order to measure" in run("evaluate", str(folder)).stdout
