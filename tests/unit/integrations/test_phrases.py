from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from portal.integrations.phrases import PhraseBook, Phrases

NOW = datetime(2026, 11, 27, 16, 0, tzinfo=UTC)  # a Friday, 17:00 in Berlin


def phrases(locale: str = "en", zone: str = "Europe/Berlin") -> Phrases:
    return PhraseBook(zone=ZoneInfo(zone), folder=Path("nowhere")).phrases(locale)


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


def test_words_without_translation_stay() -> None:
    assert phrases("de").gettext("Hello") == "Hello"
    assert phrases("de").ngettext("one day", "many days", 2) == "many days"
