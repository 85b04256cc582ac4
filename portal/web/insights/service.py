"""How well people are served: one page of figures, and each of its tables for a spreadsheet."""

from __future__ import annotations

from flask import Response, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from portal.domain.service_figures import FEWEST, PERIODS_DAYS
from portal.domain.users import Role
from portal.web.access import role_required
from portal.web.context import container
from portal.web.insights import blueprint
from portal.web.insights.charts import charts_of
from portal.web.insights.tables import csv_text, table_of
from portal.web.insights.words import cause_words, channel_words, minutes_words, score_words, share_words

NOT_FOUND = 404


@blueprint.get("/")
@role_required(Role.AGENT)
def insights() -> BaseResponse:
    """Lead to the first page of this surface."""
    return redirect(url_for("insights.service"))


@blueprint.get("/service")
@role_required(Role.AGENT)
def service() -> str:
    """Show the figures of a period, each with its formula and its n."""
    figures = container().figures.service(wanted_days())
    return render_template(
        "insights/service.html",
        figures=figures,
        charts=charts_of(figures),
        periods=PERIODS_DAYS,
        fewest=FEWEST,
        keys={**channel_words(), **cause_words(), **score_words()},
        minutes=minutes_words,
        share=share_words,
    )


@blueprint.get("/service/<name>.csv")
@role_required(Role.AGENT)
def service_csv(name: str) -> Response:
    """Send one table of a period for a spreadsheet."""
    figures = container().figures.service(wanted_days())
    rows = table_of(name, figures)
    if rows is None:
        abort(NOT_FOUND)
    headers = {"Content-Disposition": f'attachment; filename="{name}-{figures.days}-days.csv"'}
    return Response(csv_text(rows), mimetype="text/csv", headers=headers)


def wanted_days() -> int:
    """Read the period from the address, in days; the service puts another for one that is none."""
    return request.args.get("days", PERIODS_DAYS[1], type=int)
