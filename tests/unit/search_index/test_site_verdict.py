"""What became of searches corrects the verdict, gently."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_index.site_verdict import (
    MOST_SHIFT,
    LiveCorrection,
    Outcome,
    SiteCorrection,
    learn_correction,
    save_correction,
)


def outcomes(shift: float = 0.0, *, answerable: int = 150, unanswerable: int = 150) -> list[Outcome]:
    """Searches of a site whose log-odds are off by `shift`, every tenth outcome saying the contrary of the truth.

    Log-odds of two normal distributions at ±m with the variance 2m are calibrated where both are equally frequent.
    """
    draw = np.random.default_rng(1)
    found = []
    for count, truth in ((answerable, True), (unanswerable, False)):
        logits = draw.normal(2.0 if truth else -2.0, 2.0, count) - shift
        liars = draw.random(count) < 0.1
        found += [
            Outcome(answerability=float(1 / (1 + np.exp(-logit))), answered=truth != bool(liar))
            for logit, liar in zip(logits, liars, strict=True)
        ]
    return found


def test_a_site_that_is_too_sure_of_itself_becomes_less_so() -> None:
    assert learn_correction(outcomes(-1.0)).shift < -0.4


def test_a_site_that_is_not_sure_enough_becomes_surer() -> None:
    assert learn_correction(outcomes(1.0)).shift > 0.4


@pytest.mark.parametrize(("answerable", "unanswerable"), [(150, 150), (250, 50), (60, 240)])
def test_a_site_that_is_right_stays_about_as_it_is(answerable: int, unanswerable: int) -> None:
    found = outcomes(answerable=answerable, unanswerable=unanswerable)
    assert abs(learn_correction(found).shift) < 0.35


@pytest.mark.parametrize(
    "found", [[], outcomes(-2.0, answerable=5, unanswerable=5), [Outcome(answerability=0.2, answered=True)] * 500]
)
def test_few_outcomes_of_either_kind_correct_nothing(found: list[Outcome]) -> None:
    assert learn_correction(found).shift == 0.0


def test_a_few_liars_move_little() -> None:
    honest = outcomes()
    liars = [Outcome(answerability=0.99, answered=False)] * 20
    assert abs(learn_correction(honest + liars).shift - learn_correction(honest).shift) < 0.3


@given(st.lists(st.builds(Outcome, answerability=st.floats(0, 1), answered=st.booleans()), max_size=80))
def test_no_outcomes_turn_the_verdict_upside_down(found: list[Outcome]) -> None:
    correction = learn_correction(found)
    assert abs(correction.shift) <= MOST_SHIFT
    assert correction.outcomes == len(found)


@given(st.integers(0, 1000))
def test_the_order_of_outcomes_does_not_matter(seed: int) -> None:
    found = outcomes(-1.0)
    mixed = [found[place] for place in np.random.default_rng(seed).permutation(len(found))]
    assert learn_correction(mixed).shift == learn_correction(found).shift


def test_running_engines_follow_the_file(tmp_path: Path) -> None:
    live = LiveCorrection(tmp_path)
    assert live.get() == SiteCorrection()
    saved = save_correction(tmp_path, outcomes(-1.0))
    assert live.get() == saved != SiteCorrection()


@pytest.mark.parametrize("content", ["", "{", "[]", '{"shift": "x"}', '{"other": 1}'])
def test_a_damaged_file_corrects_nothing(tmp_path: Path, content: str) -> None:
    (tmp_path / "verdict.json").write_text(content)
    assert LiveCorrection(tmp_path).get() == SiteCorrection()


def test_a_file_that_says_too_much_is_held_back(tmp_path: Path) -> None:
    (tmp_path / "verdict.json").write_text('{"shift": 99.0, "outcomes": 5}')
    assert LiveCorrection(tmp_path).get().shift == MOST_SHIFT
