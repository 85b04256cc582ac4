"""Addresses of other systems that are told of events, and the log of what they were told."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from portal.domain.errors import Conflict, InvalidInput
from portal.domain.users import Role
from portal.domain.webhooks import EVENTS, DeliveryState, PausedReason
from portal.web.access import role_required
from portal.web.admin import blueprint
from portal.web.context import container
from portal.web.forms.account import explain
from portal.web.forms.webhooks import EVENT_WORDS, WebhookForm


@blueprint.get("/webhooks")
@role_required(Role.ADMIN)
def webhooks() -> str:
    """List the addresses, with a form for another."""
    chosen = [event.value for event in EVENTS[:3]]
    return _list_page(WebhookForm(formdata=None, events=chosen))


@blueprint.post("/webhooks")
@role_required(Role.ADMIN)
def add_webhook() -> str:
    """Store an address, and show its secret this once."""
    form = WebhookForm()
    if form.validate_on_submit():
        try:
            webhook = container().webhooks.add(form.webhook())
        except (InvalidInput, Conflict) as error:
            explain(form, error if isinstance(error, InvalidInput) else InvalidInput(str(error)), field="url")
        else:
            return render_template("admin/webhook_secret.html", webhook=webhook, rotated=False)
    return _list_page(form)


@blueprint.get("/webhooks/<int:webhook_id>")
@role_required(Role.ADMIN)
def webhook(webhook_id: int) -> str:
    """Show one address with what it was told."""
    page = container().webhooks.page(webhook_id, request.args.get("page", 1, type=int))
    return render_template(
        "admin/webhook.html", page=page, events=EVENT_WORDS, states=state_words(), paused=paused_words()
    )


@blueprint.post("/webhooks/<int:webhook_id>/secret")
@role_required(Role.ADMIN)
def rotate_webhook(webhook_id: int) -> str:
    """Give an address a new secret, and show it this once."""
    webhook = container().webhooks.rotate(webhook_id)
    return render_template("admin/webhook_secret.html", webhook=webhook, rotated=True)


@blueprint.post("/webhooks/<int:webhook_id>/test")
@role_required(Role.ADMIN)
def test_webhook(webhook_id: int) -> Response:
    """Send an address a test event."""
    container().webhooks.ping(webhook_id)
    flash(_("A test is on its way. Reload this page in a moment to see what came of it."), "success")
    return _back(webhook_id)


@blueprint.post("/webhooks/<int:webhook_id>/pause")
@role_required(Role.ADMIN)
def pause_webhook(webhook_id: int) -> Response:
    """Tell an address nothing for now."""
    container().webhooks.pause(webhook_id)
    flash(_("Paused. What happens meanwhile is held, and sent when you resume."), "success")
    return _back(webhook_id)


@blueprint.post("/webhooks/<int:webhook_id>/resume")
@role_required(Role.ADMIN)
def resume_webhook(webhook_id: int) -> Response:
    """Tell an address again."""
    held = container().webhooks.resume(webhook_id)
    flash(ngettext("Resumed. %(num)d held event is sent.", "Resumed. %(num)d held events are sent.", held), "success")
    return _back(webhook_id)


@blueprint.post("/webhooks/<int:webhook_id>/delete")
@role_required(Role.ADMIN)
def delete_webhook(webhook_id: int) -> Response:
    """Forget an address and its log."""
    container().webhooks.remove(webhook_id)
    flash(_("Deleted. This address is told nothing more."), "success")
    return redirect(url_for("admin.webhooks"), code=303)


@blueprint.post("/webhooks/deliveries/<int:delivery_id>/send")
@role_required(Role.ADMIN)
def replay_delivery(delivery_id: int) -> Response:
    """Send one event once more."""
    webhook = container().webhooks.replay(delivery_id)
    flash(_("It is sent once more, with the same event id."), "success")
    return _back(webhook.id)


def state_words() -> dict[str, str]:
    """Name what became of a delivery."""
    return {
        DeliveryState.WAITING: _("waiting"),
        DeliveryState.DELIVERED: _("delivered"),
        DeliveryState.FAILED: _("given up"),
        DeliveryState.HELD: _("held"),
    }


def paused_words() -> dict[str, str]:
    """Say why an address is paused."""
    return {
        PausedReason.BY_ADMIN: _("You paused it. What happens meanwhile is held for 30 days."),
        PausedReason.FAILING: _("It took nothing for three days, so it is paused. Mend the other side, then resume."),
        PausedReason.GONE: _("It answered 410 Gone, so it is paused. Resume it if that was a mistake."),
    }


def _back(webhook_id: int) -> Response:
    return redirect(url_for("admin.webhook", webhook_id=webhook_id), code=303)


def _list_page(form: WebhookForm) -> str:
    return render_template("admin/webhooks.html", lines=container().webhooks.list_lines(), form=form)
