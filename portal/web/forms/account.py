"""Forms for signing in and for one's own account."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, StringField, ValidationError
from wtforms.validators import DataRequired, Length

from portal.domain.errors import InvalidInput, WeakPassword
from portal.domain.passwords import MAX_LENGTH, MIN_LENGTH, PasswordProblem

#: Longest e-mail address, in characters (RFC 5321).
MAX_EMAIL_LENGTH = 254
#: Longest name, in characters.
MAX_NAME_LENGTH = 200


class SignInForm(FlaskForm):  # type: ignore[misc]
    """E-mail address and password."""

    email = StringField(
        lazy_gettext("E-mail address"),
        validators=[DataRequired(lazy_gettext("Please enter your e-mail address.")), Length(max=MAX_EMAIL_LENGTH)],
    )
    password = PasswordField(
        lazy_gettext("Password"), validators=[DataRequired(lazy_gettext("Please enter your password."))]
    )
    next = HiddenField()


class NameForm(FlaskForm):  # type: ignore[misc]
    """What to call a person."""

    name = StringField(
        lazy_gettext("Your name"),
        validators=[
            DataRequired(lazy_gettext("Please say what to call you.")),
            Length(max=MAX_NAME_LENGTH, message=lazy_gettext("Please use at most 200 characters.")),
        ],
    )


class PasswordForm(FlaskForm):  # type: ignore[misc]
    """The password a person has, and the one they want."""

    current_password = PasswordField(
        lazy_gettext("Current password"), validators=[DataRequired(lazy_gettext("Please enter your current password."))]
    )
    new_password = PasswordField(
        lazy_gettext("New password"), validators=[DataRequired(lazy_gettext("Please enter a new password."))]
    )
    again = PasswordField(lazy_gettext("New password, again"))

    def validate_again(self, field: PasswordField) -> None:
        """Refuse two passwords that differ: a typing error would lock the person out."""
        if field.data != self.new_password.data:
            raise ValidationError(_("The two passwords differ."))


def explain(form: FlaskForm, error: InvalidInput, *, field: str) -> None:
    """Show what a service refused beside the field it speaks of, or beside the one named here."""
    words = _password_words(error.problem) if isinstance(error, WeakPassword) else str(error)
    target = form[error.field if error.field in form else field]
    target.errors = [*target.errors, words]


def _password_words(problem: PasswordProblem) -> str:
    words = {
        PasswordProblem.TOO_SHORT: _("Please use at least %(count)d characters.", count=MIN_LENGTH),
        PasswordProblem.TOO_LONG: _("Please use at most %(count)d characters.", count=MAX_LENGTH),
        PasswordProblem.IS_EMAIL: _("Please choose a password that is not your e-mail address."),
        PasswordProblem.ONE_CHARACTER: _("Please choose something harder to guess, such as several words."),
    }
    return str(words[problem])
