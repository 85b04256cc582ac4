"""The drawings of the page of figures."""

from __future__ import annotations

from dataclasses import dataclass

from portal.domain.charts import Bar, Line, Segment, bars, line, segments
from portal.domain.ratings import Score
from portal.domain.service_figures import ScoreFigure, ServiceFigures, TimeFigure, TimesTable


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeBar:
    """One row of a chart of times; no bar where there are too few requests."""

    figure: TimeFigure
    bar: Bar | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreBar:
    """One row of a chart of satisfaction; no segments where too few said anything."""

    figure: ScoreFigure
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceCharts:
    """All drawings of the page."""

    first_reply: tuple[TimeBar, ...]
    solution: tuple[TimeBar, ...]
    backlog: Line
    scores: tuple[ScoreBar, ...]


def charts_of(figures: ServiceFigures) -> ServiceCharts:
    """Draw the figures of a period."""
    return ServiceCharts(
        first_reply=_time_bars(figures.first_reply),
        solution=_time_bars(figures.solution),
        backlog=line([day.open for day in figures.backlog]),
        scores=tuple(_score_bar(figure) for figure in (figures.scores, *figures.scores_by_channel) if figure.n),
    )


def _time_bars(table: TimesTable) -> tuple[TimeBar, ...]:
    figures = (table.total, *table.by_channel, *table.by_cause) if table.total.n else ()
    drawn = bars([(figure.median or 0, figure.ninetieth or 0) for figure in figures])
    return tuple(
        TimeBar(figure=figure, bar=bar if figure.median is not None else None)
        for figure, bar in zip(figures, drawn, strict=True)
    )


def _score_bar(figure: ScoreFigure) -> ScoreBar:
    counts = [(score.word, figure.counts[score]) for score in (Score.GOOD, Score.OKAY, Score.BAD)]
    return ScoreBar(figure=figure, segments=segments(counts) if figure.good_share is not None else ())
