"""A search whose best articles a cross-encoder reads again: an exported one of a few kilobytes, or one made to fail."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from search_index import (
    GuardLimits,
    HashingEncoder,
    ModelNotFound,
    PartName,
    Reranker,
    SearchEngine,
    SearchQuery,
    SearchResult,
    SearchSides,
    Standing,
    Timings,
    exported_model_folder,
    live_reranker,
)
from search_index.semantic.ports import Vector
from tests.unit.search_index.samples import PUBLIC, SHOP, article, index
from tests.unit.search_index.semantic.tiny_reranker import write_exported_reranker

#: Articles that the words "package card" find, so many that not all are read.
PAGES = [article(f"page-{number:02}", f"A package and a card. {'More. ' * number}") for number in range(14)]
QUERY = SearchQuery(text="package card", audiences=PUBLIC, limit=20)
PATIENT = GuardLimits(rerank_ms=20_000, load_ms=20_000)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return index(tmp_path_factory.mktemp("index"), [*SHOP, *PAGES])


def export(root: Path, worths: dict[str, float]) -> None:
    write_exported_reranker(exported_model_folder(root, "tiny-reranker"), worths)
    (root / "models" / "reranker.json").write_text(json.dumps({"name": "tiny", "fingerprint": "tiny-reranker"}))


def with_reranker(root: Path, reranker: Reranker | None, limits: GuardLimits = PATIENT) -> SearchEngine:
    return SearchEngine(root, HashingEncoder(), limits, reranker=reranker)


def plain(result: SearchResult) -> SearchResult:
    return replace(result, timings=Timings())


class Reader:
    """Scores as it is told and keeps what it was given to read."""

    name = "reader"

    def __init__(self, scores: Sequence[float] = ()) -> None:
        self.scores = scores
        self.question = ""
        self.passages: list[str] = []
        self.broken = False

    def score(self, question: str, passages: Sequence[str]) -> Vector:
        if self.broken:
            raise RuntimeError("no weights")
        self.question, self.passages = question, list(passages)
        return np.array([*self.scores, *[0.5] * len(passages)][: len(passages)], dtype=np.float32)


def test_the_order_follows_it(root: Path, tmp_path: Path) -> None:
    before = [hit.article_id for hit in with_reranker(root, None).search(QUERY).hits]
    tenth = before[9]
    export(tmp_path, {tenth.removeprefix("page-"): 12.0, "page": -4.0})
    engine = SearchEngine(root, HashingEncoder(), PATIENT, reranker=live_reranker(tmp_path, "tiny"))
    after = engine.search(QUERY).hits
    assert [hit.article_id for hit in after] == [tenth, *before[:9], *before[10:]]
    assert [hit.score for hit in after] == sorted((hit.score for hit in after), reverse=True)
    assert engine.status().reranker == "tiny"


def test_it_reads_the_best_ten_with_title_and_heading(root: Path) -> None:
    reader = Reader()
    before = with_reranker(root, None).search(QUERY)
    after = with_reranker(root, reader).search(QUERY)
    assert reader.question == "package card"
    assert len(reader.passages) == 10
    assert all(text.count("\n") >= 1 for text in reader.passages)
    assert any("page-0" in text and "Body" in text and "A package and a card." in text for text in reader.passages)
    assert [hit.article_id for hit in after.hits] == [hit.article_id for hit in before.hits]


def test_the_verdict_is_that_of_the_search_without_it(root: Path) -> None:
    before = with_reranker(root, None).search(QUERY)
    after = with_reranker(root, Reader([0.0] * 10)).search(QUERY)
    assert (after.answerability, after.verdict) == (before.answerability, before.verdict)
    assert after.hits[0].score < before.hits[0].score


@pytest.mark.parametrize("sides", [SearchSides.KEYWORD, SearchSides.SEMANTIC])
def test_one_side_alone_goes_without_it(root: Path, sides: SearchSides) -> None:
    reader = Reader([0.0] * 10)
    query = replace(QUERY, sides=sides)
    assert plain(with_reranker(root, reader).search(query)) == plain(with_reranker(root, None).search(query))
    assert reader.passages == []


def test_a_search_by_words_goes_without_it(root: Path) -> None:
    reader = Reader()
    SearchEngine(root, None, PATIENT, reranker=reader).search(QUERY)
    assert reader.passages == []


def test_a_broken_one_leaves_the_order_and_is_told(root: Path) -> None:
    reader = Reader()
    reader.broken = True
    engine = with_reranker(root, reader)
    assert plain(engine.search(QUERY)) == plain(with_reranker(root, None).search(QUERY))
    status = engine.status()
    assert (status.problem, status.reranker_problem) == (None, "The reranker failed: no weights")


def test_a_missing_graph_leaves_the_order_and_is_told(root: Path, tmp_path: Path) -> None:
    export(tmp_path, {"page": 1.0})
    for load in (live_reranker(tmp_path, "another"), live_reranker(tmp_path / "nowhere", "tiny")):
        with pytest.raises(ModelNotFound, match="portal index"):
            load()
        engine = SearchEngine(root, HashingEncoder(), PATIENT, reranker=load)
        result = engine.search(QUERY)
        assert result.degraded is None
        assert plain(result) == plain(with_reranker(root, None).search(QUERY))
        assert "portal index" in engine.status().reranker_problem


def test_a_slow_one_leaves_the_order(root: Path) -> None:
    door = threading.Event()

    class Slow(Reader):
        def score(self, question: str, passages: Sequence[str]) -> Vector:
            door.wait(10)
            return super().score(question, passages)

    engine = with_reranker(root, Slow([0.0] * 10), GuardLimits(rerank_ms=20))
    try:
        result = engine.search(QUERY)
    finally:
        door.set()
    assert plain(result) == plain(with_reranker(root, None).search(QUERY))


def test_its_part_is_explained(root: Path) -> None:
    why = with_reranker(root, Reader([0.25] * 10)).explain(replace(QUERY, limit=3), "page-13")
    assert why.weights is not None
    assert why.weights.reranker_share == 0.5
    for told in why.articles:
        part = told.parts[-1]
        assert (part.name, part.value, part.weight) == (PartName.RERANKER, 0.25, 0.5)
        assert told.score == pytest.approx(sum(each.points for each in told.parts))
    assert why.asked_about is not None
    assert why.asked_about.standing is Standing.RANKED_BELOW
    assert why.asked_about.article is not None
    assert why.asked_about.article.parts[-1].value == 0.0
    assert PartName.RERANKER in {each.name for each in why.asked_about.differences}


def test_where_it_took_no_part_nothing_is_said_of_it(root: Path) -> None:
    why = with_reranker(root, None).explain(QUERY)
    assert why.weights is not None
    assert why.weights.reranker_share == 0.0
    assert PartName.RERANKER not in {part.name for told in why.articles for part in told.parts}
