from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.business_hours import BusinessHours, parse_business_hours
from portal.domain.errors import SetupError

BERLIN = ZoneInfo("Europe/Berlin")
USUAL = "mon-fri 09:00-18:00; sat 10:00-14:00"


def hours(text: str = USUAL, holidays: str = "", zone: str = "Europe/Berlin") -> BusinessHours:
    return parse_business_hours(text, holidays=holidays, time_zone=zone)


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("at", "minutes", "expected"),
    [
        ("2026-11-23T10:00", 240, "2026-11-23T14:00"),
        ("2026-11-23T16:00", 240, "2026-11-24T11:00"),
        ("2026-11-23T14:00", 240, "2026-11-23T18:00"),
        ("2026-11-23T03:00", 60, "2026-11-23T10:00"),
        ("2026-11-27T17:00", 120, "2026-11-28T11:00"),
        ("2026-11-28T14:00", 60, "2026-11-30T10:00"),
        ("2026-11-29T12:00", 60, "2026-11-30T10:00"),
        ("2026-11-23T10:00", 0, "2026-11-23T10:00"),
        ("2026-11-22T10:00", 0, "2026-11-23T09:00"),
    ],
)
def test_business_minutes_pass_only_while_people_are_there(at: str, minutes: int, expected: str) -> None:
    answer = hours().add_business_minutes(berlin(at), minutes)
    assert answer == berlin(expected)
    assert answer.tzinfo is UTC


def test_a_holiday_is_skipped() -> None:
    with_holidays = hours(holidays="2026-12-25, 2026-12-26")
    assert with_holidays.add_business_minutes(berlin("2026-12-24T17:00"), 120) == berlin("2026-12-28T10:00")
    assert not with_holidays.is_open(berlin("2026-12-25T12:00"))


def test_a_lunch_break_is_no_business_time() -> None:
    broken = hours("mon-fri 09:00-12:00, 13:00-18:00")
    assert broken.add_business_minutes(berlin("2026-11-23T11:30"), 60) == berlin("2026-11-23T13:30")
    assert not broken.is_open(berlin("2026-11-23T12:00"))
    assert broken.is_open(berlin("2026-11-23T13:00"))


def test_opening_counts_as_open_and_closing_as_closed() -> None:
    assert hours().is_open(berlin("2026-11-23T09:00"))
    assert not hours().is_open(berlin("2026-11-23T18:00"))
    assert not hours().is_open(berlin("2026-11-23T08:59"))


def test_it_says_when_it_opens_next() -> None:
    assert hours().opens_next(berlin("2026-11-28T14:00")) == berlin("2026-11-30T09:00")
    assert hours().opens_next(berlin("2026-11-23T09:00")) == berlin("2026-11-23T09:00")
    assert hours().opens_next(berlin("2026-11-23T09:01")) == berlin("2026-11-24T09:00")


def test_a_night_when_clocks_go_forward_is_an_hour_shorter() -> None:
    night = hours("sun 00:00-06:00")
    begin = berlin("2026-03-29T00:00")
    assert night.add_business_minutes(begin, 300) == berlin("2026-03-29T06:00")


def test_a_night_when_clocks_go_back_is_an_hour_longer() -> None:
    night = hours("sun 00:00-06:00")
    begin = berlin("2026-10-25T00:00")
    assert night.add_business_minutes(begin, 420) == berlin("2026-10-25T06:00")


def test_the_weekend_of_a_clock_change_keeps_local_hours() -> None:
    friday = berlin("2026-03-27T17:00")
    assert hours("mon-fri 09:00-18:00").add_business_minutes(friday, 120) == berlin("2026-03-30T10:00")


def test_hours_that_a_clock_change_swallows_do_not_count() -> None:
    assert not hours("sun 02:30-03:00").is_open(berlin("2026-03-29T03:15"))
    assert hours("sun 02:30-03:00").opens_next(berlin("2026-03-28T12:00")) == berlin("2026-04-05T02:30")


def test_hours_that_a_clock_change_pushes_together_are_counted_once() -> None:
    pushed = hours("sun 02:30-02:45, 03:15-03:45")
    assert pushed.add_business_minutes(berlin("2026-03-29T00:00"), 30) == berlin("2026-03-29T03:45")


def test_a_day_that_a_country_left_out_has_no_hours() -> None:
    apia = ZoneInfo("Pacific/Apia")
    samoa = hours("mon-sun 09:00-17:00", zone="Pacific/Apia")
    thursday = datetime(2011, 12, 29, 16, tzinfo=apia)
    assert samoa.add_business_minutes(thursday, 120) == datetime(2011, 12, 31, 10, tzinfo=apia)


def test_round_the_clock_hours_are_always_open() -> None:
    always = hours("mon-sun 00:00-24:00")
    at = berlin("2026-10-25T02:30")
    assert always.is_open(at)
    assert always.add_business_minutes(at, 5000) == at.astimezone(UTC) + timedelta(minutes=5000)


def test_days_may_be_listed_and_may_run_over_sunday() -> None:
    assert set(hours("mon,wed 09:00-10:00").week) == {0, 2}
    assert set(hours("sat-mon 09:00-10:00").week) == {5, 6, 0}
    assert hours("mon 9:00 - 10:00").week == hours("MON 09:00-10:00").week


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "  ;",
        "mon-fri",
        "09:00-18:00",
        "mon-fri 9-18",
        "mon-fri 18:00-09:00",
        "mon 09:00-25:00",
        "mon 09:60-10:00",
        "mo-fr 09:00-18:00",
        "mon 09:00-09:00",
        "mon 09:00-12:00, 11:00-13:00",
        "mon 09:00-10:00; mon-fri 09:30-11:00",
    ],
)
def test_bad_hours_are_named(bad: str) -> None:
    with pytest.raises(SetupError, match="PORTAL_BUSINESS_HOURS"):
        hours(bad)


