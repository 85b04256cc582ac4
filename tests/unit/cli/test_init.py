from __future__ import annotations

import stat
from pathlib import Path

import pytest

from portal.cli.main import EXIT_UNUSABLE, main
from portal.domain.demo import DEMO_PEOPLE
from portal.domain.errors import SetupError
from tests.unit.cli.conftest import Run


def test_an_instance_is_made_and_private(run: Run, instance: Path) -> None:
    result = run("init")
    assert result.exit_code == 0, result.output
    assert "Created the instance folder" in result.output
    assert stat.S_IMODE(instance.stat().st_mode) == 0o700
    assert stat.S_IMODE((instance / "secret_key").stat().st_mode) == 0o600
    assert (instance / "portal.sqlite3").is_file()


def test_a_second_time_changes_nothing(run: Run, instance: Path) -> None:
    run("init")
    key = (instance / "secret_key").read_text()
    result = run("init")
    assert "Found the instance folder" in result.output
    assert "up to date" in result.output
    assert (instance / "secret_key").read_text() == key


def test_people_of_the_demonstration_come_only_when_asked(run: Run) -> None:
    run("init")
    assert "Nobody has an account yet" in run("users", "list").output
    output = run("init", "--demo").output
    for person in DEMO_PEOPLE:
        assert person.email in output
        assert person.password in output


def test_a_demonstration_password_that_was_changed_is_neither_shown_nor_reset(run: Run) -> None:
    run("init", "--demo")
    admin = DEMO_PEOPLE[-1]
    run("users", "password", admin.email, "--password-stdin", typed="nine purple lanterns\n")
    output = run("init", "--demo").output
    assert admin.password not in output
    assert DEMO_PEOPLE[0].password in output


def test_a_folder_that_cannot_be_made_is_named(run: Run, instance: Path) -> None:
    instance.write_text("a file is in the way")
    result = run("init")
    assert isinstance(result.exception, SetupError)
    assert str(instance) in str(result.exception)


def test_a_setting_that_cannot_be_used_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_SMTP_PORT", "many")
    result = run("init")
    assert isinstance(result.exception, SetupError)
    assert "PORTAL_SMTP_PORT" in str(result.exception)


def test_an_expected_error_is_one_sentence_and_an_exit_code(
    run: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["portal", "users", "list"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == EXIT_UNUSABLE
    assert capsys.readouterr().err == "There is no database yet. Make one with: portal init\n"
