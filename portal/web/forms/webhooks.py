"""The form for an address that is told of events."""

from __future__ import annotations

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectMultipleField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from portal.domain.webhooks import EVENTS, MAX_NOTE_LENGTH, MAX_URL_LENGTH, NewWebhook, WebhookEvent

EVENT_WORDS = {
    WebhookEvent.REQUEST_CREATED: lazy_gettext("A request was sent"),
    WebhookEvent.REQUEST_REPLIED: lazy_gettext("A customer or an agent wrote"),
    WebhookEvent.REQUEST_SOLVED: lazy_gettext("A request was solved"),
    WebhookEvent.GAP_OPENED: lazy_gettext("An agent says that an article is missing"),
    WebhookEvent.PING: lazy_gettext("Test"),
}


class WebhookForm(FlaskForm):  # type: ignore[misc]
    """Where to, what about, and how much."""

    url = StringField(
        lazy_gettext("Address"),
        validators=[
            DataRequired(lazy_gettext("Please give the address that the other system told you.")),
            Length(max=MAX_URL_LENGTH, message=lazy_gettext("Please use at most 1,000 characters.")),
        ],
    )
    note = StringField(
        lazy_gettext("What it is"),
        validators=[Length(max=MAX_NOTE_LENGTH, message=lazy_gettext("Please use at most 200 characters."))],
    )
    events = SelectMultipleField(
        lazy_gettext("Tell it when"),
        choices=[SelectChoice(event.value, EVENT_WORDS[event]) for event in EVENTS],
        validators=[DataRequired(lazy_gettext("Please choose at least one."))],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    personal = BooleanField(lazy_gettext("Send names, e-mail addresses and messages of customers along"))

    def webhook(self) -> NewWebhook:
        """Return what was filled in, once the form has been checked."""
        events = tuple(WebhookEvent(value) for value in self.events.data or ())
        return NewWebhook(
            url=self.url.data or "", note=self.note.data or "", events=events, personal=bool(self.personal.data)
        )
