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
