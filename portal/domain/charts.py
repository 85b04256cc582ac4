"""Charts as plain geometry: where each mark stands. Labels are text of the page, so that they grow with it.

Drawings are stretched to the room they have, so all places are shares of a width and a height of 100.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

#: Width and height of every drawing, in its own units.
SIZE = 100.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar of a list of bars.

    Attributes:
        width: Of the bar.
        reach: How far its thin line goes, such as to the 90th percentile; at least `width`.
    """

    width: float
    reach: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """One part of a bar that shows shares."""

    key: str
    x: float
    width: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line over time, and the area below it.

    Attributes:
        points: For the line, as SVG writes them.
        area: The same, closed along the ground.
        top: The value at the upper edge; at least 1.
    """

    points: str
    area: str
    top: int


def bars(values: Sequence[tuple[float, float]]) -> tuple[Bar, ...]:
    """Place bars beside one another's scale: the longest reach takes the whole width.

    Args:
        values: For each bar its value and how far its thin line goes, neither below 0; may be empty.
    """
    top = max((max(pair) for pair in values), default=0.0)
    scale = SIZE / top if top else 0.0
    return tuple(Bar(width=_tidy(value * scale), reach=_tidy(max(value, reach) * scale)) for value, reach in values)


def segments(counts: Sequence[tuple[str, int]]) -> tuple[Segment, ...]:
    """Divide a bar among counts, in their order; nothing without any."""
    total = sum(count for _, count in counts)
    placed: list[Segment] = []
    x = 0.0
    for key, count in counts:
        if not count:
            continue
        width = count / total * SIZE
        placed.append(Segment(key=key, x=_tidy(x), width=_tidy(width)))
        x += width
    return tuple(placed)


def line(values: Sequence[int]) -> Line:
    """Draw values over equal steps of time, from the left edge to the right; 0 is the ground.

    Args:
        values: None below 0; a single one is drawn as a level line, none as an empty drawing.
    """
    top = max(1, *values) if values else 1
    steps = values if len(values) != 1 else (values[0], values[0])
    last = max(len(steps) - 1, 1)
    places = [f"{_tidy(place / last * SIZE)},{_tidy(SIZE - value / top * SIZE)}" for place, value in enumerate(steps)]
    points = " ".join(places)
    area = f"0,{SIZE:g} {points} {SIZE:g},{SIZE:g}" if places else ""
    return Line(points=points, area=area, top=top)


def _tidy(place: float) -> float:
    return round(place, 2)
