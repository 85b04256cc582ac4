"""What a channel says of itself is true, and says when people are back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from portal.domain.business_hours import BusinessHours, ReplyPromise, parse_business_hours
from portal.domain.channels import list_call_slots, plan_channels
from portal.domain.conversations import Channel
from portal.integrations.channel_words import request_expectation, show_call_days, show_channel
from portal.integrations.phrases import Phrases
from tests.conversation_builders import conversation

BERLIN = ZoneInfo("Europe/Berlin")
TUESDAY = datetime(2026, 11, 17, 12, 0, tzinfo=BERLIN)
SUNDAY = datetime(2026, 11, 22, 12, 0, tzinfo=BERLIN)
PHRASES = Phrases("en", zone=BERLIN, folder=Path("nowhere"), region="GB")


def hours() -> BusinessHours:
    return parse_business_hours("mon-fri 09:00-18:00", holidays="2026-11-23", time_zone="Europe/Berlin")


def said(channel: Channel, now: datetime, *, at_desk: tuple[str, ...] = (), typical: int | None = None) -> str:
    promise = ReplyPromise(hours=hours(), within_minutes=240)
    figures = {} if typical is None else {channel: typical}
    offers = plan_channels(promise, now, at_desk=at_desk, typical=figures)
    offer = next(offer for offer in offers if offer.channel is channel)
    return show_channel(offer, PHRASES, now=now, patience_seconds=180).expectation


@pytest.mark.parametrize(
    ("people", "words"),
    [
        (("Amber Vale",), "Amber is here now."),
        (("Amber Vale", "Ben Okafor"), "Amber and Ben are here now."),
        (("Amber", "Ben", "Cy", "Di"), "Amber, Ben and 2 more are here now."),
        ((" ",), "Somebody is here now."),
    ],
)
def test_a_chat_says_who_is_there_and_what_happens_otherwise(people: tuple[str, ...], words: str) -> None:
    expectation = said(Channel.CHAT, TUESDAY, at_desk=people)
    assert expectation == f"{words} If nobody answers within 3 minutes, we write to you by e-mail."


def test_a_channel_says_how_soon_people_reply_of_late() -> None:
    assert said(Channel.MESSAGE, TUESDAY, typical=12) == "A person usually replies in about 12 minutes."
    assert said(Channel.MESSAGE, TUESDAY, typical=0) == "A person usually replies in about a minute."
    assert said(Channel.MESSAGE, TUESDAY, typical=125) == "A person usually replies in about 2 hours."
    assert "A person usually replies in about 2 minutes." in said(Channel.CHAT, TUESDAY, at_desk=("A",), typical=2)


def test_what_is_typical_is_not_said_across_a_night() -> None:
    evening = TUESDAY.replace(hour=17, minute=50)
    assert said(Channel.MESSAGE, evening, typical=20) == "We usually reply by Wednesday 09:10 (Berlin time)."


def test_out_of_hours_every_channel_says_when_people_are_back() -> None:
    for channel in Channel:
        assert "We are back Tuesday 09:00 (Berlin time)." in said(channel, SUNDAY, typical=5)


def test_a_chat_that_nobody_could_take_is_not_praised() -> None:
    assert said(Channel.CHAT, TUESDAY) == "Nobody is free for a chat right now."


def test_times_for_calls_stand_by_day() -> None:
    days = show_call_days(list_call_slots(hours(), TUESDAY), PHRASES, now=TUESDAY)
    assert [day.name for day in days] == ["Today", "Wednesday", "Thursday", "Friday"]
    assert days[1].times[0] == ("2026-11-18T08:00Z", "09:00 – 11:00")


def test_a_request_says_what_fits_its_channel() -> None:
    by = TUESDAY + timedelta(hours=2)
    usual = replace(conversation(), reply_expected_at=by)
    call = replace(usual, channel=Channel.CALL_BACK)
    chosen = replace(call, call_from=TUESDAY + timedelta(days=1), call_until=TUESDAY + timedelta(days=1, hours=2))
    assert request_expectation(usual, PHRASES, now=TUESDAY) == "We usually reply by 14:00 today (Berlin time)."
    assert request_expectation(call, PHRASES, now=TUESDAY) == "We usually call by 14:00 today (Berlin time)."
    tomorrow = replace(call, reply_expected_at=by + timedelta(days=1))
    assert request_expectation(tomorrow, PHRASES, now=TUESDAY) == "We usually call by Wednesday 14:00 (Berlin time)."
    assert request_expectation(chosen, PHRASES, now=TUESDAY) == "We call you Wednesday 12:00 to 14:00 (Berlin time)."
    chat = replace(usual, channel=Channel.CHAT)
    assert request_expectation(chat, PHRASES, now=TUESDAY).startswith("A person will be with you in a moment.")
    ended = replace(chat, chat_ended_at=TUESDAY)
    assert "by 14:00 today" in request_expectation(ended, PHRASES, now=TUESDAY)
