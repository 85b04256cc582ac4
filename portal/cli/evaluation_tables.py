"""The figures of a measurement as tables for people and as plain values for machines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from portal.cli.index import counted
from search_index import RANKING_FIGURES, Estimate, Evaluation, VerdictFigures

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

SYSTEMS = {"keyword": "keywords alone", "semantic": "meaning alone", "full": "full engine"}
#: Figures of the verdict: the name of the record's field, and what it is called.
SHARES = {
    "wrongly_answered": "unanswerable shown as answered",
    "wrongly_sent_away": "answerable sent away as no_answer",
    "unsure": "all shown as unsure",
}
_NONE = "—"


def print_evaluation(console: Console, evaluation: Evaluation) -> None:
    """Print all figures of one set."""
    console.print(f"{evaluation.name}: {_size(evaluation)}", style="bold", markup=False)
    if evaluation.figures.ranking:
        console.print(ranking_table(evaluation))
    else:
        console.print("No answerable question has a judged article, so there is no order to measure.")
    if evaluation.figures.gain:
        console.print(f"Full engine against the better side, nDCG@10: {signed(evaluation.figures.gain)}", markup=False)
    console.print(verdict_table(evaluation.figures.verdict))
    console.print(latency_table(evaluation))
    console.print(_work(evaluation), style="dim", markup=False)
    if evaluation.model and evaluation.figures.degraded:
        answers = counted(evaluation.figures.degraded, "answer")
        console.print(f"Not to be trusted: {answers} came from less than the full engine.", style="red")


def ranking_table(evaluation: Evaluation) -> Table:
    """Draw the figures of each system with their intervals."""
    table = _table("", *RANKING_FIGURES)
    for system, figures in evaluation.figures.ranking.items():
        table.add_row(SYSTEMS[system.value], *(interval(figures[name]) for name in RANKING_FIGURES))
    return table


def verdict_table(figures: VerdictFigures) -> Table:
    """Draw how far the verdict can be trusted."""
    table = _table("verdict", "")
    table.add_row("area under the ROC curve", interval(figures.auroc))
    for name, words in SHARES.items():
        table.add_row(words, interval(getattr(figures, name)))
    table.add_row("expected calibration error", _plain(figures.calibration_error))
    table.add_row("Brier score", _plain(figures.brier))
    return table


def latency_table(evaluation: Evaluation) -> Table:
    """Draw the milliseconds of each part of a search."""
    parts = evaluation.figures.latency
    table = _table("ms a search", *(each.part for each in parts))
    table.add_row("p50", *(f"{each.p50_ms:.1f}" for each in parts))
    table.add_row("p95", *(f"{each.p95_ms:.1f}" for each in parts))
    return table


def overview_table(evaluations: Sequence[Evaluation]) -> Table:
    """Draw one line a set: the main figures."""
    table = _table(
        "set", "nDCG@10 keywords", "meaning", "full", "gain", "AUROC", "wrong answers", "wrongly sent away", "unsure"
    )
    for each in evaluations:
        ranking, verdict = each.figures.ranking, each.figures.verdict
        main = {system.value: figures[RANKING_FIGURES[0]] for system, figures in ranking.items()}
        table.add_row(
            each.name,
            *(_plain(main[system].value if system in main else None) for system in SYSTEMS),
            signed(each.figures.gain) if each.figures.gain else _NONE,
            *(_plain(getattr(verdict, name).value if getattr(verdict, name) else None) for name in ("auroc", *SHARES)),
        )
    return table


def as_json(evaluation: Evaluation) -> dict[str, object]:
    """Turn the figures into plain values: an interval is {value, low, high, count}, what was not measured is null."""
    figures = evaluation.figures
    return {
        "set": evaluation.name,
        "model": evaluation.model,
        "articles": evaluation.index.articles,
        "passages": evaluation.index.passages,
        "passages_embedded": evaluation.index.passages_embedded,
        "embed_seconds": evaluation.index.embed_seconds,
        "index_seconds": evaluation.index.total_seconds,
        "degraded": figures.degraded,
        "questions": len(evaluation.answers),
        "past_questions": evaluation.past_questions,
        "seconds": evaluation.seconds,
        "ranking": {
            system.value: {name: asdict(each) for name, each in named.items()}
            for system, named in figures.ranking.items()
        },
        "gain": asdict(figures.gain) if figures.gain else None,
        "verdict": asdict(figures.verdict),
        "latency": {each.part: {"p50_ms": each.p50_ms, "p95_ms": each.p95_ms} for each in figures.latency},
    }


def interval(estimate: Estimate | None) -> str:
    """Write a figure with its 95 % interval, such as ``.724 [.671, .772]``."""
    if estimate is None:
        return _NONE
    return f"{_plain(estimate.value)} [{_plain(estimate.low)}, {_plain(estimate.high)}]"


def signed(estimate: Estimate) -> str:
    """The same for a difference, with its sign."""
    value, low, high = (f"{each:+.3f}".replace("0.", ".", 1) for each in (estimate.value, estimate.low, estimate.high))
    return f"{value} [{low}, {high}]"


def _plain(value: float | None) -> str:
    return _NONE if value is None else f"{value:.3f}".removeprefix("0")


def _size(evaluation: Evaluation) -> str:
    index = evaluation.index
    unanswerable = sum(not each.question.answerable for each in evaluation.answers)
    counts = (index.articles, "article"), (index.passages, "passage"), (len(evaluation.answers), "question")
    said = ", ".join(counted(number, noun) for number, noun in counts)
    said += f" ({unanswerable:,} that no article answers)" if unanswerable else ""
    past = evaluation.past_questions
    return said + (f", learned from {counted(past, 'past question')}" if past else "")


def _work(evaluation: Evaluation) -> str:
    index = evaluation.index
    said = f"{evaluation.seconds:.0f} s in all; {index.passages_embedded:,} passages embedded"
    if index.passages_embedded and index.embed_seconds > 0:
        pace = index.passages_embedded / index.embed_seconds
        said += f" in {index.embed_seconds:.0f} s ({pace:.0f} a second)"
    return f"{said}; model: {evaluation.model or 'none'}."


def _table(*columns: str) -> Table:
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for number, column in enumerate(columns):
        table.add_column(column, justify="right" if number else "left")
    return table
