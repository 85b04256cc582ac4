"""One request as agents work on it: its journey, its messages, and the answer."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.domain.users import Role
from portal.web.access import role_required
from portal.web.agents import blueprint
from portal.web.context import container, viewer
from portal.web.forms.conversations import AnswerForm
from portal.web.uploads import kept_files, takes_files


@blueprint.get("/requests/<reference>")
@role_required(Role.AGENT)
def show_request(reference: str) -> str:
    """Show one request, its journey first."""
    return _page(reference, AnswerForm(formdata=None))


@blueprint.post("/requests/<reference>")
@role_required(Role.AGENT)
@takes_files
def answer_request(reference: str) -> str | Response:
    """Answer a request by e-mail and under the private link."""
    form = AnswerForm()
    files = kept_files(form) if form.validate() else None
    if files is None:
        return _page(reference, form)
    text, key = form.message.data or "", form.form_key.data or ""
    learns = container().desk.answer(reference, viewer(), text=text, form_key=key, files=files)
    flash(_("Your answer is on its way."), "success")
    if learns:
        flash(_("Search will learn from this link."), "info")
    return redirect(url_for("agents.show_request", reference=reference), code=303)


@blueprint.post("/requests/<reference>/solve")
@role_required(Role.AGENT)
def solve_request(reference: str) -> Response:
    """Mark a request as solved."""
    container().desk.solve(reference)
    flash(_("The request is marked as solved."), "success")
    return redirect(url_for("agents.show_request", reference=reference), code=303)


@blueprint.post("/requests/<reference>/revoke-links")
@role_required(Role.AGENT)
def revoke_links(reference: str) -> Response:
    """Make the private links to a request worthless, because one got into wrong hands."""
    container().desk.revoke_links(reference)
    flash(_("Older private links do not work any more. Your next answer brings the customer a new one."), "success")
    return redirect(url_for("agents.show_request", reference=reference), code=303)


def _page(reference: str, form: AnswerForm) -> str:
    page = container().desk.agent_page(reference, viewer())
    form.form_key.data = form.form_key.data or page.form_key
    return render_template("agents/request.html", page=page, form=form)
