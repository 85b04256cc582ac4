"""One request as agents work on it: its journey, its messages, and the answer."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.content.messages import render_message
from portal.domain.attachments import Attachment
from portal.domain.errors import InvalidInput, ReplyHeld
from portal.domain.users import Role
from portal.web.access import role_required
from portal.web.agents import blueprint
from portal.web.agents.flags import kind_words
from portal.web.context import container, viewer
from portal.web.forms.desk import FlagForm, NoteForm, ReplyForm
from portal.web.uploads import kept_files, takes_files


@blueprint.get("/requests/<reference>")
@role_required(Role.AGENT)
def show_request(reference: str) -> str:
    """Show one request, its journey first."""
    return _page(reference, ReplyForm(formdata=None))


@blueprint.post("/requests/<reference>")
@role_required(Role.AGENT)
@takes_files
def answer_request(reference: str) -> str | Response:
    """Answer a request, or show how the answer will look."""
    form = ReplyForm()
    if "preview" in request.form:
        return _page(reference, form, preview=True)
    files = kept_files(form) if form.validate() else None
    if files is None:
        return _page(reference, form)
    held = _send(reference, form, files)
    if held is not None or form.errors:
        return _page(reference, form, held=held)
    return _back(reference)


@blueprint.post("/requests/<reference>/note")
@role_required(Role.AGENT)
def add_note(reference: str) -> str | Response:
    """Keep a note that only agents read."""
    form = NoteForm()
    if not form.validate():
        return _page(reference, ReplyForm(formdata=None), note=form)
    text, key = form.message.data or "", form.form_key.data or ""
    container().desk.add_note(reference, viewer(), text=text, form_key=key)
    return _done(reference, _("The note is kept. Only agents see it."))


@blueprint.post("/requests/<reference>/assign")
@role_required(Role.AGENT)
def assign_request(reference: str) -> Response:
    """Give a request to an agent, or to nobody."""
    wanted = request.form.get("assignee", "")
    number = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 10 else None  # noqa: PLR2004
    if wanted and number is None:
        raise InvalidInput(_("This person cannot take requests. Please choose somebody else."), field="assignee")
    container().desk.assign(reference, number)
    return _done(reference, _("The request has been given on.") if number else _("The request is free to be taken."))


@blueprint.post("/requests/<reference>/urgent")
@role_required(Role.AGENT)
def mark_urgent(reference: str) -> Response:
    """Mark a request as urgent, or as not."""
    urgent = request.form.get("urgent") == "yes"
    container().desk.set_urgent(reference, urgent)
    return _done(reference, _("The request is marked as urgent.") if urgent else _("The request is urgent no more."))


@blueprint.post("/requests/<reference>/tags")
@role_required(Role.AGENT)
def set_tags(reference: str) -> Response:
    """Replace a request's tags."""
    container().desk.set_tags(reference, request.form.get("tags", ""))
    return _done(reference, _("The tags are kept."))


@blueprint.post("/requests/<reference>/solve")
@role_required(Role.AGENT)
def solve_request(reference: str) -> Response:
    """Mark a request as solved."""
    container().desk.solve(reference)
    return _done(reference, _("The request is marked as solved."))


@blueprint.post("/requests/<reference>/open-again")
@role_required(Role.AGENT)
def open_again(reference: str) -> Response:
    """Open a request that was solved."""
    container().desk.open_again(reference)
    return _done(reference, _("The request is open again."))


@blueprint.post("/requests/<reference>/revoke-links")
@role_required(Role.AGENT)
def revoke_links(reference: str) -> Response:
    """Make the private links to a request worthless, because one got into wrong hands."""
    container().desk.revoke_links(reference)
    words = _("Older private links do not work any more. Your next answer brings the customer a new one.")
    return _done(reference, words)


def _send(reference: str, form: ReplyForm, files: tuple[Attachment, ...]) -> ReplyHeld | None:
    """Send an answer; what holds it back is returned, what is wrong with it stands beside its field."""
    text, key = form.message.data or "", form.form_key.data or ""
    try:
        learns = container().desk.answer(reference, viewer(), text=text, form_key=key, files=files, check=form.check())
    except ReplyHeld as held:
        return held
    except InvalidInput as error:
        form.message.errors = [*form.message.errors, str(error)]
        return None
    container().live.nudge()
    flash(_("Your answer is on its way."), "success")
    if learns:
        flash(_("Search will learn from this link."), "info")
    return None


def _done(reference: str, words: str) -> Response:
    container().live.nudge()
    flash(words, "success")
    return _back(reference)


def _back(reference: str) -> Response:
    return redirect(url_for("agents.show_request", reference=reference), code=303)


def _page(
    reference: str,
    form: ReplyForm,
    *,
    note: NoteForm | None = None,
    held: ReplyHeld | None = None,
    preview: bool = False,
) -> str:
    page = container().desk.agent_page(reference, viewer())
    form.form_key.data = form.form_key.data or page.form_key
    keep_seen = form.is_submitted() and held is None
    form.seen.data = form.seen.data if keep_seen and form.seen.data else str(page.last_message)
    note_form = note or NoteForm(formdata=None)
    note_form.form_key.data = note_form.form_key.data or page.form_key
    return render_template(
        "agents/request.html",
        page=page,
        form=form,
        note_form=note_form,
        flag_form=FlagForm(formdata=None),
        flag_kinds=kind_words(),
        picks=container().article_picks.offer(reference, viewer()),
        canned=container().canned_replies.list_all(),
        held=held,
        preview=render_message(form.message.data or "") if preview else None,
    )
