from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from portal.integrations.phrases import PhraseBook, Phrases, regional_name

NOW = datetime(2026, 11, 27, 16, 0, tzinfo=UTC)  # a Friday, 17:00 in Berlin


def phrases(locale: str = "en", zone: str = "Europe/Berlin", region: str = "") -> Phrases:
    return PhraseBook(zone=ZoneInfo(zone), folder=Path("nowhere"), region=region).phrases(locale)


def by(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


def test_today_needs_no_name_of_a_day() -> None:
    assert phrases().reply_expectation(by(27, 16, 30), now=NOW) == "We usually reply by 17:30 today (Berlin time)."


def test_a_day_of_this_week_is_called_by_its_name() -> None:
    assert phrases().reply_expectation(by(30, 9), now=NOW) == "We usually reply by Monday 10:00 (Berlin time)."


def test_a_later_day_has_its_date() -> None:
    later = phrases().reply_expectation(datetime(2026, 12, 4, 9, tzinfo=UTC), now=NOW)
    assert later == "We usually reply by Fri, Dec 4, 10:00 (Berlin time)."


def test_the_day_is_the_one_at_the_site() -> None:
    assert "today" not in phrases().reply_expectation(by(27, 23, 30), now=NOW)
    assert "Saturday 00:30" in phrases().reply_expectation(by(27, 23, 30), now=NOW)
    assert "today (New York time)" in phrases(zone="America/New_York").reply_expectation(by(28, 1), now=NOW)


def test_a_promise_that_was_not_kept_is_owned() -> None:
    assert "not forgotten" in phrases().reply_expectation(by(27, 15), now=NOW)


def test_days_are_named_in_the_customers_language() -> None:
    assert "Montag 10:00" in phrases("de").reply_expectation(by(30, 9), now=NOW)
    assert "segunda-feira 10:00" in phrases("pt-BR").reply_expectation(by(30, 9), now=NOW)


@pytest.mark.parametrize("locale", ["", "xx-YY", "tlh", "../..", "en-Latn-001-x"])
def test_an_unknown_language_is_english(locale: str) -> None:
    assert "Monday 10:00" in phrases(locale).reply_expectation(by(30, 9), now=NOW)


def test_a_moment_is_short_and_says_the_year_where_it_is_another() -> None:
    assert phrases().moment(by(22, 18, 25), now=NOW) == "Nov 22, 19:25"
    assert phrases().moment(datetime(2025, 12, 31, 23, 30, tzinfo=UTC), now=NOW) == "Jan 1, 00:30"
    assert phrases().moment(datetime(2025, 11, 22, 18, 25, tzinfo=UTC), now=NOW) == "Nov 22, 2025, 19:25"
    assert phrases("de").moment(by(22, 18, 25), now=NOW) == "22. Nov., 19:25"


def test_a_moment_is_written_as_in_the_region() -> None:
    assert phrases(region="GB").moment(by(22, 18, 25), now=NOW) == "22 Nov, 19:25"
    assert phrases(region="GB").moment(datetime(2025, 9, 2, 18, 25, tzinfo=UTC), now=NOW) == "2 Sept 2025, 20:25"
    assert "Friday 10:00" in phrases(region="GB").reply_expectation(datetime(2026, 12, 4, 9, tzinfo=UTC), now=by(29, 9))
    later = phrases(region="GB").reply_expectation(datetime(2026, 12, 24, 9, tzinfo=UTC), now=NOW)
    assert "Thu 24 Dec" in later.replace(",", "")


@pytest.mark.parametrize(
    ("tag", "region", "name"),
    [
        ("en", "GB", "en_GB"),
        ("en", "DE", "en_DE"),
        ("en", "", "en"),
        ("en", "ZZ", "en_US"),
        ("en-US", "GB", "en_US"),
        ("de", "GB", "de"),
        ("pt-BR", "GB", "pt_BR"),
        ("../..", "GB", "en_GB"),
    ],
)
def test_a_language_is_written_as_in_the_region_where_it_is_at_home(tag: str, region: str, name: str) -> None:
    assert regional_name(tag, region) == name


def test_words_without_translation_stay() -> None:
    assert phrases("de").gettext("Hello") == "Hello"
    assert phrases("de").ngettext("one day", "many days", 2) == "many days"
