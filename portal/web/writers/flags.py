"""What agents said of articles: which need work, and which are missing."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.domain.article_flags import FlagKind, FlagState
from portal.domain.users import Role
from portal.web.access import role_required
from portal.web.context import container
from portal.web.writers import blueprint


@blueprint.get("/flags")
@role_required(Role.WRITER)
def flags() -> str:
    """List what agents said of articles, the newest first."""
    state = FlagState.DONE if request.args.get("show") == FlagState.DONE else FlagState.OPEN
    page = container().article_flags.page(state, request.args.get("page", 1, type=int))
    return render_template("writers/flags.html", page=page, kinds=kind_words())


@blueprint.post("/flags/<int:flag_id>/state")
@role_required(Role.WRITER)
def set_flag_state(flag_id: int) -> Response:
    """Note that one is dealt with, or open again."""
    done = request.form.get("state") == FlagState.DONE
    container().article_flags.set_state(flag_id, FlagState.DONE if done else FlagState.OPEN)
    flash(_("Done. Thank you.") if done else _("It is open again."), "success")
    return redirect(url_for("writers.flags", show=None if done else FlagState.DONE.value), code=303)


def kind_words() -> dict[str, str]:
    """Name what agents said."""
    return {
        FlagKind.OUTDATED: _("Outdated"),
        FlagKind.UNCLEAR: _("Unclear"),
        FlagKind.MISSING_STEP: _("A step is missing"),
        FlagKind.WRONG: _("Wrong"),
        FlagKind.MISSING: _("No article"),
    }
