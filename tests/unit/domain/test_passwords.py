from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.passwords import MAX_LENGTH, MIN_LENGTH, PasswordProblem, classify_password

EMAIL = "ada.berg@ostrel.example"


@pytest.mark.parametrize(
    ("password", "problem"),
    [
        ("", PasswordProblem.TOO_SHORT),
        ("x" * 11, PasswordProblem.TOO_SHORT),
        ("eleven char", PasswordProblem.TOO_SHORT),
        ("twelve chars", None),
        ("ab" * 500, None),
        ("ab" * 500 + "c", PasswordProblem.TOO_LONG),
        (EMAIL, PasswordProblem.IS_EMAIL),
        (f" {EMAIL.upper()} ", PasswordProblem.IS_EMAIL),
        ("aaaaaaaaaaaaaaaa", PasswordProblem.ONE_CHARACTER),
        ("zwölf Zeichen 🙂", None),
    ],
)
def test_length_counts_and_composition_does_not(password: str, problem: PasswordProblem | None) -> None:
    assert classify_password(password, email=EMAIL) is problem


@given(st.text(min_size=MIN_LENGTH, max_size=MAX_LENGTH))
def test_whatever_has_the_right_length_is_refused_only_for_a_reason(password: str) -> None:
    problem = classify_password(password, email=EMAIL)
    assert problem in (None, PasswordProblem.IS_EMAIL, PasswordProblem.ONE_CHARACTER)
