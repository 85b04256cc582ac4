"""Agents turn a solved request into the beginning of an article."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.domain.users import Role
from portal.web.access import role_required
from portal.web.agents import blueprint
from portal.web.context import container, viewer


@blueprint.post("/requests/<reference>/draft")
@role_required(Role.AGENT)
def begin_article(reference: str) -> Response:
    """Begin an article from a request, and tell the writers."""
    if container().article_drafts.make(reference, viewer()):
        flash(_("The writers have a draft now, without the customer's data."), "success")
    else:
        flash(_("The writers have a draft of this request already."), "info")
    return redirect(url_for("agents.show_request", reference=reference), code=303)
