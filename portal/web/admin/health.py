"""How the site is: the search, the mail and the worker, with what a banner leaves out."""

from __future__ import annotations

from flask import render_template

from portal.domain.users import Role
from portal.web.access import role_required
from portal.web.admin import blueprint
from portal.web.context import container
from portal.web.health_words import search_words, worker_is_missing


@blueprint.get("/health")
@role_required(Role.ADMIN)
def health() -> str:
    """Show what works and what does not."""
    status, troubles = container().health.engine_status(), container().health.troubles()
    return render_template(
        "admin/health.html",
        status=status,
        troubles=troubles,
        search_trouble=search_words(status.problem) if status.problem else "",
        worker_missing=worker_is_missing(troubles),
        index_folder=container().settings.index_folder.resolve(),
    )
