"""How past questions vote: nearness, age, and no loud voices."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_index import HistoryRecipe
from search_index.past_votes import History, HistoryEvidence, PastRows, evidence_of, id_hash
from search_index.semantic.ports import Vector

NOW = datetime(2026, 6, 1, tzinfo=UTC)
_DIMENSIONS = 8


class Past(NamedTuple):
    article: str
    voter: int
    cosine: float = 1.0
    days: float = 1.0
    weight: float = 1.0
    id: str = ""


ASKED: Vector = np.eye(_DIMENSIONS, dtype=np.float32)[0]


def at_cosine(cosine: float) -> Vector:
    vector = np.zeros(_DIMENSIONS, dtype=np.float32)
    vector[0], vector[1] = cosine, (1 - cosine**2) ** 0.5
    return vector


def history(past: Sequence[Past], recipe: HistoryRecipe | None = None) -> History:
    ordered = sorted(past)
    names = sorted({each.article for each in ordered})
    rows = PastRows(
        vectors=np.array([at_cosine(each.cosine) for each in ordered], dtype=np.float32).reshape(-1, _DIMENSIONS),
        articles=np.array([names.index(each.article) for each in ordered], dtype=np.int32),
        article_ids=tuple(names),
        voters=np.array([each.voter for each in ordered], dtype=np.int32),
        asked=np.array([(NOW - timedelta(days=each.days)).timestamp() for each in ordered], dtype=np.float64),
        weights=np.array([each.weight for each in ordered], dtype=np.float32),
        ids=np.array([id_hash(each.id) for each in ordered], dtype=np.uint64),
    )
    return History(rows, recipe if recipe is not None else HistoryRecipe())


def ask(*past: Past, recipe: HistoryRecipe | None = None) -> HistoryEvidence:
    return history(past, recipe).evidence(ASKED, NOW)


def test_nothing_asked_is_nothing_said() -> None:
    said = ask()
    assert (dict(said.articles), said.votes, said.nearest) == ({}, 0.0, 0.0)


def test_a_fresh_identical_question_is_one_vote() -> None:
    said = ask(Past("a", 1, days=0.001)).articles["a"]
    assert (said.votes, said.support, said.nearest) == (
        pytest.approx(1.0, abs=1e-4),
        pytest.approx(2 / 3, abs=1e-4),
        pytest.approx(1.0),
    )


def test_nearer_and_younger_and_weightier_votes_count_more() -> None:
    recipe = HistoryRecipe()
    votes = {
        name: each.votes
        for name, each in ask(
            Past("near", 1, 0.9), Past("far", 2, 0.6), Past("old", 3, 0.9, days=365), Past("light", 4, 0.9, weight=0.5)
        ).articles.items()
    }
    assert votes["far"] / votes["near"] == pytest.approx(np.exp(-0.3 / recipe.temperature), rel=1e-3)
    assert votes["old"] / votes["near"] == pytest.approx(0.5, rel=1e-2)
    assert votes["light"] / votes["near"] == pytest.approx(0.5, rel=1e-3)


def test_one_far_neighbour_gets_little_support() -> None:
    assert ask(Past("a", 1, 0.3)).articles["a"].support < 0.05
    assert ask(Past("a", 1, 0.95)).articles["a"].support > 0.5


def test_questions_that_have_nothing_in_common_say_nothing() -> None:
    assert not ask(Past("a", 1, 0.0), Past("b", 1, -0.5)).articles


def test_only_earlier_questions_count_when_a_time_is_given() -> None:
    past = history([Past("a", 1, days=10), Past("b", 1, days=-10)])
    assert set(past.evidence(ASKED, NOW).articles) == {"a"}
    assert set(past.evidence(ASKED, NOW - timedelta(days=10)).articles) == set()
    assert set(past.evidence(ASKED).articles) == {"a", "b"}


def test_questions_can_be_left_out() -> None:
    past = history([Past("a", 1, id="q1"), Past("b", 2, id="q2")])
    assert set(past.evidence(ASKED, NOW, {"q1", "unknown"}).articles) == {"b"}


def test_a_flood_takes_no_neighbours_place() -> None:
    recipe = HistoryRecipe(neighbours=3)
    flood = [Past("spam", 1) for _ in range(100)]
    assert set(ask(*flood, Past("b", 2, 0.8), Past("c", 3, 0.7), Past("d", 4, 0.6), recipe=recipe).articles) == {
        "spam",
        "b",
        "c",
    }


@given(
    cosine=st.floats(0.5, 1.0),
    days=st.floats(0.01, 500),
    flood=st.integers(1, 300),
    weight=st.floats(0.1, 1.0),
)
def test_no_flood_of_one_voter_outranks_two_who_agree(cosine: float, days: float, flood: int, weight: float) -> None:
    spam = [Past("spam", 1, cosine, days, weight) for _ in range(flood)]
    said = ask(*spam, Past("right", 2, cosine, days, weight), Past("right", 3, cosine, days, weight)).articles
    assert said["right"].votes > said["spam"].votes


def pasts(articles: str = "abc", lowest: float = -1.0, oldest: float = 3000.0) -> st.SearchStrategy[Past]:
    return st.builds(
        Past,
        st.sampled_from(articles),
        st.integers(0, 5),
        st.floats(lowest, 1),
        st.floats(0.01, oldest),
        st.floats(0.01, 2),
        st.just(""),
    )


@given(st.lists(pasts()))
def test_more_votes_are_more_support_but_never_all_of_it(past: list[Past]) -> None:
    said = ask(*past)
    assert all(0 < each.support < 1 and each.votes > 0 for each in said.articles.values())
    ranked = sorted(said.articles.values(), key=lambda each: each.votes)
    assert all(weaker.support <= stronger.support for weaker, stronger in pairwise(ranked))


@given(st.lists(pasts(lowest=0.1), max_size=20), pasts("a", lowest=0.1))
def test_one_more_vote_never_harms_its_article(past: list[Past], more: Past) -> None:
    before = ask(*past).articles.get("a")
    after = ask(*past, more).articles["a"]
    assert after.votes >= (before.votes if before else 0.0) - 1e-9


def test_half_the_support_comes_with_so_many_votes() -> None:
    said = evidence_of({"a": (0.5, 0.9), "b": (1.5, 0.8), "c": (0.0, 0.8)}, 0.5)
    assert said.articles["a"].support == 0.5
    assert said.articles["b"].support == 0.75
    assert "c" not in said.articles
