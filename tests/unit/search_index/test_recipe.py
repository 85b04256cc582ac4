"""Recipes on disk."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_index.errors import IndexCorrupt
from search_index.recipe import BuildRecipe, KeywordRecipe, Recipe, VerdictRecipe


def test_comes_back_as_it_was_written() -> None:
    recipe = Recipe(keyword=KeywordRecipe(k1=2.0), build=BuildRecipe(passage_tokens=64))
    assert Recipe.from_json(recipe.to_json()) == recipe


def test_only_the_build_half_and_the_model_make_another_index() -> None:
    recipe = Recipe()
    hashed = recipe.build_hash("model")
    assert replace(recipe, keyword=KeywordRecipe(k1=2.0)).build_hash("model") == hashed
    assert replace(recipe, build=BuildRecipe(passage_tokens=64)).build_hash("model") != hashed
    assert recipe.build_hash("another") != hashed


def test_a_recipe_of_another_release_keeps_what_both_know() -> None:
    content = json.loads(Recipe(keyword=KeywordRecipe(k1=2.0)).to_json())
    content["keyword"]["unheard_of"] = 1
    del content["keyword"]["max_words"]
    read = Recipe.from_json(json.dumps(content))
    assert read.keyword == KeywordRecipe(k1=2.0)


@pytest.mark.parametrize("text", ["", "{}", "[]", "nonsense", '{"build": 1}'])
def test_anything_else_is_corrupt(text: str) -> None:
    with pytest.raises(IndexCorrupt, match="rebuild"):
        Recipe.from_json(text)


def test_fewer_errors_mean_more_doubt() -> None:
    usual, strict = VerdictRecipe.for_error_rates(0.13, 0.08), VerdictRecipe.for_error_rates(0.05, 0.02)
    assert strict.answered_from > usual.answered_from
    assert strict.no_answer_below < usual.no_answer_below


@given(st.floats(0.001, 0.999), st.floats(0.001, 0.999))
def test_thresholds_are_in_order_whatever_rates_are_asked_for(wrong: float, away: float) -> None:
    recipe = VerdictRecipe.for_error_rates(wrong, away)
    assert 0 < recipe.no_answer_below <= recipe.answered_from < 1


def test_the_shipped_thresholds_are_those_of_the_shipped_rates() -> None:
    recipe = VerdictRecipe.for_error_rates(0.13, 0.08)
    assert recipe.answered_from == pytest.approx(VerdictRecipe().answered_from, abs=0.02)
    assert recipe.no_answer_below == pytest.approx(VerdictRecipe().no_answer_below, abs=0.02)
