"""`portal sync` from the outside."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from portal.domain.errors import SetupError
from tests.content_samples import article_file, write_files
from tests.unit.cli.conftest import Run


@pytest.fixture
def folder(run: Run, tmp_path: Path) -> Path:
    run("init")
    return write_files(tmp_path / "articles", {"a/one.md": article_file(title="One"), "a/two.md": "Two [x](no.md)"})


def test_what_was_done_is_said(run: Run, folder: Path) -> None:
    result = run("sync")
    assert result.exit_code == 0, result.output
    assert "Articles: 2 added" in result.output
    assert "warning: a/two.md:1: The link to “no.md” leads nowhere." in result.output
    assert "Articles: 2 unchanged" in run("sync").output


def test_another_folder_can_be_named(run: Run, folder: Path, tmp_path: Path) -> None:
    other = write_files(tmp_path / "other", {"x.md": "X"})
    assert "1 added" in run("sync", str(other)).output


def test_a_dry_run_says_what_would_be_done(run: Run, folder: Path) -> None:
    assert "Would be done: 2 added" in run("sync", "--dry-run").output
    assert "2 added" in run("sync").output


def test_some_broken_files_are_exit_code_1(run: Run, folder: Path) -> None:
    write_files(folder, {"a/bad.md": "---\ntitle: [\n---\n"})
    result = run("sync")
    assert result.exit_code == 1
    assert "error: a/bad.md:3: The YAML cannot be read" in result.output
    assert "1 file could not be loaded; see above." in result.output
    assert "2 added" in result.output


def test_a_bad_line_of_the_synonyms_is_no_lost_file(run: Run, folder: Path) -> None:
    write_files(folder, {"_synonyms.yml": "- sofa, couch\n- sofa\n"})
    result = run("sync")
    assert result.exit_code == 1
    assert "error: _synonyms.yml:2:" in result.output
    assert "1 line of _synonyms.yml was passed over; see above." in result.output
    assert "could not be loaded" not in result.output


def test_several_bad_lines_are_counted_beside_lost_files(run: Run, folder: Path) -> None:
    write_files(folder, {"_synonyms.yml": "- sofa\n- sofa, couch\n- [1.5]\n", "b.md": b"\xff", "c.md": b"\xff"})
    output = run("sync").output
    assert "2 files could not be loaded; see above." in output
    assert "2 lines of _synonyms.yml were passed over; see above." in output


def test_a_list_of_synonyms_that_is_none_is_a_lost_file(run: Run, folder: Path) -> None:
    write_files(folder, {"_synonyms.yml": "sofa: couch\n"})
    assert "1 file could not be loaded; see above." in run("sync").output


def test_only_broken_files_are_exit_code_2(run: Run, folder: Path, tmp_path: Path) -> None:
    other = write_files(tmp_path / "other", {"x.md": b"\xff"})
    assert run("sync", str(other)).exit_code == 2


def test_json_for_machines(run: Run, folder: Path) -> None:
    write_files(folder, {"a/bad.md": "---\naudience: all\n---\n"})
    result = run("sync", "--json")
    outcome = json.loads(result.stdout)
    assert result.exit_code == 1
    assert outcome["added"] == ["a/one.md", "a/two.md"]
    assert (outcome["errors"][0]["path"], outcome["errors"][0]["line"]) == ("a/bad.md", 2)
    assert (outcome["loaded"], outcome["dry_run"]) == (2, False)


@pytest.mark.parametrize("argument", ["absent", "empty"])
def test_a_folder_without_articles_is_refused(run: Run, folder: Path, tmp_path: Path, argument: str) -> None:
    (tmp_path / "empty").mkdir()
    run("sync")
    result = run("sync", argument)
    assert isinstance(result.exception, SetupError)
    assert "2 unchanged" in run("sync").output


def test_an_empty_folder_may_be_wanted(run: Run, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    run("sync")
    assert "2 archived" in run("sync", "empty", "--allow-empty").output


def test_before_init_it_says_what_to_run(run: Run, tmp_path: Path) -> None:
    result = run("sync")
    assert isinstance(result.exception, SetupError)
    assert "portal init" in str(result.exception)
