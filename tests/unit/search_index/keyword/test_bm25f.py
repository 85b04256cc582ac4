"""The arrays score as Whoosh does."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from search_index.keyword.bm25f import Bm25f, LiveSegment
from search_index.keyword.postings import PassageRow
from search_index.keyword.whoosh_index import (
    KeywordDocument,
    create_index,
    extract_segment,
    reference_scores,
    segment_states,
    update_index,
)
from search_index.recipe import FIELDS, KeywordRecipe

WORDS = [f"w{number}" for number in range(40)]


def document(number: int, dice: random.Random) -> KeywordDocument:
    def words(most: int) -> tuple[str, ...]:
        count = dice.randint(0, most)
        return tuple(dice.choices(WORDS, weights=range(len(WORDS), 0, -1), k=count))

    row = PassageRow(
        article_id=f"a{number}", number=0, anchor="", heading="", headings=(), text="", embed_hash="0" * 32
    )
    return KeywordDocument(row=row, terms=(words(6), words(8), words(12), words(3), words(300)), words=frozenset())


def documents(count: int, seed: int = 7) -> list[KeywordDocument]:
    dice = random.Random(seed)
    return [document(number, dice) for number in range(count)]


def open_scorer(folder: Path, recipe: KeywordRecipe) -> Bm25f:
    segments: list[LiveSegment] = []
    first = 0
    for state in segment_states(folder):
        arrays = extract_segment(folder, state.name)
        whole = bool(state.live.all())
        segments.append(LiveSegment(arrays=arrays, first_row=first, live=state.live, whole=whole))
        first += arrays.size
    return Bm25f(segments, recipe)


def scores_of(scorer: Bm25f, terms: list[str]) -> np.ndarray:
    scores = np.zeros(scorer.size, dtype=np.float32)
    for term in terms:
        scorer.score_term(term).add_to(scores)
    return scores


def names_of(folder: Path) -> list[str]:
    """The article of each row; every article here has one passage."""
    segments = [extract_segment(folder, state.name) for state in segment_states(folder)]
    return [article_id for segment in segments for article_id, _ in segment.articles]


def by_article(names: list[str], scorer: Bm25f, terms: list[str]) -> dict[str, float]:
    return {name: score for name, score in zip(names, scores_of(scorer, terms), strict=True) if score > 0}


RECIPES = [
    KeywordRecipe(),
    KeywordRecipe(weights=(3.0, 2.0, 1.5, 0.5, 1.0), k1=0.9, b=(0.0, 0.2, 0.4, 0.9, 1.0)),
]


@pytest.mark.parametrize("recipe", RECIPES)
@pytest.mark.parametrize("borders", [(0, 120), (0, 90, 115, 120)])
def test_scores_equal_those_of_whoosh(tmp_path: Path, recipe: KeywordRecipe, borders: tuple[int, ...]) -> None:
    folder = tmp_path / "keyword"
    create_index(folder)
    every = documents(120)
    for start, end in pairwise(borders):
        update_index(folder, [], every[start:end])
    assert len(segment_states(folder)) == len(borders) - 1
    names, scorer = names_of(folder), open_scorer(folder, recipe)
    dice = random.Random(3)
    for _ in range(12):
        terms = dice.sample(WORDS, dice.randint(1, 6))
        expected = reference_scores(folder, terms, recipe)
        found = by_article(names, scorer, terms)
        assert found.keys() == {article_id for article_id, _ in expected}
        for (article_id, _), score in expected.items():
            assert found[article_id] == pytest.approx(score, abs=1e-4)


def test_deleted_passages_leave_no_trace_in_the_scores(tmp_path: Path) -> None:
    every = documents(60)
    for name in ("edited", "fresh"):
        create_index(tmp_path / name)
    update_index(tmp_path / "edited", [], every)
    update_index(tmp_path / "edited", [f"a{number}" for number in range(0, 60, 3)], [])
    update_index(tmp_path / "fresh", [], [each for number, each in enumerate(every) if number % 3])
    edited, fresh = (open_scorer(tmp_path / name, KeywordRecipe()) for name in ("edited", "fresh"))
    names = {name: names_of(tmp_path / name) for name in ("edited", "fresh")}
    for term in WORDS:
        assert by_article(names["edited"], edited, [term]) == pytest.approx(
            by_article(names["fresh"], fresh, [term]), abs=1e-5
        )
        assert edited.score_term(term).best == pytest.approx(fresh.score_term(term).best)
    assert edited.live_count == fresh.live_count == 40


def test_rare_and_common_terms_are_kept_each_in_its_way(tmp_path: Path) -> None:
    create_index(tmp_path / "keyword")
    every = [document(0, random.Random(1))] * 199
    rare = replace(every[0], terms=(("rare",), (), (), (), ("rare", "rare", *every[0].terms[4])))
    update_index(tmp_path / "keyword", [], [*every, rare])
    scorer = open_scorer(tmp_path / "keyword", KeywordRecipe())
    alone, common = scorer.score_term("rare"), scorer.score_term(every[0].terms[4][0])
    assert (alone.rows is None, common.rows is None) == (False, True)
    for found, held in ((alone, 1), (common, 200)):
        rows, scores = found.held()
        assert len(rows) == held == np.count_nonzero(found.at(np.arange(scorer.size)))
        np.testing.assert_array_equal(found.at(rows[::-1]), scores[::-1])
    both = scorer.score_together(["rare", every[0].terms[4][0]])
    assert both.held()[0].tolist() == [199]
    assert both.scores[0] == pytest.approx(float(alone.at(np.array([199]))[0] + common.at(np.array([199]))[0]) / 2)


def test_places_are_fields_of_passages_that_are_seen(tmp_path: Path) -> None:
    create_index(tmp_path / "keyword")
    row = document(0, random.Random(1)).row
    documents = [
        KeywordDocument(
            row=replace(row, article_id=f"a{number}"), terms=(("e-1",), (), (), (), ("e-1", "e-1")), words=frozenset()
        )
        for number in range(4)
    ]
    update_index(tmp_path / "keyword", [], documents[:2])
    update_index(tmp_path / "keyword", [], documents[2:])
    update_index(tmp_path / "keyword", ["a0"], [])
    scorer = open_scorer(tmp_path / "keyword", KeywordRecipe())
    every = np.ones(scorer.size, dtype=np.bool_)
    assert scorer.places("e-1", every) == scorer.frequency("e-1") == 6
    assert scorer.places("e-1", np.arange(scorer.size) == 3) == 2
    assert scorer.places("e-2", every) == 0


def test_no_score_exceeds_the_best_possible(tmp_path: Path) -> None:
    create_index(tmp_path / "keyword")
    update_index(tmp_path / "keyword", [], documents(80))
    recipe = KeywordRecipe()
    scorer = open_scorer(tmp_path / "keyword", recipe)
    for term in WORDS:
        found = scorer.score_term(term)
        assert found.scores.max(initial=0) <= found.best * sum(recipe.weights) / max(recipe.weights)


def test_an_unknown_term_and_an_empty_index_score_nothing(tmp_path: Path) -> None:
    create_index(tmp_path / "keyword")
    scorer = open_scorer(tmp_path / "keyword", KeywordRecipe())
    found = scorer.score_term("nothing")
    assert (scorer.size, scorer.live_count, len(found.scores)) == (0, 0, 0)
    assert found.best > 0
    assert scorer.frequency("nothing") == 0


def test_fields_are_those_of_the_recipe() -> None:
    assert len(FIELDS) == len(KeywordRecipe().weights) == len(KeywordRecipe().b)
