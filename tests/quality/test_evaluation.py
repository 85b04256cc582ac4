"""The floors: two small sets with the real model, and how a miss is told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.container import Container
from portal.integrations.embedding_models import LocalModels
from portal.services.evaluation import EvaluationService
from portal.settings import Settings
from search_index import no_progress
from tests.live_site import LiveSite
from tests.quality.evaluation import (
    AT_LEAST,
    CLUSTERED,
    SETS,
    SHIPPED,
    USUAL_FOLDER,
    figures_of,
    missed_floors,
    print_clustering,
    read_development_set,
    read_floors,
    shipped_set,
)

KNOWN = {*AT_LEAST, "wrongly_answered", "wrongly_sent_away", "unsure"}


@pytest.fixture(scope="module")
def service(site: LiveSite) -> Iterator[EvaluationService]:
    """With the model of the live site, exported already."""
    container = Container(Settings(instance=site.instance))
    yield container.evaluation
    container.database.dispose()


@pytest.mark.model
@pytest.mark.parametrize("name", [SHIPPED, "hint3_sofmattress"])
def test_no_floor_is_missed(service: EvaluationService, name: str) -> None:
    given = read_development_set(service, name, USUAL_FOLDER, no_progress)
    if given is None:
        pytest.skip(f"{name} is not in {USUAL_FOLDER}")
    outcome = service.evaluate(given)
    assert outcome.model_problem == ""
    assert missed_floors(name, figures_of(outcome.evaluation), read_floors()) == []


def test_floors_are_kept_for_known_sets_and_figures() -> None:
    floors = read_floors()
    assert set(floors) == {SHIPPED, *SETS}
    assert {figure for named in floors.values() for figure in named} <= KNOWN
    assert all(-1.0 < floor <= 1.0 for named in floors.values() for floor in named.values())


def test_a_miss_is_told_with_what_was_wanted() -> None:
    floors = {"set": {"ndcg@10": 0.7, "auroc": 0.9, "wrongly_answered": 0.1}}
    measured = {"ndcg@10": 0.69, "auroc": 0.9, "wrongly_answered": 0.11}
    assert missed_floors("set", measured, floors) == [
        "set: ndcg@10 is 0.6900, wanted at least 0.700.",
        "set: wrongly_answered is 0.1100, wanted at most 0.100.",
    ]
    assert missed_floors("set", {"ndcg@10": 0.7, "auroc": 0.95, "wrongly_answered": 0.1}, floors) == []
    assert missed_floors("other", {}, floors) == []


def test_a_figure_that_is_gone_misses_its_floor() -> None:
    assert missed_floors("set", {}, {"set": {"auroc": 0.9}}) == ["set: auroc was not measured; its floor is 0.900."]


def test_clusters_are_measured_only_where_set_and_model_are(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    models = LocalModels(str(tmp_path / "no model"), tmp_path)
    print_clustering(models, tmp_path)
    assert capsys.readouterr() == ("", "")
    (tmp_path / CLUSTERED).mkdir()
    (tmp_path / CLUSTERED / "articles.jsonl").touch()
    print_clustering(models, tmp_path)
    assert "Clusters were not measured" in capsys.readouterr().err


def test_the_shipped_articles_are_the_public_ones() -> None:
    given = shipped_set()
    assert {article.audience for article in given.articles} == {"public"}
    assert {article_id for judged in given.judgements.values() for article_id in judged} <= {
        article.id for article in given.articles
    }
