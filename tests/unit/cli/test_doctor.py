from __future__ import annotations

import json
from pathlib import Path

from tests.unit.cli.conftest import Run


def test_an_instance_that_does_not_exist_is_unwell_and_stays_so(run: Run, instance: Path) -> None:
    result = run("doctor")
    assert result.exit_code == 1, result.output
    assert "→ Run: portal init" in result.output
    assert not (instance / "secret_key").exists()


def test_a_machine_gets_json(run: Run) -> None:
    run("init")
    result = run("doctor", "--json")
    told = json.loads(result.output)
    assert told["state"] == "fail"
    states = {check["name"]: check["state"] for check in told["checks"]}
    assert states["Database"] == "ok"
    assert states["Instance"] == "ok"
    assert states["Index"] == "fail"
