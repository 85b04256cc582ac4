"""The terminal, or whatever stands in its place."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import click
from rich.console import Console


def screen(*, errors: bool = False) -> Console:
    """Return what to print on: coloured and as wide as the terminal, plain and wide when it is none."""
    console = Console(stderr=errors, highlight=False)
    return console if console.is_terminal else Console(stderr=errors, highlight=False, width=200)


def print_json(value: Mapping[str, object] | Sequence[object]) -> None:
    """Print a value for a machine."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=False))
