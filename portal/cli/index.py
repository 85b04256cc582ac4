"""`portal index`: the published articles into the search index."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from portal.cli.main import EXIT_PROBLEMS

if TYPE_CHECKING:
    from rich.console import Console

    from portal.services.indexing import IndexOutcome
    from search_index import IndexReport, Progress

#: What the stages of an indexing run are called on the screen, in their order.
STAGES = {
    "model": "Preparing the model",
    "embed": "Embedding passages",
    "keyword": "Indexing words",
    "write": "Writing",
}


@click.command(name="index")
@click.option("--rebuild", is_flag=True, help="Build everything anew beside the live index, then make it live.")
@click.option("--roll-back", is_flag=True, help="Make the index before the live one live again.")
@click.option("--json", "as_json", is_flag=True, help="Print the outcome for a machine.")
def command(rebuild: bool, roll_back: bool, as_json: bool) -> None:
    """Bring the search index to the state of the published articles.

    Only passages that changed are embedded; the first run also prepares the model for queries. The site keeps on
    searching the old index until the new one is whole. After --roll-back the next run, or the worker after an edit,
    brings the index forward again.

    Exit codes: 0 all is well, 1 indexed for keywords only because there is no model, 2 nothing could be done.
    """
    from portal.cli.instance import open_ready_container
    from portal.cli.screen import print_json, screen

    if rebuild and roll_back:
        raise click.UsageError("Choose one of --rebuild and --roll-back.")
    container = open_ready_container()
    if roll_back:
        name = container.indexing.roll_back()
        print_json({"generation": name}) if as_json else screen().print(f"The index {name} is live again.")
        return
    with progress_bar(quiet=as_json) as progress:
        outcome = container.indexing.index(rebuild=rebuild, progress=progress)
    if as_json:
        print_json(
            {
                **asdict(outcome.report),
                "model_problem": outcome.model_problem,
                "reranker_problem": outcome.reranker_problem,
            }
        )
    else:
        print_outcome(screen(), outcome)
    if outcome.model_problem or outcome.reranker_problem:
        sys.exit(EXIT_PROBLEMS)


@contextmanager
def progress_bar(*, quiet: bool, stages: Mapping[str, str] = STAGES) -> Iterator[Progress]:
    """Draw a bar for each stage on a terminal; say nothing anywhere else."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from portal.cli.screen import screen

    console = screen(errors=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=quiet or not console.is_terminal) as bar:
        tasks = {stage: bar.add_task(words, total=None, visible=False, start=False) for stage, words in stages.items()}

        def show(stage: str, done: int, total: int) -> None:
            task = tasks[stage]
            bar.start_task(task)
            bar.update(task, completed=done, total=total, visible=total > 0)

        yield show


def print_outcome(console: Console, outcome: IndexOutcome) -> None:
    """Say what was done, and what is missing."""
    report = outcome.report
    console.print(changes_in_words(report), markup=False)
    if report.promoted:
        console.print(passages_in_words(report), markup=False)
    if not report.articles:
        console.print("There are no published articles yet. Load some with: portal sync", style="yellow")
    if outcome.model_problem:
        console.print("The search answers by keyword only.", style="yellow")
        console.print(outcome.model_problem, style="yellow", markup=False, soft_wrap=True)
    if outcome.reranker_problem:
        console.print(outcome.reranker_problem, style="yellow", markup=False, soft_wrap=True)


def changes_in_words(report: IndexReport) -> str:
    """Say which articles changed, such as ``66 articles: 1 changed, 65 kept (0.4 s).``"""
    if not report.promoted:
        return f"The index is up to date: {counted(report.articles, 'article')}, {counted(report.passages, 'passage')}."
    kept = report.articles - report.articles_added - report.articles_changed
    counts = {"new": report.articles_added, "changed": report.articles_changed, "kept": kept}
    counts["taken out"] = report.articles_removed
    said = ", ".join(f"{number} {words}" for words, number in counts.items() if number)
    return f"{counted(report.articles, 'article')}{': ' if said else ''}{said} ({report.total_seconds:.1f} s)."


def passages_in_words(report: IndexReport) -> str:
    """Say how many passages went through the model, and how fast, such as ``12 passages embedded, 240 kept``."""
    if not report.semantic:
        return f"{counted(report.passages, 'passage')}, none embedded."
    kept = report.passages - report.passages_embedded
    pace = ""
    if report.passages_embedded and report.embed_seconds > 0:
        pace = f" ({report.passages_embedded / report.embed_seconds:.0f} a second)"
    return f"{counted(report.passages_embedded, 'passage')} embedded{pace}, {kept} kept."


def counted(number: int, noun: str) -> str:
    """Name a number of things."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
