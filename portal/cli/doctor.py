"""`portal doctor`: what is wrong with this instance, and the way out."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.console import Console

    from portal.domain.health import Check

MARKS = {"ok": "[green]ok  [/green]", "warn": "[yellow]warn[/yellow]", "fail": "[bold red]fail[/bold red]"}


@click.command(name="doctor")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for a machine.")
def command(as_json: bool) -> None:
    """Look at everything an instance needs, and say how to mend what is wrong.

    Exit codes: 0 all is well or could be better, 1 something does not work, 2 the settings cannot be read.
    """
    from portal.cli.instance import open_container
    from portal.cli.main import EXIT_PROBLEMS
    from portal.cli.screen import print_json, screen
    from portal.domain.health import CheckState, worst_state

    checks = open_container().diagnosis.run()
    worst = worst_state(checks)
    if as_json:
        print_json({"state": worst.value, "checks": [asdict(check) for check in checks]})
    else:
        _print(screen(), checks)
    if worst is CheckState.FAIL:
        sys.exit(EXIT_PROBLEMS)


def _print(console: Console, checks: Sequence[Check]) -> None:
    from rich.markup import escape

    width = max(len(check.name) for check in checks)
    for check in checks:
        console.print(f"{MARKS[check.state.value]}  {check.name:<{width}}  {escape(check.message)}")
        if check.way_out:
            console.print(f"{'':6}{'':<{width}}  → {escape(check.way_out)}")
