"""The form below each article."""

from __future__ import annotations

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import RadioField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from portal.domain.votes import MAX_COMMENT_CHARACTERS, VoteReason
from portal.services.votes import Opinion

YES = "yes"
NO = "no"

REASONS = (
    SelectChoice(VoteReason.NOT_MY_QUESTION.value, lazy_gettext("It answers another question")),
    SelectChoice(VoteReason.UNCLEAR.value, lazy_gettext("I did not understand it")),
    SelectChoice(VoteReason.STEPS_FAILED.value, lazy_gettext("I did all of it and it did not work")),
    SelectChoice(VoteReason.OUTDATED.value, lazy_gettext("It is out of date")),
    SelectChoice(VoteReason.OTHER.value, lazy_gettext("Something else")),
)


class VoteForm(FlaskForm):  # type: ignore[misc]
    """Yes or no; after a no, a reason and some words of one's own."""

    helpful = RadioField(choices=[SelectChoice(YES), SelectChoice(NO)], validators=[InputRequired()])
    reason = RadioField(lazy_gettext("What went wrong?"), choices=REASONS, validators=[Optional()])
    comment = TextAreaField(
        lazy_gettext("In your own words"),
        validators=[
            Optional(),
            Length(max=MAX_COMMENT_CHARACTERS, message=lazy_gettext("Please use at most 2,000 characters.")),
        ],
    )

    def opinion(self) -> Opinion:
        """Return what was said, once the form has been checked."""
        reason = VoteReason(self.reason.data) if self.reason.data else None
        return Opinion(helpful=self.helpful.data == YES, reason=reason, comment=self.comment.data or "")
