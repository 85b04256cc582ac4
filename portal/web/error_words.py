"""The words of error pages: what happened, what became of the visitor's work, what to do."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask_babel import gettext as _
from flask_babel import ngettext

#: Not a status: a form without its token, which is a stale page far more often than a forgery.
FORGED = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorWords:
    """What an error page says.

    Attributes:
        title: What happened, in a few words.
        text: What happened and what became of the visitor's work.
        advice: What to do.
    """

    title: str
    text: str
    advice: str


def words_for(status: int) -> ErrorWords:
    """Return the words for a status code; those of 400 or 500 for a code that has none of its own."""
    known = _words()
    if status in known:
        return known[status]
    return known[400] if 400 <= status < 500 else known[500]  # noqa: PLR2004


def words_for_waiting(seconds: int) -> ErrorWords:
    """Return the words for a visitor who is asked to wait."""
    minutes = max(1, -(-seconds // 60))
    advice = ngettext(
        "Please try again in %(num)d minute. Nothing was lost.",
        "Please try again in %(num)d minutes. Nothing was lost.",
        minutes,
    )
    return replace(words_for(429), advice=advice)


def words_for_files(limits: str) -> ErrorWords:
    """Return the words for a request whose files were too large; `limits` says what may come."""
    advice = _("Go back: what you typed should still be there. Choose other files, and send it again.")
    return replace(words_for(413), text=f"{words_for(413).text} {limits}", advice=advice)


def _words() -> dict[int, ErrorWords]:
    return {**_words_about_rights(), **_words_about_addresses(), **_words_about_forms(), 500: _our_fault()}


def _words_about_rights() -> dict[int, ErrorWords]:
    return {
        401: ErrorWords(
            title=_("Please sign in"),
            text=_("You are not signed in any more, so this could not be saved."),
            advice=_("Sign in, then send it again."),
        ),
        403: ErrorWords(
            title=_("This page is not for your account"),
            text=_("You are signed in, but your account may not open this page. Nothing was changed."),
            advice=_("Ask an admin if you need it for your work."),
        ),
        429: ErrorWords(
            title=_("One moment, please"),
            text=_("Many requests came from your connection in a short time, so this one was not carried out."),
            advice=_("Wait a little and try again. Nothing was lost."),
        ),
    }


def _words_about_addresses() -> dict[int, ErrorWords]:
    return {
        404: ErrorWords(
            title=_("We cannot find that page"),
            text=_("The address may be mistyped, or the page may have moved."),
            advice=_("Search for it here, or ask a human."),
        ),
        405: ErrorWords(
            title=_("This address cannot be opened like that"),
            text=_("It belongs to a form. Nothing was changed."),
            advice=_("Go back and use the form's button, or start from the home page."),
        ),
    }


def _words_about_forms() -> dict[int, ErrorWords]:
    return {
        FORGED: ErrorWords(
            title=_("This form has expired"),
            text=_(
                "The page was open for a long time, or cookies are off, so we could not be sure that it came from you."
            ),
            advice=_("Go back in your browser, reload the page and send it again. Nothing was lost."),
        ),
        400: ErrorWords(
            title=_("We could not read that"),
            text=_("Something in this request was not as we expected. Nothing was changed."),
            advice=_("Go back, check what you entered and try again."),
        ),
        409: ErrorWords(
            title=_("Somebody was quicker"),
            text=_("This was changed by somebody else in the meantime. Neither change was lost."),
            advice=_("Go back, reload the page to see the newer one, then make your change again."),
        ),
        413: ErrorWords(
            title=_("That is too large to send"),
            text=_("We could not take in so much at once, so it was not sent."),
            advice=_("Go back: what you typed should still be there. Make it shorter and send it again."),
        ),
    }


def _our_fault() -> ErrorWords:
    return ErrorWords(
        title=_("Something went wrong on our side"),
        text=_("It was not your doing, and nothing you saved before was lost."),
        advice=_("Please try again in a moment. If it happens again, tell us the number below."),
    )