@pytest.mark.parametrize("bad", ["Berlin", "", "../etc/passwd", "Europe/Nowhere"])
def test_a_bad_zone_is_named(bad: str) -> None:
    with pytest.raises(SetupError, match="PORTAL_TIME_ZONE"):
        hours(zone=bad)


def test_a_bad_holiday_is_named() -> None:
    with pytest.raises(SetupError, match=r"PORTAL_HOLIDAYS.*25\.12"):
        hours(holidays="2026-01-01,25.12.2026")


moments = st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2035, 1, 1)).map(  # noqa: DTZ001
    lambda naive: naive.replace(tzinfo=UTC)
)
minutes = st.integers(min_value=0, max_value=5000)
zones = st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Africa/Cairo"])
settings_texts = st.sampled_from([USUAL, "mon-sun 00:00-24:00", "sun 01:00-04:00", "tue 02:30-03:30, 22:00-24:00"])


@given(at=moments, wanted=minutes, text=settings_texts, zone=zones)
def test_the_answer_is_never_before_the_question_and_never_out_of_hours(
    at: datetime, wanted: int, text: str, zone: str
) -> None:
    open_hours = hours(text, zone=zone)
    answer = open_hours.add_business_minutes(at, wanted)
    assert answer >= at
    if wanted:
        assert open_hours.is_open(answer - timedelta(microseconds=1))


@given(at=moments, first=minutes, second=minutes, text=settings_texts, zone=zones)
def test_minutes_add_up(at: datetime, first: int, second: int, text: str, zone: str) -> None:
    open_hours = hours(text, zone=zone)
    at_once = open_hours.add_business_minutes(at, first + second)
    in_two = open_hours.add_business_minutes(open_hours.add_business_minutes(at, first), second)
    assert in_two == at_once or second == 0


@given(at=moments, later=st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=9)), wanted=minutes)
def test_who_asks_later_is_not_answered_earlier(at: datetime, later: timedelta, wanted: int) -> None:
    assert hours().add_business_minutes(at + later, wanted) >= hours().add_business_minutes(at, wanted)


@given(at=moments, text=settings_texts, zone=zones)
def test_it_is_open_when_it_opens_and_closed_just_before(at: datetime, text: str, zone: str) -> None:
    open_hours = hours(text, zone=zone)
    opens = open_hours.opens_next(at)
    assert open_hours.is_open(opens)
    assert not open_hours.is_open(opens - timedelta(microseconds=1)) or text.startswith("mon-sun 00:00")


@given(at=moments)
def test_usual_hours_are_what_the_clock_on_the_wall_says(at: datetime) -> None:
    local = at.astimezone(BERLIN)
    weekday, saturday = local.weekday() < 5, local.weekday() == 5
    expected = (weekday and 9 <= local.hour < 18) or (saturday and 10 <= local.hour < 14)
    assert hours().is_open(at) is expected
    assert date(2026, 1, 1) not in hours().holidays


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2026-11-23T10:00", "2026-11-23T10:12", 12),
        ("2026-11-23T17:50", "2026-11-24T09:05", 15),
        ("2026-11-27T17:00", "2026-11-30T10:00", 60 + 240 + 60),
        ("2026-11-29T10:00", "2026-11-29T16:00", 0),
        ("2026-11-23T11:00", "2026-11-23T10:00", 0),
        ("2026-11-23T10:00", "2026-11-23T10:00", 0),
    ],
)
def test_minutes_between_count_only_while_people_are_there(start: str, end: str, expected: int) -> None:
    assert hours().business_minutes_between(berlin(start), berlin(end)) == expected


def test_minutes_between_are_elapsed_minutes_when_clocks_change() -> None:
    night = hours("sun 00:00-06:00")
    assert night.business_minutes_between(berlin("2026-03-29T00:00"), berlin("2026-03-29T06:00")) == 300
    assert night.business_minutes_between(berlin("2026-10-25T00:00"), berlin("2026-10-25T06:00")) == 420


#: Days around the changes of clocks, where mistakes would show.
changes = st.sampled_from(["2026-03-28", "2026-10-24", "2026-03-07", "2026-10-31", "2026-04-04", "2026-04-24"]).flatmap(
    lambda day: st.integers(min_value=0, max_value=3 * 24 * 60).map(
        lambda minute: datetime.fromisoformat(f"{day}T00:00+00:00") + timedelta(minutes=minute)
    )
)


@given(at=moments | changes, wanted=minutes, text=settings_texts, zone=zones)
def test_minutes_between_are_what_was_added(at: datetime, wanted: int, text: str, zone: str) -> None:
    open_hours = hours(text, zone=zone)
    assert open_hours.business_minutes_between(at, open_hours.add_business_minutes(at, wanted)) == wanted


@given(start=moments | changes, length=minutes, text=settings_texts, zone=zones)
def test_minutes_between_reach_back_to_the_end(start: datetime, length: int, text: str, zone: str) -> None:
    open_hours, end = hours(text, zone=zone), start + timedelta(minutes=length)
    between = open_hours.business_minutes_between(start, end)
    assert 0 <= between <= length
    if between:
        assert open_hours.add_business_minutes(start, between) <= end
    assert open_hours.add_business_minutes(start, between + 1) > end
