"""What customers searched for in vain: the writers' table, its filters and its download."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

from flask import Response, render_template, request, stream_with_context
from flask_babel import gettext as _

from portal.domain.failed_searches import PERIODS_DAYS, FailedFilter
from portal.domain.searches import FailedKind
from portal.domain.users import Role
from portal.web.access import role_required
from portal.web.context import container
from portal.web.writers import blueprint

#: Tells spreadsheets that the text is UTF-8.
BYTE_ORDER_MARK = "\ufeff"


@blueprint.get("/failed-searches")
@role_required(Role.WRITER)
def failed_searches() -> str:
    """Show failed searches grouped by wording, the most frequent first."""
    wanted = wanted_filter()
    page = container().failed_searches.list_page(wanted, request.args.get("page", 1, type=int))
    return render_template("writers/failed_searches.html", page=page, periods=PERIODS_DAYS, kinds=kind_words())


@blueprint.get("/failed-searches.csv")
@role_required(Role.WRITER)
def failed_searches_csv() -> Response:
    """Send all groups as a table for a spreadsheet."""
    wanted = wanted_filter()
    rows = container().failed_searches.csv_rows(wanted)
    name = f"failed-searches-{wanted.days}-days.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(stream_with_context(_lines(rows)), mimetype="text/csv", headers=headers)


def wanted_filter() -> FailedFilter:
    """Read the filter from the address; what cannot be read is left at its default."""
    usual = FailedFilter()
    days = request.args.get("days", usual.days, type=int)
    kind = request.args.get("kind", "")
    return FailedFilter(
        days=days if days in PERIODS_DAYS else usual.days,
        kind=FailedKind(kind) if kind in set(FailedKind) else None,
    )


def kind_words() -> dict[str, str]:
    """Name the ways in which a search fails, for people."""
    return {
        FailedKind.NO_ANSWER: _("No article"),
        FailedKind.NO_CLICK: _("Nothing opened"),
        FailedKind.REPHRASED: _("Asked again"),
        FailedKind.VOTED_DOWN: _("Did not help"),
        FailedKind.HANDED_OFF: _("Went to a human"),
    }


def _lines(rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    """Write rows one by one, so that a long table needs no memory."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    yield BYTE_ORDER_MARK
    for row in rows:
        writer.writerow(row)
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
