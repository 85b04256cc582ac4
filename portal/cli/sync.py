"""`portal sync`: the articles folder into the database."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from portal.cli.main import EXIT_PROBLEMS, EXIT_UNUSABLE

if TYPE_CHECKING:
    from rich.console import Console

    from portal.domain.articles import ContentProblem
    from portal.domain.sync import SyncReport
    from search_index import Progress

_FOLDER = click.Path(file_okay=False, path_type=Path)
_STAGES = {"read": "Reading articles", "render": "Rendering pages"}
#: Changed files that are named one by one; of more only the number is said.
_NAMED = 12


@click.command(name="sync")
@click.argument("folder", type=_FOLDER, required=False)
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@click.option("--allow-empty", is_flag=True, help="Take all articles off the site when the folder holds none.")
@click.option("--json", "as_json", is_flag=True, help="Print the outcome for a machine.")
def command(folder: Path | None, dry_run: bool, allow_empty: bool, as_json: bool) -> None:
    """Load new and changed articles from FOLDER, and archive those whose file is gone.

    FOLDER is the one PORTAL_ARTICLES names unless you give another: Markdown files with or without YAML front
    matter, in folders that become categories. The site shows the changes at once; the search finds them after
    `portal index`, or when the worker comes to it.

    Exit codes: 0 all is well, 1 some files or lines could not be loaded (the others were), 2 nothing could be done.
    """
    from portal.cli.instance import open_ready_container
    from portal.cli.screen import print_json, screen

    container = open_ready_container()
    began = time.monotonic()
    with _progress_bar(quiet=as_json) as progress:
        report = container.sync.sync(
            folder or container.settings.articles, dry_run=dry_run, allow_empty=allow_empty, progress=progress
        )
    seconds = time.monotonic() - began
    if as_json:
        print_json({**asdict(report), "loaded": report.loaded, "dry_run": dry_run, "seconds": round(seconds, 3)})
    else:
        _print_problems(screen(errors=True), report)
        _print_outcome(screen(), report, seconds=seconds, dry_run=dry_run)
    sys.exit(exit_code(report))


def exit_code(report: SyncReport) -> int:
    """Say how it went: 0, or 1 when some files had errors, or 2 when none could be loaded."""
    if not report.errors:
        return 0
    return EXIT_PROBLEMS if report.loaded else EXIT_UNUSABLE


@contextmanager
def _progress_bar(*, quiet: bool) -> Iterator[Progress]:
    """Draw a bar on a terminal; say nothing anywhere else."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from portal.cli.screen import screen

    console = screen(errors=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=quiet or not console.is_terminal) as bar:
        tasks = {stage: bar.add_task(words, total=None, visible=False) for stage, words in _STAGES.items()}

        def show(stage: str, done: int, total: int) -> None:
            bar.update(tasks[stage], completed=done, total=total, visible=total > 0)

        yield show


def _print_problems(console: Console, report: SyncReport) -> None:
    for problem in report.warnings:
        _print_problem(console, "warning", "yellow", problem)
    for problem in report.errors:
        _print_problem(console, "error", "red", problem)


def _print_problem(console: Console, word: str, colour: str, problem: ContentProblem) -> None:
    from rich.text import Text

    # soft, so that an editor finds file and line in one piece
    console.print(Text.assemble((f"{word}: ", colour), str(problem)), soft_wrap=True)


def _print_outcome(console: Console, report: SyncReport, *, seconds: float, dry_run: bool) -> None:
    changes = {
        "added": report.added,
        "changed": report.changed,
        "rendered again": report.refreshed,
        "archived": report.archived,
    }
    for words, names in changes.items():
        _print_names(console, words, names)
    counts = [f"{len(names)} {words}" for words, names in changes.items() if names]
    if report.kept:
        counts.append(f"{report.kept} unchanged")
    said = ", ".join(counts) or "nothing to do"
    console.print(f"{'Would be done' if dry_run else 'Articles'}: {said} ({seconds:.1f} s).", markup=False)
    for sentence in what_is_missing(report.errors):
        console.print(sentence, markup=False)


def what_is_missing(errors: Sequence[ContentProblem]) -> Iterator[str]:
    """Say in sentences how much could not be loaded; none when everything could."""
    files = sum(not problem.passed_over for problem in errors)
    if files:
        yield f"{files} {'file' if files == 1 else 'files'} could not be loaded; see above."
    for path, lines in Counter(problem.path for problem in errors if problem.passed_over).items():
        counted = "1 line of {} was" if lines == 1 else f"{lines} lines of {{}} were"
        yield f"{counted.format(path)} passed over; see above."


def _print_names(console: Console, words: str, names: Sequence[str]) -> None:
    if len(names) <= _NAMED:
        for name in names:
            console.print(f"  {words}: {name}", markup=False, soft_wrap=True)
