from __future__ import annotations

import json

import pytest

from portal.domain.errors import Conflict, InvalidInput, NotFound, WeakPassword
from tests.unit.cli.conftest import Run

ADA = ("users", "add", "ada@ostrel.example", "--name", "Ada Berg")
PASSWORD = "nine purple lanterns\n"


@pytest.fixture(autouse=True)
def _ready(run: Run) -> None:
    run("init")


def test_an_account_is_opened_with_a_password_from_standard_input(run: Run) -> None:
    result = run(*ADA, "--role", "agent", "--password-stdin", typed=PASSWORD)
    assert result.exit_code == 0
    assert result.output == "Ada Berg (ada@ostrel.example) has an account as agent.\n"


def test_a_password_made_up_is_shown_once(run: Run) -> None:
    output = run(*ADA).output
    password = output.split("(shown only now): ")[1].strip()
    assert len(password) == 24
    assert password not in run("users", "list").output


@pytest.mark.parametrize(
    ("arguments", "typed", "error"),
    [
        ((*ADA, "--password-stdin"), "short\n", WeakPassword),
        ((*ADA, "--password-stdin"), "", WeakPassword),
        (("users", "add", "ada", "--name", "Ada", "--generate"), "", InvalidInput),
        (("users", "add", "ada@ostrel.example", "--name", " ", "--generate"), "", InvalidInput),
        (("users", "password", "ada@ostrel.example", "--generate"), "", NotFound),
        (("users", "deactivate", "ada@ostrel.example"), "", NotFound),
    ],
)
def test_what_cannot_be_done_is_said(run: Run, arguments: tuple[str, ...], typed: str, error: type[Exception]) -> None:
    result = run(*arguments, typed=typed)
    assert isinstance(result.exception, error)
    assert json.loads(run("users", "list", "--json").output) == []


def test_an_account_is_opened_once(run: Run) -> None:
    run(*ADA)
    assert isinstance(run(*ADA).exception, Conflict)


def test_an_unknown_role_is_refused_with_the_known_ones(run: Run) -> None:
    result = run(*ADA, "--role", "king")
    assert result.exit_code == 2
    assert "writer" in result.output


def test_two_sources_of_a_password_are_one_too_many(run: Run) -> None:
    assert run(*ADA, "--generate", "--password-stdin").exit_code == 2


def test_accounts_are_closed_and_reopened(run: Run) -> None:
    run(*ADA)
    assert "activate ada@ostrel.example" in run("users", "deactivate", "ADA@ostrel.example").output
    assert "closed" in run("users", "list").output
    assert not json.loads(run("users", "list", "--json").output)[0]["active"]
    run("users", "activate", "ada@ostrel.example")
    assert json.loads(run("users", "list", "--json").output)[0]["active"]


def test_a_password_is_set(run: Run) -> None:
    run(*ADA)
    result = run("users", "password", "ada@ostrel.example", "--password-stdin", typed=PASSWORD)
    assert "signed out everywhere" in result.output


def test_a_role_is_given_and_taken_away(run: Run) -> None:
    run(*ADA, "--role", "agent", "--generate")
    assert run("users", "role", "ada@ostrel.example", "customer").output == (
        "Ada Berg (ada@ostrel.example) has an account as customer.\n"
    )
    assert json.loads(run("users", "list", "--json").output)[0]["role"] == "customer"
    assert run("users", "role", "ada@ostrel.example", "king").exit_code == 2
