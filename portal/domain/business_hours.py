"""Business hours: when people are there to answer, and by when a customer may expect a reply.

Local times follow the rule of calendars (RFC 5545) on the days when clocks change: a time that is skipped is read with
the offset before the change, one that happens twice is its first occurrence. Minutes are real, elapsed minutes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise, takewhile
from zoneinfo import ZoneInfo

from portal.domain.errors import SetupError

#: The days of a week as they are written in the setting, Monday first.
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

EXAMPLE = "mon-fri 09:00-18:00; sat 10:00-14:00"

_HOURS = re.compile(r"(\d{1,2}):([0-5]\d)\s*-\s*(\d{1,2}):([0-5]\d)")
_MINUTES_PER_DAY = 24 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenHours:
    """One stretch of opening on a weekday, in minutes after local midnight; `closes` may be 1440."""

    opens: int
    closes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BusinessHours:
    """When people answer.

    Attributes:
        zone: Time zone of the hours.
        week: Weekday (0 is Monday) to its hours in order, not overlapping; a closed day is absent. Never empty.
        holidays: Local dates without business hours.
    """

    zone: ZoneInfo
    week: Mapping[int, tuple[OpenHours, ...]]
    holidays: frozenset[date] = frozenset()

    def is_open(self, at: datetime) -> bool:
        """Whether people are there at this moment; opening time counts as open, closing time as closed."""
        return any(start <= at < end for start, end in self._intervals(self._local_date(at)))

    def opens_next(self, at: datetime) -> datetime:
        """Return the next moment, in UTC, at which it opens; `at` itself if it opens right then."""
        return next(start for start, _ in self._intervals_from(at) if start >= at)

    def add_business_minutes(self, at: datetime, minutes: int) -> datetime:
        """Return the moment, in UTC, by which so many business minutes will have passed.

        Args:
            at: An aware time.
            minutes: At least 0; with 0 the answer is `at` when it is open, else the next opening.
        """
        left = timedelta(minutes=minutes)
        for start, end in self._intervals_from(at):
            begin = max(start, at.astimezone(UTC))
            if end <= begin:
                continue
            if end - begin >= left:
                return begin + left
            left -= end - begin
        raise AssertionError("a week with hours never ends")

    def business_minutes_between(self, start: datetime, end: datetime) -> int:
        """Return how many whole business minutes pass between two aware times; 0 when `end` is not later."""
        passed = timedelta()
        for opens, closes in self._intervals_from(start):
            if opens >= end:
                break
            passed += max(min(closes, end) - max(opens, start), timedelta())
        return passed // timedelta(minutes=1)

    def openings_from(self, at: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Yield the stretches of opening that are not over at this time, as moments in UTC, without end."""
        return ((opens, closes) for opens, closes in self._intervals_from(at) if closes > at)

    def opening_times(self, start: datetime, end: datetime) -> tuple[tuple[datetime, datetime], ...]:
        """Return the stretches of opening that end after `start` and begin before `end`, in order, in UTC."""
        begun = takewhile(lambda stretch: stretch[0] < end, self._intervals_from(start))
        return tuple(stretch for stretch in begun if stretch[1] > start)

    def _intervals_from(self, at: datetime) -> Iterator[tuple[datetime, datetime]]:
        day = self._local_date(at)
        while True:
            yield from self._intervals(day)
            day += timedelta(days=1)

    def _intervals(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        """Return the day's stretches as moments in UTC, in order and merged where a clock change makes them meet."""
        if day in self.holidays:
            return ()
        merged: list[tuple[datetime, datetime]] = []
        for start, end in sorted(self._moments(day)):
            if merged and start <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
            else:
                merged.append((start, end))
        return tuple(merged)

    def _moments(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        for hours in self.week.get(day.weekday(), ()):
            start, end = self._moment(day, hours.opens), self._moment(day, hours.closes)
            if start < end and self._local_date(start) == day:  # else a clock change swallowed the hours
                yield start, end

    def _moment(self, day: date, minute: int) -> datetime:
        whole_days, rest = divmod(minute, _MINUTES_PER_DAY)
        local = datetime.combine(day + timedelta(days=whole_days), time(rest // 60, rest % 60), self.zone)
        return local.astimezone(UTC)

    def _local_date(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyPromise:
    """By when people reply: within so many business minutes."""

    hours: BusinessHours
    within_minutes: int

    def for_request_at(self, at: datetime) -> datetime:
        """Return the time by which a request of this moment is replied to."""
        return self.hours.add_business_minutes(at, self.within_minutes)


def parse_business_hours(hours: str, *, holidays: str, time_zone: str) -> BusinessHours:
    """Read the three settings.

    Args:
        hours: Parts separated by ``;``, each with days and one or more stretches:
            ``mon-fri 09:00-12:30, 13:30-18:00; sat 10:00-14:00``. Days may be listed: ``mon,wed 09:00-12:00``.
        holidays: ISO dates separated by commas; may be empty.
        time_zone: IANA name, such as ``Europe/Berlin``.

    Raises:
        SetupError: A setting cannot be used; the message names it.
    """
    return BusinessHours(zone=_zone(time_zone), week=_week(hours), holidays=_holidays(holidays))


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError) as error:
        raise SetupError(
            f"PORTAL_TIME_ZONE names no time zone: {name!r}. Write an IANA name, such as Europe/Berlin."
        ) from error


def _holidays(text: str) -> frozenset[date]:
    return frozenset(_holiday(part.strip()) for part in text.split(",") if part.strip())


def _holiday(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise SetupError(f"PORTAL_HOLIDAYS holds {text!r}, which is no date. Write it as 2026-12-25.") from error


def _week(text: str) -> dict[int, tuple[OpenHours, ...]]:
    week: dict[int, list[OpenHours]] = {}
    for part in filter(None, (part.strip() for part in text.lower().split(";"))):
        first_digit = re.search(r"\d", part)
        if first_digit is None:
            raise _bad_hours(part, "has no times")
        stretches = [_stretch(one, part) for one in part[first_digit.start() :].split(",")]
        for day in _days(part[: first_digit.start()].strip(), part):
            week.setdefault(day, []).extend(stretches)
    if not week:
        raise _bad_hours(text, "says no hours at all")
    return {day: _in_order(stretches, text) for day, stretches in week.items()}


def _days(text: str, part: str) -> list[int]:
    days: list[int] = []
    for piece in filter(None, (piece.strip() for piece in text.split(","))):
        first, _, last = (name.strip() for name in piece.partition("-"))
        if first not in DAYS or (last or first) not in DAYS:
            raise _bad_hours(part, f"names days it should write as {', '.join(DAYS)}")
        start, end = DAYS.index(first), DAYS.index(last or first)
        days += [day % 7 for day in range(start, end + 1 if end >= start else end + 8)]
    if not days:
        raise _bad_hours(part, "names no day")
    return days


def _stretch(text: str, part: str) -> OpenHours:
    found = _HOURS.fullmatch(text.strip())
    if found is None:
        raise _bad_hours(part, f"holds {text.strip()!r} where hours such as 09:00-18:00 belong")
    opens_hour, opens_minute, closes_hour, closes_minute = map(int, found.groups())
    opens, closes = opens_hour * 60 + opens_minute, closes_hour * 60 + closes_minute
    if closes > _MINUTES_PER_DAY:
        raise _bad_hours(part, f"holds a time that no clock shows in {text.strip()!r}")
    if opens >= closes:
        raise _bad_hours(part, f"closes before it opens in {text.strip()!r}; write a night as two days, up to 24:00")
    return OpenHours(opens=opens, closes=closes)


def _in_order(stretches: list[OpenHours], text: str) -> tuple[OpenHours, ...]:
    ordered = sorted(stretches, key=lambda hours: hours.opens)
    if any(later.opens < earlier.closes for earlier, later in pairwise(ordered)):
        raise _bad_hours(text, "has hours of one day that overlap")
    return tuple(ordered)


def _bad_hours(text: str, what: str) -> SetupError:
    return SetupError(f"PORTAL_BUSINESS_HOURS: {text!r} {what}. An example that works: {EXAMPLE}")
