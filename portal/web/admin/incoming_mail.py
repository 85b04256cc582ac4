"""Mail that came in and that no person has seen: machines, floods, and what could not be read."""

from __future__ import annotations

from flask import Response, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from portal.domain.users import Role
from portal.web.access import role_required
from portal.web.admin import blueprint
from portal.web.context import container


@blueprint.get("/incoming-mail")
@role_required(Role.ADMIN)
def incoming_mail() -> str:
    """Show what was set aside, and how the mailbox does."""
    page = container().incoming_mail.page(container().mailbox.state())
    return render_template("admin/incoming_mail.html", page=page, reply_address=container().reply_addresses.address)


@blueprint.get("/incoming-mail/<int:mail_id>")
@role_required(Role.ADMIN)
def incoming_mail_source(mail_id: int) -> Response:
    """Hand out a mail as it came, as a file for a mail program."""
    response = make_response(container().incoming_mail.raw(mail_id))
    response.headers["Content-Type"] = "application/octet-stream"
    response.headers["Content-Disposition"] = f'attachment; filename="mail-{mail_id}.eml"'
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@blueprint.post("/incoming-mail/<int:mail_id>/take-in")
@role_required(Role.ADMIN)
def take_in_mail(mail_id: int) -> BaseResponse:
    """Take a mail in that was set aside."""
    if container().incoming_mail.take_in(mail_id):
        flash(_("The mail is being taken in. It becomes a request, or joins the one it answers."), "success")
    else:
        flash(_("This mail is not set aside any more."), "info")
    return redirect(url_for("admin.incoming_mail"), code=303)
