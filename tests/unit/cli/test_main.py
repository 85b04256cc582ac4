from __future__ import annotations

import subprocess
import sys

import pytest

from portal.cli.main import COMMANDS, expected_errors, group
from portal.domain.errors import PortalError
from tests.unit.cli.conftest import Run


def test_help_names_every_command_with_what_it_does(run: Run) -> None:
    result = run("--help")
    assert result.exit_code == 0
    for name in COMMANDS:
        assert f"\n  {name} " in result.output


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(run: Run, name: str) -> None:
    result = run(name, "--help")
    assert result.exit_code == 0, result.output
    assert len(result.output.splitlines()) > 4


def test_an_unknown_command_is_refused(run: Run) -> None:
    assert run("dance").exit_code == 2
    assert group.get_command(None, "dance") is None  # type: ignore[arg-type]


def test_the_slow_library_is_not_imported_for_help() -> None:
    source = "import sys; from portal.cli.main import group; assert 'search_index' not in sys.modules"
    subprocess.run([sys.executable, "-c", source], check=True, timeout=60)


def test_errors_of_both_trees_are_expected_once_the_library_is_there() -> None:
    import search_index

    assert expected_errors() == (PortalError, search_index.SearchIndexError)
