"""Figures in words."""

from __future__ import annotations

from flask_babel import format_decimal, format_percent, ngettext
from flask_babel import gettext as _

from portal.domain.conversations import Channel
from portal.domain.ratings import Score
from portal.domain.service_figures import Cause

#: From so many minutes on, hours are said.
HOURS_FROM = 120
_MINUTES = 60


def minutes_words(minutes: int) -> str:
    """Say a length of time in minutes, or in hours with one decimal."""
    if minutes < HOURS_FROM:
        return str(ngettext("%(num)d min", "%(num)d min", minutes))
    return str(_("%(hours)s h", hours=format_decimal(round(minutes / _MINUTES, 1))))


def share_words(share: float) -> str:
    """Say a share in percent."""
    return str(format_percent(share))


def channel_words() -> dict[str, str]:
    """Name the ways in which customers ask."""
    return {Channel.MESSAGE: _("Message"), Channel.CHAT: _("Live chat"), Channel.CALL_BACK: _("Call-back")}


def cause_words() -> dict[str, str]:
    """Name the reasons why people come."""
    return {
        Cause.NO_ARTICLE: _("No article"),
        Cause.ARTICLE_FAILED: _("An article failed"),
        Cause.CHOSE_PERSON: _("Chose a person"),
        Cause.ACCOUNT: _("Account matter"),
        Cause.SEARCH_DOWN: _("Search was down"),
    }


def score_words() -> dict[str, str]:
    """Name what customers may say."""
    return {Score.GOOD.word: _("Good"), Score.OKAY.word: _("Okay"), Score.BAD.word: _("Bad")}
