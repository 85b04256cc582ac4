"""Drafts that agents began from requests."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from portal.domain.users import Role
from portal.web.access import role_required
from portal.web.context import container
from portal.web.writers import blueprint


@blueprint.get("/drafts")
@role_required(Role.WRITER)
def drafts() -> str:
    """List the drafts, the newest first."""
    return render_template("writers/drafts.html", drafts=container().article_drafts.list_newest())


@blueprint.get("/drafts/<draft_id>")
@role_required(Role.WRITER)
def draft(draft_id: str) -> str:
    """Show one draft as Markdown, with the request it came from."""
    return render_template("writers/draft.html", draft=container().article_drafts.get(draft_id))


@blueprint.get("/drafts/<draft_id>.md")
@role_required(Role.WRITER)
def draft_file(draft_id: str) -> Response:
    """Send one draft as a file for the articles folder."""
    found = container().article_drafts.get(draft_id)
    headers = {"Content-Disposition": f'attachment; filename="{found.id}.md"'}
    return Response(found.markdown, mimetype="text/markdown", headers=headers)


@blueprint.post("/drafts/<draft_id>/put-away")
@role_required(Role.WRITER)
def put_draft_away(draft_id: str) -> BaseResponse:
    """Take one draft off the list."""
    container().article_drafts.put_away(draft_id)
    flash(_("Put away. Its text is kept in the database."), "success")
    return redirect(url_for("writers.drafts"), code=303)
