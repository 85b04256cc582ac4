"""Failed searches: what can count as one, and how writers ask for them."""

from __future__ import annotations

from dataclasses import dataclass

from portal.domain.searches import FailedGroup, FailedKind
from search_index import DegradedReason, QueryKind, Verdict

#: Periods that writers may choose from, in days.
PERIODS_DAYS = (7, 30, 90, 365)

#: What makes a spreadsheet calculate instead of showing, in plain and in wide characters.
_FORMULA_BEGINS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
#: What some spreadsheets drop before they look at the first character.
_LAYOUT = ("\t", "\r", "\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedFilter:
    """Which failed searches a writer wants to see.

    Attributes:
        days: Only searches of the last so many days.
        kind: Only searches that failed in this way; None for all.
    """

    days: int = 30
    kind: FailedKind | None = None


def failed_at_once(kind: QueryKind, verdict: Verdict, degraded: DegradedReason | None) -> bool:
    """Tell whether a search counts as failed the moment it is answered.

    A degraded search never counts: it says something of the engine and nothing of the articles. Nor does a wish for a
    human, which no article could have met.
    """
    return kind is QueryKind.QUESTION and verdict is Verdict.NO_ANSWER and degraded is None


def csv_row(group: FailedGroup) -> tuple[str, ...]:
    """Turn a group into the cells of a table: query, wording, locale, count, askers, kinds, last seen."""
    kinds = " ".join(kind.value for kind in group.kinds)
    cells = (group.sample, group.wording, group.locale, str(group.count), str(group.askers), kinds)
    return tuple(harmless_cell(cell) for cell in (*cells, group.last_seen.isoformat()))


def harmless_cell(text: str) -> str:
    """Put an apostrophe before what a spreadsheet would take for a formula; customers type these cells."""
    return f"'{text}" if text.lstrip().startswith(_FORMULA_BEGINS) or text.startswith(_LAYOUT) else text
