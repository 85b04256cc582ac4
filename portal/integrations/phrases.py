"""Words outside a request: translations for mails, and times said the way people say them."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_datetime, format_skeleton, get_timezone_location
from babel.support import NullTranslations, Translations

#: Beyond so many days the name of a weekday alone could mean two of them.
_WEEKDAY_IS_CLEAR = timedelta(days=6)

#: Longer ones are said in hours.
_MINUTES_SAID = 90

_FALLBACK = Locale("en")


class Phrases:
    """What one language says, with times in the site's time zone."""

    def __init__(self, locale: str, *, zone: ZoneInfo, folder: Path, region: str = "") -> None:
        """Load the translations.

        Args:
            locale: BCP 47 tag such as ``pt-BR``; an unknown one speaks English.
            folder: Of the compiled translations; a language without any speaks English.
            region: Whose way of writing dates is used, as `regional_name` takes it.
        """
        self._locale = Locale.parse(regional_name(locale, region))
        self._zone = zone
        self._translations: NullTranslations = Translations.load(folder, [self._locale])

    def gettext(self, text: str) -> str:
        """Translate a text."""
        return self._translations.ugettext(text)

    def ngettext(self, one: str, many: str, number: int) -> str:
        """Translate a text that counts something."""
        return self._translations.ungettext(one, many, number)

    def reply_expectation(self, by: datetime, *, now: datetime) -> str:
        """Say by when a reply may be expected, as in “We usually reply by Monday 10:00 (Berlin time).”"""
        if by <= now:
            return self.gettext("This takes longer than usual. Your request is not forgotten: a person will answer it.")
        words = {"time": self._skeleton("Hm", by), "place": self._place()}
        days = (self._local(by).date() - self._local(now).date()).days
        if days == 0:
            return self.gettext("We usually reply by %(time)s today (%(place)s time).") % words
        if days <= _WEEKDAY_IS_CLEAR.days:
            words["day"] = format_datetime(by, "EEEE", tzinfo=self._zone, locale=self._locale)
            return self.gettext("We usually reply by %(day)s %(time)s (%(place)s time).") % words
        words["date"] = self._skeleton("MMMMEd", by)
        return self.gettext("We usually reply by %(date)s, %(time)s (%(place)s time).") % words

    def back(self, opens_at: datetime, *, now: datetime) -> str:
        """Say when people are back, as in “We are back Monday 09:00 (Berlin time).”"""
        words = {"when": self.day_and_time(opens_at, now=now), "place": self._place()}
        return self.gettext("We are back %(when)s (%(place)s time).") % words

    def usual_reply(self, minutes: int) -> str:
        """Say how soon people reply of late, as in “A person usually replies in about 12 minutes.”"""
        return self.gettext("A person usually replies in %(length)s.") % {"length": self._length(max(minutes, 1))}

    def call_expectation(self, start: datetime, end: datetime, *, now: datetime) -> str:
        """Say when somebody will be called, as in “We call you Monday 09:00 to 11:00 (Berlin time).”"""
        words = {"when": self.day_and_time(start, now=now), "end": self._skeleton("Hm", end), "place": self._place()}
        return self.gettext("We call you %(when)s to %(end)s (%(place)s time).") % words

    def call_promise(self, by: datetime, *, now: datetime) -> str:
        """Say by when somebody without a wish will be called."""
        words = {"when": self.day_and_time(by, now=now), "time": self._skeleton("Hm", by), "place": self._place()}
        if self._local(by).date() == self._local(now).date():
            return self.gettext("We usually call by %(time)s today (%(place)s time).") % words
        return self.gettext("We usually call by %(when)s (%(place)s time).") % words

    def day_and_time(self, at: datetime, *, now: datetime) -> str:
        """Say a day and a time, as in “today 16:00”, “Monday 09:00” or “Mon, 5 January 09:00”."""
        words = {"day": self.day(at, now=now), "time": self._skeleton("Hm", at)}
        return self.gettext("%(day)s %(time)s") % words

    def day(self, at: datetime, *, now: datetime) -> str:
        """Say a day near this one, as within a sentence: “today”, “Monday” or “Mon, 5 January”."""
        days = (self._local(at).date() - self._local(now).date()).days
        if days == 0:
            return self.gettext("today")
        if 0 < days <= _WEEKDAY_IS_CLEAR.days:
            return format_datetime(at, "EEEE", tzinfo=self._zone, locale=self._locale)
        return self._skeleton("MMMMEd", at)

    def stretch(self, start: datetime, end: datetime) -> str:
        """Say from when to when, as in “09:00 – 11:00”."""
        return f"{self._skeleton('Hm', start)} – {self._skeleton('Hm', end)}"

    def _length(self, minutes: int) -> str:
        if minutes < _MINUTES_SAID:
            return self.ngettext("about a minute", "about %(count)d minutes", minutes) % {"count": minutes}
        hours = round(minutes / 60)
        return self.ngettext("about an hour", "about %(count)d hours", hours) % {"count": hours}

    def moment(self, at: datetime, *, now: datetime) -> str:
        """Say when something was or will be, as in “22 Nov, 19:25”; with the year where it is another one."""
        same_year = self._local(at).year == self._local(now).year
        day = self._skeleton("MMMd" if same_year else "yMMMd", at)
        return self.gettext("%(day)s, %(time)s") % {"day": day, "time": self._skeleton("Hm", at)}

    def _skeleton(self, skeleton: str, at: datetime) -> str:
        return format_skeleton(skeleton, at, tzinfo=self._zone, locale=self._locale)

    def _place(self) -> str:
        return get_timezone_location(self._zone, locale=self._locale, return_city=True)

    def _local(self, at: datetime) -> datetime:
        return at.astimezone(self._zone)


class PhraseBook:
    """Finds the phrases of a language.

    Args:
        zone: Time zone of all times.
        folder: Of the compiled translations.
        region: Whose way of writing dates is used, as `regional_name` takes it.
    """

    def __init__(self, *, zone: ZoneInfo, folder: Path, region: str = "") -> None:
        self._zone = zone
        self._folder = folder
        self._region = region
        self._known: dict[str, Phrases] = {}

    def phrases(self, locale: str) -> Phrases:
        """Return the phrases of a language, loaded once."""
        if locale not in self._known:
            self._known[locale] = Phrases(locale, zone=self._zone, folder=self._folder, region=self._region)
        return self._known[locale]


def regional_name(tag: str, region: str) -> str:
    """Name the locale that a language writes dates and numbers in, as in ``en_GB``.

    Args:
        tag: BCP 47 tag of the language; an unknown one is English, and one that names a region keeps it.
        region: ISO 3166 code such as ``GB``. Where it is empty, or the language is not written there, the language's
            usual one is named.
    """
    language = _parse(tag) or _FALLBACK
    regional = _parse(f"{language.language}_{region}") if region and not language.territory else None
    return str(regional or language)


def _parse(tag: str) -> Locale | None:
    try:
        return Locale.parse(tag.replace("-", "_"))
    except (UnknownLocaleError, ValueError, TypeError):
        return None
