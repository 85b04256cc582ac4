"""The tables of figures for a spreadsheet: plain numbers, and an empty cell where there are too few."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping

from portal.domain.failed_searches import harmless_cell
from portal.domain.ratings import Score
from portal.domain.service_figures import ScoreFigure, ServiceFigures, TimesTable

Cell = str | int | float | None
Row = tuple[Cell, ...]

#: Tells spreadsheets that the text is UTF-8.
BYTE_ORDER_MARK = "\ufeff"
_DECIMALS = 4


def table_of(name: str, figures: ServiceFigures) -> tuple[Row, ...] | None:
    """Return one table, headings first; None when there is none of this name."""
    tables: Mapping[str, Callable[[], Iterable[Row]]] = {
        "first-reply": lambda: _times(figures.first_reply),
        "solution": lambda: _times(figures.solution),
        "backlog": lambda: _backlog(figures),
        "satisfaction": lambda: _satisfaction(figures),
        "articles": lambda: _articles(figures),
        "agents": lambda: _agents(figures),
    }
    return tuple(tables[name]()) if name in tables else None


def csv_text(rows: Iterable[Row]) -> str:
    """Write a table so that no cell is taken for a formula."""
    buffer = io.StringIO(newline="")
    buffer.write(BYTE_ORDER_MARK)
    csv.writer(buffer).writerows([_cell(cell) for cell in row] for row in rows)
    return buffer.getvalue()


def _cell(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float):
        return str(round(cell, _DECIMALS))
    return harmless_cell(cell) if isinstance(cell, str) else str(cell)


def _times(table: TimesTable) -> Iterator[Row]:
    yield ("group", "key", "n", "median business minutes", "90th percentile business minutes")
    groups = {"all": (table.total,), "channel": table.by_channel, "cause": table.by_cause}
    for group, members in groups.items():
        for figure in members:
            yield (group, figure.key, figure.n, figure.median, figure.ninetieth)


def _backlog(figures: ServiceFigures) -> Iterator[Row]:
    yield ("day", "open requests at its end")
    for day in figures.backlog:
        yield (day.day.isoformat(), day.open)


def _satisfaction(figures: ServiceFigures) -> Iterator[Row]:
    yield ("group", "key", "n", "good", "okay", "bad", "share good")
    yield ("all", "", *_scores(figures.scores))
    for figure in figures.scores_by_channel:
        yield ("channel", figure.key, *_scores(figure))
    for agent in figures.agents:
        if agent.scores.n:
            yield ("agent", agent.name, *_scores(agent.scores))


def _articles(figures: ServiceFigures) -> Iterator[Row]:
    yield (
        "id",
        "title",
        "replies with a link",
        "clicks",
        "n",
        "good",
        "okay",
        "bad",
        "share good",
        "would have helped",
    )
    for article in figures.articles:
        scores = _scores(article.scores)
        yield (article.article_id, article.title, article.links, article.clicks, *scores, article.wished)


def _agents(figures: ServiceFigures) -> Iterator[Row]:
    yield (
        *("agent", "replies", "with a link", "share with a link", "first replies"),
        *("median business minutes", "90th percentile business minutes", "solved"),
        *("n", "good", "okay", "bad", "share good"),
    )
    for agent in figures.agents:
        first = agent.first_reply
        times = (first.n, first.median, first.ninetieth)
        yield (
            *(agent.name, agent.replies, agent.linked, agent.linked_share, *times, agent.solved),
            *_scores(agent.scores),
        )


def _scores(figure: ScoreFigure) -> Row:
    counts = figure.counts
    return (figure.n, counts[Score.GOOD], counts[Score.OKAY], counts[Score.BAD], figure.good_share)
