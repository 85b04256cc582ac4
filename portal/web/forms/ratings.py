"""The form that asks how it was."""

from __future__ import annotations

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import RadioField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from portal.domain.ratings import MAX_WORDS_CHARACTERS, RatingPage, Score

SCORES = (
    SelectChoice(Score.GOOD.word, lazy_gettext("Good")),
    SelectChoice(Score.OKAY.word, lazy_gettext("Okay")),
    SelectChoice(Score.BAD.word, lazy_gettext("Bad")),
)


class RatingForm(FlaskForm):  # type: ignore[misc]
    """A face; and if they like some words, and the article that would have helped."""

    score = RadioField(
        lazy_gettext("How was it?"),
        choices=SCORES,
        validators=[InputRequired(lazy_gettext("Please choose one of the three."))],
    )
    words = TextAreaField(
        lazy_gettext("In your own words"),
        validators=[
            Optional(),
            Length(max=MAX_WORDS_CHARACTERS, message=lazy_gettext("Please use at most 2,000 characters.")),
        ],
    )
    article = RadioField(lazy_gettext("Would one of these articles have answered it?"), validators=[Optional()])

    def offer(self, page: RatingPage) -> None:
        """Offer the articles of this request."""
        articles = [SelectChoice(article.id, article.title) for article in page.articles]
        self.article.choices = [*articles, SelectChoice("", lazy_gettext("None of them"))]
