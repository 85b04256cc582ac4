"""Agents say that an article needs work, or that one is missing."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.domain.article_flags import FlagKind
from portal.domain.users import Role
from portal.web.access import role_required
from portal.web.agents import blueprint
from portal.web.context import container, viewer
from portal.web.forms.desk import FlagForm


@blueprint.post("/requests/<reference>/flag")
@role_required(Role.AGENT)
def flag_article(reference: str) -> Response:
    """Tell the writers, with the request attached."""
    form = FlagForm()
    container().article_flags.flag(
        viewer(),
        form.kind.data or "",
        article_id=form.article_id.data or "",
        reference=reference,
        note=form.note.data or "",
    )
    flash(_("Thank you. The writers see it, with the customer's question."), "success")
    return redirect(url_for("agents.show_request", reference=reference), code=303)


def kind_words() -> dict[str, str]:
    """Name what can be wrong, for agents."""
    return {
        FlagKind.OUTDATED: _("It is outdated"),
        FlagKind.UNCLEAR: _("It is unclear"),
        FlagKind.MISSING_STEP: _("A step is missing"),
        FlagKind.WRONG: _("It is wrong"),
        FlagKind.MISSING: _("There is no article on this"),
    }
