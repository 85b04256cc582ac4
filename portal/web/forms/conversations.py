"""Forms for asking a human, and for writing on in a conversation."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from flask_wtf.file import MultipleFileField
from wtforms import HiddenField, StringField, TextAreaField, ValidationError
from wtforms.validators import Length

from portal.domain.channels import clean_phone, find_call_slot
from portal.domain.conversations import MAX_MESSAGE_LENGTH, MAX_NAME_LENGTH, Channel, clean_text
from portal.domain.errors import InvalidInput
from portal.integrations.email_addresses import transport_address
from portal.services.handoff import parse_channel
from portal.web.context import container


class MessageForm(FlaskForm):  # type: ignore[misc]
    """A message; the key makes of a form sent twice one message."""

    form_key = HiddenField()
    message = TextAreaField(lazy_gettext("Your message"))
    files = MultipleFileField(lazy_gettext("Files"))

    def validate_message(self, field: TextAreaField) -> None:
        """Ask for some words, and not for a book."""
        text = clean_text(field.data or "")
        if not text:
            raise ValidationError(_("Please write a few words, so that we know how to help."))
        if len(text) > MAX_MESSAGE_LENGTH:
            raise ValidationError(
                _(
                    "That is longer than we can take in one message: %(count)d characters, and %(most)d fit. Please "
                    "shorten it, or send the rest as a second message.",
                    count=len(text),
                    most=MAX_MESSAGE_LENGTH,
                )
            )


class HandoffForm(MessageForm):
    """Who asks, where to answer, and what about."""

    reason = HiddenField()
    name = StringField(
        lazy_gettext("Your name"),
        validators=[Length(max=MAX_NAME_LENGTH, message=lazy_gettext("Please use at most 200 characters."))],
    )
    email = StringField(lazy_gettext("Your e-mail address"))
    channel = StringField(lazy_gettext("How may we answer?"))
    phone = StringField(lazy_gettext("Your telephone number"))
    call_at = StringField(lazy_gettext("When may we call?"))

    @property
    def wished_channel(self) -> Channel:
        """How the customer wishes to be answered."""
        return parse_channel(self.channel.data or "")

    def validate_email(self, field: StringField) -> None:
        """Ask for an address that we can write to."""
        if not (field.data or "").strip():
            raise ValidationError(_("Please give your e-mail address, so that we can answer you."))
        try:
            transport_address(field.data.strip())
        except InvalidInput as error:
            raise ValidationError(
                _("We cannot write to this address. Please look at it again: it should look like ada@example.com.")
            ) from error

    def validate_phone(self, field: StringField) -> None:
        """Ask for a number that can be dialled, from who wishes to be called."""
        if self.wished_channel is not Channel.CALL_BACK:
            return
        if not (field.data or "").strip():
            raise ValidationError(_("Please give your telephone number, so that we can call you."))
        try:
            clean_phone(field.data)
        except InvalidInput as error:
            raise ValidationError(
                _("We cannot dial this. Please look at it again: it should look like +49 30 1234567.")
            ) from error

    def validate_call_at(self, field: StringField) -> None:
        """Ask for another time where this one has passed meanwhile."""
        if self.wished_channel is not Channel.CALL_BACK:
            return
        try:
            find_call_slot(container().promise.hours, container().clock.now(), field.data or "")
        except InvalidInput as error:
            raise ValidationError(_("This time cannot be had any more. Please choose another.")) from error


class AnswerForm(MessageForm):
    """An agent's answer."""

    message = TextAreaField(lazy_gettext("Your answer"))
