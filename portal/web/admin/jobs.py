"""Jobs that were given up."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.domain.users import Role
from portal.web.access import role_required
from portal.web.admin import blueprint
from portal.web.context import container


@blueprint.get("/jobs")
@role_required(Role.ADMIN)
def jobs() -> str:
    """Show jobs that failed too often."""
    return render_template("admin/jobs.html", page=container().jobs.page())


@blueprint.post("/jobs/<int:job_id>/try")
@role_required(Role.ADMIN)
def try_job_again(job_id: int) -> Response:
    """Have one job tried again."""
    container().jobs.revive(job_id)
    flash(_("The job is tried again."), "success")
    return redirect(url_for("admin.jobs"), code=303)
