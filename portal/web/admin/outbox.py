"""Mails that were not sent."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from portal.domain.users import Role
from portal.web.access import role_required
from portal.web.admin import blueprint
from portal.web.context import container


@blueprint.get("")
@role_required(Role.ADMIN)
def home() -> Response:
    """Lead to the first page of this surface."""
    return redirect(url_for("admin.mail"))


@blueprint.get("/mail")
@role_required(Role.ADMIN)
def mail() -> str:
    """Show mails that were kept or given up, with their text."""
    return render_template("admin/mail.html", page=container().outbox.page())


@blueprint.post("/mail/<int:mail_id>/send")
@role_required(Role.ADMIN)
def send_mail_again(mail_id: int) -> Response:
    """Queue one mail once more."""
    container().outbox.send_again(mail_id)
    flash(_("The mail is queued again."), "success")
    return redirect(url_for("admin.mail"), code=303)


@blueprint.post("/mail/send-kept")
@role_required(Role.ADMIN)
def send_kept_mails() -> Response:
    """Queue all kept mails once more."""
    number = container().outbox.send_all_kept()
    flash(ngettext("%(num)d mail is queued again.", "%(num)d mails are queued again.", number), "success")
    return redirect(url_for("admin.mail"), code=303)
