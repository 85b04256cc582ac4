"""`portal learn`: importing, listing, withdrawing, each a command of its own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from portal.domain.errors import NotFound, SetupError
from portal.storage.database import Database
from tests.search_builders import put_article
from tests.unit.cli.conftest import Run


@pytest.fixture(autouse=True)
def _ready(run: Run, instance: Path) -> None:
    run("init")
    database = Database(f"sqlite:///{instance / 'portal.sqlite3'}")
    put_article(database, "hub")
    database.dispose()


@pytest.fixture
def history(tmp_path: Path) -> Path:
    """A file of three questions, one of them about an article that is not there."""
    file = tmp_path / "history.jsonl"
    lines = [{"id": str(number), "text": f"question {number}", "date": "2026-01-02"} for number in range(3)]
    file.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    (tmp_path / "links.tsv").write_text("0\thub\t1\n1\thub\t1\n2\tgone\t1\n", encoding="utf-8")
    return file


def learned(run: Run) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(run("learn", "list", "--json").output)
    return found


def test_a_history_is_imported_and_waits_for_an_index(run: Run, history: Path) -> None:
    result = run("learn", "import", str(history), "--qrels", str(history.with_name("links.tsv")))
    assert result.exit_code == 0
    assert "2 past questions stored." in result.output
    assert "1 left out: their articles are not published here (gone)." in result.output
    assert "portal index" in result.output
    assert {(each["text"], each["article"], each["source"]) for each in learned(run)} == {
        ("question 0", "hub", "imported"),
        ("question 1", "hub", "imported"),
    }
    assert "2 of 2 past questions in use" in run("learn", "list").output


def test_one_is_withdrawn_by_its_number(run: Run, history: Path) -> None:
    run("learn", "import", str(history), "--qrels", str(history.with_name("links.tsv")))
    number = learned(run)[0]["id"]
    assert "1 withdrawn." in run("learn", "withdraw", "--id", str(number)).output
    assert [each["withdrawn"] for each in learned(run)] == ["by_staff", None]
    assert "(not in use)" in run("learn", "list").output


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("withdraw", "--id", "99"), NotFound),
        (("withdraw", "--voter", "nobody@ostrel.example"), NotFound),
        (("import", "links.tsv"), SetupError),
    ],
)
def test_what_cannot_be_done_is_said(
    run: Run, history: Path, arguments: tuple[str, ...], error: type[Exception]
) -> None:
    assert isinstance(run("learn", *arguments).exception, error)


def test_one_thing_is_withdrawn_at_a_time(run: Run) -> None:
    assert run("learn", "withdraw").exit_code == 2
    assert run("learn", "withdraw", "--id", "1", "--voter", "x").exit_code == 2


def test_a_refresh_without_anything_learned_counts_nothing(run: Run) -> None:
    assert "Search counts 0 past questions." in run("learn", "refresh").output
