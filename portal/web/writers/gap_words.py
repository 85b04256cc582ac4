"""The words and the drawing of the pages on content gaps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from portal.domain.gap_replays import GapCause
from portal.domain.gaps import MINUTES_PER_ASKER, GapEvent, GapFigures, GapState, minutes_lost
from search_index import Verdict

#: Height of a drawn trend, and width of one week in it with the gap beside it.
TREND_HEIGHT = 24
WEEK_WIDTH = 8
BAR_WIDTH = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class CauseWords:
    """Why customers probably fail, and what to do."""

    cause: str
    action: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekBar:
    """One week of a trend, in units of the drawing; a week without searches is a line on the ground."""

    x: int
    y: float
    height: float


def state_words() -> dict[GapState, str]:
    """Name the states."""
    return {
        GapState.NEW: _("New"),
        GapState.PLANNED: _("Planned"),
        GapState.DRAFTED: _("Drafted"),
        GapState.PUBLISHED: _("Published, not proved"),
        GapState.VERIFIED: _("Verified"),
        GapState.DISMISSED: _("Dismissed"),
    }


def event_words() -> dict[GapEvent, str]:
    """Say why a gap changed; empty where its state says it."""
    return {
        GapEvent.MOVED: "",
        GapEvent.REOPENED: _("opened again"),
        GapEvent.FELL_OUT: _("fell out again: the article no longer answers enough of the wordings"),
        GapEvent.PROVED: _("its own searches are answered now"),
        GapEvent.ARTICLE_CHANGED: _("the article changed, but does not answer enough of the wordings yet"),
        GapEvent.MERGED: _("merged into another gap"),
        GapEvent.SPLIT_OFF: _("split off from another gap"),
    }


def verdict_words() -> dict[Verdict, str]:
    """Name what search said."""
    return {
        Verdict.ANSWERED: _("Answered"),
        Verdict.UNSURE: _("Not certain"),
        Verdict.NO_ANSWER: _("No answer"),
    }


def cause_words(cause: GapCause, *, nearest: str, hidden: str) -> CauseWords:
    """Say what is probably wrong, and what to do about it.

    Args:
        nearest: Title of the nearest article; empty without one.
        hidden: Title of the article that customers may not see; empty without one.
    """
    words: Mapping[GapCause, tuple[str, str]] = {
        GapCause.MISSING: (
            _("Probably no article answers this."),
            _("Write one, in the words below."),
        ),
        GapCause.OTHER_WORDS: (
            _("“%(title)s” is near in meaning, but holds none of the words customers use.", title=nearest),
            _("If it answers them, add the words as synonyms, or use them in its title. If it does not, write one."),
        ),
        GapCause.NOT_ENOUGH: (
            _("Customers are shown “%(title)s”, and it does not help them.", title=nearest),
            _("Improve it: say the answer first, in their words. If it is about something else, write a new one."),
        ),
        GapCause.AUDIENCE: (
            _("“%(title)s” answers this, but customers may not see it.", title=hidden),
            _("Change its audience, or write what customers may know of it."),
        ),
        GapCause.TYPO: (
            _("Search reads most of these wordings as misspelt."),
            _("If it is a name that search should know, put it into an article or among the synonyms."),
        ),
    }
    said = words[cause]
    return CauseWords(cause=said[0], action=said[1])


def arithmetic(figures: GapFigures, handoff_minutes: int) -> str:
    """Show how the minutes lost are counted, hand-offs only where there were any.

    Such as ``14 people × 2 min + 6 hand-offs × 10 min = 88 min``.
    """
    if not figures.handoffs:
        alone: str = ngettext(
            "%(num)d person × %(each)d min = %(total)d min",
            "%(num)d people × %(each)d min = %(total)d min",
            figures.askers,
            each=MINUTES_PER_ASKER,
            total=minutes_lost(figures, handoff_minutes),
        )
        return alone
    people = ngettext("%(num)d person", "%(num)d people", figures.askers)
    handoffs = ngettext("%(num)d hand-off", "%(num)d hand-offs", figures.handoffs)
    sentence: str = _(
        "%(people)s × %(each)d min + %(handoffs)s × %(agent)d min = %(total)d min",
        people=people,
        each=MINUTES_PER_ASKER,
        handoffs=handoffs,
        agent=handoff_minutes,
        total=minutes_lost(figures, handoff_minutes),
    )
    return sentence


def trend_bars(weeks: Sequence[int]) -> tuple[WeekBar, ...]:
    """Draw a bar for each week; the highest fills the drawing."""
    top = max((1, *weeks))
    heights = [max(1.0, round(TREND_HEIGHT * count / top, 1)) if count else 1.0 for count in weeks]
    return tuple(
        WeekBar(x=place * WEEK_WIDTH, y=round(TREND_HEIGHT - height, 1), height=height)
        for place, height in enumerate(heights)
    )
