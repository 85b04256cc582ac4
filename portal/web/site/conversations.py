"""A customer's requests: under a private link, or signed in."""

from __future__ import annotations

from flask import Response, flash, jsonify, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from portal.domain.users import Role
from portal.web.access import anyone, role_required
from portal.web.context import container, viewer
from portal.web.errors import wants_json
from portal.web.forms.conversations import MessageForm
from portal.web.limits import RateLimit, limited
from portal.web.live_stream import live_message
from portal.web.private_pages import private_page
from portal.web.site import blueprint
from portal.web.site.chat import MESSAGE
from portal.web.uploads import kept_files, takes_files


@blueprint.get("/requests")
@role_required(Role.CUSTOMER)
def my_requests() -> str:
    """List what a signed-in customer has asked."""
    return render_template("site/my_requests.html", page=container().conversations.my_requests(viewer()))


@blueprint.get("/requests/<key>")
@anyone
def request_page(key: str) -> Response:
    """Show one request to whoever holds its private link, or to the signed-in customer who sent it."""
    return _page(key, MessageForm(formdata=None))


@blueprint.post("/requests/<key>")
@anyone
@limited(RateLimit.MESSAGE)
@takes_files
def add_to_request(key: str) -> BaseResponse:
    """Add a message, which opens the request again."""
    form = MessageForm()
    files = kept_files(form) if form.validate() else None
    if files is None:
        return _refused(form) if wants_json() else _page(key, form)
    text, form_key = form.message.data or "", form.form_key.data or ""
    container().conversations.follow_up(key, viewer(), text=text, form_key=form_key, files=files)
    container().live.nudge()
    if wants_json():
        return live_message(container().chat.customer_message(key, viewer(), form_key), MESSAGE)
    flash(_("Your message has arrived. A person will read it."), "success")
    return redirect(url_for("site.request_page", key=key), code=303)


def _refused(form: MessageForm) -> Response:
    """Say to the script of the page what is wrong, as the page would say it."""
    said = " ".join(message for messages in form.errors.values() for message in messages)
    response = jsonify({"error": {"status": 400, "title": _("That did not work yet"), "message": said}})
    response.status_code = 400
    return response


def _page(key: str, form: MessageForm) -> Response:
    page = container().conversations.customer_page(key, viewer())
    form.form_key.data = form.form_key.data or page.form_key
    return private_page(render_template("site/request.html", page=page, form=form))
