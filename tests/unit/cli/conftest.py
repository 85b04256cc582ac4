"""The command line on an instance of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from portal.cli.main import group

Run = Callable[..., Result]


@pytest.fixture
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of an instance that does not exist yet, named by the environment."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PORTAL_INSTANCE", str(tmp_path / "instance"))
    monkeypatch.setenv("PORTAL_PASSWORD_TIME_COST", "1")
    monkeypatch.setenv("PORTAL_PASSWORD_MEMORY_KIB", "8")
    return tmp_path / "instance"


@pytest.fixture
def run(instance: Path) -> Run:
    """Run `portal` with some arguments; what goes wrong is in the result's exception."""

    def run(*arguments: str, typed: str = "") -> Result:
        return CliRunner().invoke(group, arguments, input=typed)

    return run
