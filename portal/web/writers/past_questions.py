"""What search learned from replies and votes, and taking it back."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.domain.past_questions import EvidenceSource, WithdrawnReason
from portal.domain.users import Role
from portal.web.access import role_required
from portal.web.context import container
from portal.web.writers import blueprint


@blueprint.get("/past-questions")
@role_required(Role.WRITER)
def past_questions() -> str:
    """Show past questions with the articles they speak for, the newest first."""
    page = container().learning.list_page(request.args.get("page", 1, type=int))
    return render_template("writers/past_questions.html", page=page, sources=source_words(), reasons=withdrawn_words())


@blueprint.post("/past-questions/<int:question_id>/withdraw")
@role_required(Role.WRITER)
def withdraw_past_question(question_id: int) -> Response:
    """Let one past question count no more."""
    container().learning.withdraw(question_id)
    flash(_("Withdrawn: search does not count this question any more."), "success")
    number = request.args.get("page", 1, type=int)
    return redirect(url_for("writers.past_questions", page=number if number > 1 else None), code=303)


def source_words() -> dict[str, str]:
    """Name those who said that an article answers a question."""
    return {
        EvidenceSource.AGENT_REPLY: _("Linked in a reply"),
        EvidenceSource.AGENT_SAID: _("Confirmed by staff"),
        EvidenceSource.CUSTOMER_CONFIRMED: _("Confirmed by a customer"),
        EvidenceSource.IMPORTED: _("Imported"),
    }


def withdrawn_words() -> dict[str, str]:
    """Name the reasons why a past question does not count any more."""
    return {
        WithdrawnReason.CHANGED_THEIR_MIND: _("The customer changed their mind"),
        WithdrawnReason.LINK_DID_NOT_HELP: _("The customer says the link did not help"),
        WithdrawnReason.BY_STAFF: _("Withdrawn here"),
        WithdrawnReason.VOTER_WITHDRAWN: _("All of this person was withdrawn"),
    }
