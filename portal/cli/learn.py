"""`portal learn`: what search learned from replies and votes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from portal.container import Container
    from portal.domain.past_questions import LearnedQuestion
    from search_index import Progress

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
#: Unknown articles that are named.
_NAMED = 5


@click.group(name="learn")
def command() -> None:
    """See, import and withdraw the past questions that search learns from."""


@command.command(name="list")
@click.option("--page", default=1, show_default=True, help="Fifty a page, the newest first.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for a machine.")
def list_questions(page: int, as_json: bool) -> None:
    """List past questions with the articles they speak for."""
    from portal.cli.instance import open_ready_container
    from portal.cli.screen import print_json, screen

    found = open_ready_container().learning.list_page(page)
    if as_json:
        print_json([_as_json(each) for each in found.questions])
        return
    for each in found.questions:
        state = "" if each.in_use else " (not in use)"
        line = f"{each.id}  {each.at:%Y-%m-%d}  {each.text}  ->  {each.article_id}{state}  [{each.source.value}]"
        screen().print(line, markup=False, soft_wrap=True)
    click.echo(f"{found.in_use:,} of {found.total:,} past questions in use; page {found.number} of {found.last}.")


@command.command(name="import")
@click.argument("questions", type=_FILE)
@click.option("--qrels", "links", type=_FILE, help="Question id, article id and grade, separated by tabs.")
def import_questions(questions: Path, links: Path | None) -> None:
    """Learn from a file of past questions: one JSON object a line with id, text and date.

    The articles that answered them stand in the file named by --qrels, or in each object as "article". Personal data
    is taken out before anything is stored. Importing a file twice changes nothing.
    """
    from portal.cli.instance import open_ready_container
    from portal.integrations.past_question_files import read_past_questions

    container = open_ready_container()
    outcome = container.learning.import_questions(read_past_questions(questions, links, container.clock.now()))
    click.echo(f"{outcome.imported:,} past questions stored.")
    if outcome.left_out:
        named = ", ".join(outcome.unknown[:_NAMED]) + (" …" if len(outcome.unknown) > _NAMED else "")
        click.echo(f"{outcome.left_out:,} left out: their articles are not published here ({named}).", err=True)
    _refresh(container)


@command.command(name="withdraw")
@click.option("--id", "question_id", type=int, help="Number of one past question, as `portal learn list` shows it.")
@click.option("--voter", help="All that one person said: their e-mail address, or their hash.")
def withdraw(question_id: int | None, voter: str | None) -> None:
    """Let past questions count no more: one, or all of one person."""
    from portal.cli.instance import open_ready_container

    if (question_id is None) == (voter is None):
        raise click.UsageError("Name either --id or --voter.")
    container = open_ready_container()
    if question_id is not None:
        container.learning.withdraw(question_id)
        number = 1
    else:
        number = container.learning.withdraw_voter(voter or "")
    click.echo(f"{number:,} withdrawn.")
    _refresh(container)


@command.command(name="refresh")
def refresh() -> None:
    """Bring what search counts to the state of the database now, without waiting for the worker."""
    from portal.cli.instance import open_ready_container

    _refresh(open_ready_container())


def _refresh(container: Container) -> None:
    with _progress_bar() as progress:
        counted = container.learning.refresh(progress)
    if counted is None:
        click.echo("Search will count them as soon as there is an index with an embedding model: portal index")
    else:
        click.echo(f"Search counts {counted:,} past questions.")


@contextmanager
def _progress_bar() -> Iterator[Progress]:
    """Draw a bar on a terminal; say nothing anywhere else."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from portal.cli.screen import screen

    console = screen(errors=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("Embedding questions", total=None, visible=False)

        def show(_stage: str, done: int, total: int) -> None:
            bar.update(task, completed=done, total=total, visible=total > 0)

        yield show


def _as_json(each: LearnedQuestion) -> dict[str, object]:
    return {
        "id": each.id,
        "text": each.text,
        "article": each.article_id,
        "source": each.source.value,
        "voter": each.voter,
        "at": each.at.isoformat(),
        "in_use": each.in_use,
        "withdrawn": each.withdrawn_reason.value if each.withdrawn_reason else None,
        "doubts": each.doubts,
    }
