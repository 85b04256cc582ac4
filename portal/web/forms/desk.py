"""Forms of the agents' workspace."""

from __future__ import annotations

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import Length

from portal.domain.article_flags import MAX_NOTE_LENGTH
from portal.domain.canned_replies import MAX_BODY_LENGTH, MAX_TITLE_LENGTH
from portal.domain.replies import ReplyCheck
from portal.web.forms.conversations import AnswerForm, MessageForm

#: Largest number of a message that is believed.
MAX_NUMBER = 2**53


class ReplyForm(AnswerForm):
    """An agent's answer, with what they had seen when they wrote it."""

    seen = HiddenField()
    hidden_confirmed = BooleanField(lazy_gettext("Send the link all the same"))

    def check(self) -> ReplyCheck:
        """Return what the agent knew."""
        text = self.seen.data or ""
        seen = min(int(text[:20]), MAX_NUMBER) if text.isascii() and text.isdigit() else 0
        return ReplyCheck(seen=seen, hidden_confirmed=bool(self.hidden_confirmed.data))


class NoteForm(MessageForm):
    """A note for colleagues."""

    message = TextAreaField(lazy_gettext("Internal note"))


class FlagForm(FlaskForm):  # type: ignore[misc]
    """What is wrong with which article."""

    kind = SelectField(lazy_gettext("What is wrong?"), validate_choice=False)
    article_id = SelectField(lazy_gettext("Which article?"), validate_choice=False)
    note = TextAreaField(lazy_gettext("Note for the writers"), validators=[Length(max=MAX_NOTE_LENGTH)])


class CannedReplyForm(FlaskForm):  # type: ignore[misc]
    """A prepared answer."""

    title = StringField(lazy_gettext("Title"), validators=[Length(max=MAX_TITLE_LENGTH)])
    situation = SelectField(lazy_gettext("For which situation?"), validate_choice=False)
    body = TextAreaField(lazy_gettext("Text"), validators=[Length(max=MAX_BODY_LENGTH)])
