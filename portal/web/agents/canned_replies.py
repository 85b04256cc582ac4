"""Agents keep the canned replies."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.domain.canned_replies import Situation, Variable
from portal.domain.errors import Conflict, InvalidInput
from portal.domain.users import Role
from portal.web.access import role_required
from portal.web.agents import blueprint
from portal.web.context import container, viewer
from portal.web.forms.desk import CannedReplyForm


@blueprint.get("/canned-replies")
@role_required(Role.AGENT)
def canned_replies() -> str:
    """List all canned replies, and offer to write one."""
    return _list(CannedReplyForm(formdata=None))


@blueprint.post("/canned-replies")
@role_required(Role.AGENT)
def add_canned_reply() -> str | Response:
    """Store a new canned reply."""
    form = CannedReplyForm()
    if not _save(form):
        return _list(form)
    return _done(_("The canned reply is kept."))


@blueprint.get("/canned-replies/<int:reply_id>")
@role_required(Role.AGENT)
def edit_canned_reply(reply_id: int) -> str:
    """Show one canned reply to be changed."""
    reply = container().canned_replies.get(reply_id)
    form = CannedReplyForm(formdata=None, title=reply.title, situation=reply.situation.value, body=reply.body)
    return _edit(reply_id, form)


@blueprint.post("/canned-replies/<int:reply_id>")
@role_required(Role.AGENT)
def change_canned_reply(reply_id: int) -> str | Response:
    """Replace or delete one canned reply."""
    if "remove" in request.form:
        container().canned_replies.remove(reply_id)
        return _done(_("The canned reply is gone."))
    form = CannedReplyForm()
    if not _save(form, reply_id):
        return _edit(reply_id, form)
    return _done(_("The canned reply is kept."))


def _save(form: CannedReplyForm, reply_id: int | None = None) -> bool:
    """Store what the form holds; False when it has to be looked at again, which its fields then tell."""
    values = {"title": form.title.data or "", "situation": form.situation.data or "", "body": form.body.data or ""}
    try:
        if reply_id is None:
            container().canned_replies.add(viewer(), **values)
        else:
            container().canned_replies.change(reply_id, viewer(), **values)
    except InvalidInput as error:
        field = getattr(form, error.field or "body", form.body)
        field.errors = [*field.errors, str(error)]
        return False
    except Conflict as error:
        form.title.errors = [*form.title.errors, str(error)]
        return False
    return True


def _list(form: CannedReplyForm) -> str:
    form.situation.choices = list(situation_words().items())
    replies = container().canned_replies.list_all()
    return render_template(
        "agents/canned_replies.html",
        replies=replies,
        form=form,
        situations=situation_words(),
        variables=variable_words(),
    )


def _edit(reply_id: int, form: CannedReplyForm) -> str:
    form.situation.choices = list(situation_words().items())
    return render_template("agents/canned_reply.html", reply_id=reply_id, form=form, variables=variable_words())


def _done(words: str) -> Response:
    flash(words, "success")
    return redirect(url_for("agents.canned_replies"), code=303)


def situation_words() -> dict[str, str]:
    """Name what canned replies are for."""
    return {
        Situation.NO_ARTICLE: _("No article found"),
        Situation.ARTICLE_FAILED: _("An article did not help"),
        Situation.LINK: _("The answer is in an article"),
        Situation.URGENT: _("Urgent"),
        Situation.LATE: _("We are late"),
        Situation.CALL_BACK: _("Call-back"),
        Situation.QUESTION: _("We need to know more"),
        Situation.CLOSING: _("Closing"),
        Situation.OTHER: _("Something else"),
    }


def variable_words() -> dict[str, str]:
    """Say what each variable stands for."""
    return {
        Variable.CUSTOMER_FIRST_NAME: _("the customer's first name; left out where they gave none"),
        Variable.CUSTOMER_NAME: _("the customer's name"),
        Variable.AGENT_FIRST_NAME: _("your first name"),
        Variable.AGENT_NAME: _("your name"),
        Variable.REQUEST_REFERENCE: _("the request's reference"),
        Variable.ARTICLE_TITLE: _("the title of the article you linked first"),
        Variable.ARTICLE_URL: _("its short link"),
        Variable.COMPANY_NAME: _("the company's name"),
    }
