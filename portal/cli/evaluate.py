"""`portal evaluate`: how good the search is on judged questions of any help centre."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from portal.cli.main import EXIT_PROBLEMS

if TYPE_CHECKING:
    from search_index import EvaluationFiles

#: What the stages of a measurement are called on the screen, in their order.
STAGES = {
    "render": "Rendering articles",
    "model": "Preparing the model",
    "embed": "Embedding passages",
    "keyword": "Indexing words",
    "write": "Writing",
    "learn": "Learning from past questions",
    "ask": "Asking",
}
_FILE = click.Path(path_type=Path, dir_okay=False)
_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command(name="evaluate")
@click.argument("folder", metavar="DIR", type=_FOLDER)
@click.option("--queries", type=_FILE, help="Questions; queries.jsonl or the only queries*.jsonl when left out.")
@click.option("--qrels", type=_FILE, help="Judgements; qrels.tsv or the only qrels*.tsv when left out.")
@click.option("--history", type=_FILE, help="Past questions to learn from first.")
@click.option("--history-qrels", type=_FILE, help="The articles that were linked for them.")
@click.option("--run-out", type=_FILE, help="Write what was answered here, one JSON object a question.")
@click.option("--cache", type=_FOLDER, help="Keep vectors in this folder instead of the instance's evaluation-cache.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures for a machine.")
def command(folder: Path, run_out: Path | None, cache: Path | None, as_json: bool, **named: Path | None) -> None:
    """Measure the search on the articles, questions and judgements in DIR.

    DIR holds articles.jsonl (id, title, text), queries*.jsonl (id, text, answerable, date) and qrels*.tsv (question,
    article, grade). Files named by options are looked for here and then in DIR. The index is built with the site's
    recipe and model in a temporary folder; neither the site's index nor its database is touched. Vectors of passages
    are kept, so that a second run embeds nothing.

    Exit codes: 0 measured, 1 measured by keywords only because there is no model, 2 nothing could be measured.
    """
    from search_index import choose_files

    files = choose_files(folder, **named)
    if run_out is not None and not run_out.parent.is_dir():
        raise click.UsageError(f"There is no folder {run_out.parent} to write {run_out.name} to.")
    sys.exit(_measure(folder.resolve().name, files, run_out=run_out, cache=cache, as_json=as_json))


def _measure(name: str, files: EvaluationFiles, *, run_out: Path | None, cache: Path | None, as_json: bool) -> int:
    """Measure one set and print it; returns the exit code."""
    from portal.cli.evaluation_tables import as_json as evaluation_as_json
    from portal.cli.evaluation_tables import print_evaluation
    from portal.cli.index import progress_bar
    from portal.cli.instance import open_container
    from portal.cli.screen import print_json, screen
    from search_index import run_lines

    service = open_container().evaluation
    with progress_bar(quiet=as_json, stages=STAGES) as progress:
        outcome = service.evaluate(service.read_set(name, files, progress), cache=cache, progress=progress)
    if run_out is not None:
        run_out.write_text("".join(f"{line}\n" for line in run_lines(outcome.evaluation.answers)), encoding="utf-8")
    if as_json:
        print_json({**evaluation_as_json(outcome.evaluation), "model_problem": outcome.model_problem})
    else:
        print_evaluation(screen(), outcome.evaluation)
        if outcome.model_problem:
            screen().print("Only keywords were searched, and no history was learned from.", style="yellow")
            screen().print(outcome.model_problem, style="yellow", markup=False, soft_wrap=True)
    return EXIT_PROBLEMS if outcome.model_problem else 0
