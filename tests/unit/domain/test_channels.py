from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.business_hours import BusinessHours, ReplyPromise, parse_business_hours
from portal.domain.channels import (
    CALL_LEAD_MINUTES,
    MOST_SLOTS,
    clean_phone,
    find_call_slot,
    list_call_slots,
    plan_channels,
    typical_minutes,
)
from portal.domain.conversations import Channel
from portal.domain.errors import InvalidInput

BERLIN = ZoneInfo("Europe/Berlin")
TUESDAY = datetime(2026, 11, 17, 12, 0, tzinfo=BERLIN)
SUNDAY = datetime(2026, 11, 22, 12, 0, tzinfo=BERLIN)


def hours(text: str = "mon-fri 09:00-18:00", holidays: str = "") -> BusinessHours:
    return parse_business_hours(text, holidays=holidays, time_zone="Europe/Berlin")


def promise() -> ReplyPromise:
    return ReplyPromise(hours=hours(), within_minutes=240)


def test_a_chat_is_offered_while_somebody_is_there() -> None:
    chat, message, call = plan_channels(promise(), TUESDAY, at_desk=("Amber Vale",), typical={Channel.CHAT: 2})
    assert (chat.channel, chat.offered, chat.typical_minutes, chat.people) == (Channel.CHAT, True, 2, ("Amber Vale",))
    assert chat.opens_at is None
    assert message.reply_by == TUESDAY + timedelta(hours=4)
    assert message.offered
    assert call.offered


@pytest.mark.parametrize(("now", "at_desk"), [(TUESDAY, ()), (SUNDAY, ("Amber Vale",))])
def test_no_chat_without_people_or_out_of_hours(now: datetime, at_desk: tuple[str, ...]) -> None:
    chat, *others = plan_channels(promise(), now, at_desk=at_desk, typical={})
    assert not chat.offered
    assert all(offer.offered for offer in others)


def test_out_of_hours_each_says_when_people_are_back() -> None:
    for offer in plan_channels(promise(), SUNDAY, at_desk=(), typical={Channel.MESSAGE: 30}):
        assert offer.opens_at == datetime(2026, 11, 23, 9, 0, tzinfo=BERLIN)
    _, message, _ = plan_channels(promise(), SUNDAY, at_desk=(), typical={Channel.MESSAGE: 30})
    assert message.reply_by == datetime(2026, 11, 23, 9, 30, tzinfo=BERLIN)


def test_too_few_replies_tell_nothing() -> None:
    reply = (TUESDAY, TUESDAY + timedelta(minutes=12))
    assert typical_minutes(hours(), [reply] * 2) is None
    assert typical_minutes(hours(), [reply] * 3) == 12
    assert typical_minutes(hours(), []) is None


def test_the_median_counts_business_minutes() -> None:
    evening, morning = datetime(2026, 11, 16, 17, 55, tzinfo=BERLIN), datetime(2026, 11, 17, 9, 5, tzinfo=BERLIN)
    replies = [(evening, morning), (TUESDAY, TUESDAY + timedelta(minutes=4)), (TUESDAY, TUESDAY + timedelta(hours=3))]
    assert typical_minutes(hours(), replies) == 10


def test_calls_are_offered_within_opening_hours_of_the_next_days() -> None:
    slots = list_call_slots(hours("mon-fri 09:00-12:00, 13:00-14:30", holidays="2026-11-18"), TUESDAY)
    said = [slot.start.astimezone(BERLIN).strftime("%a %H:%M") for slot in slots]
    assert said[:4] == ["Tue 13:00", "Thu 09:00", "Thu 11:00", "Thu 13:00"]
    assert {slot.start.astimezone(BERLIN).date().isoformat() for slot in slots} == {
        "2026-11-17",
        "2026-11-19",
        "2026-11-20",
        "2026-11-23",
    }


@given(
    at=st.datetimes(min_value=datetime(2024, 1, 1), max_value=datetime(2030, 1, 1)),  # noqa: DTZ001
    text=st.sampled_from(
        ["mon-fri 09:00-18:00", "mon-sun 00:00-24:00", "sun 01:30-04:00", "tue 17:50-18:00; wed 8:00-9:00"]
    ),
)
def test_every_time_for_a_call_lies_ahead_and_within_the_hours(at: datetime, text: str) -> None:
    now, open_hours = at.replace(tzinfo=UTC), hours(text)
    slots = list_call_slots(open_hours, now)
    assert 0 < len(slots) <= MOST_SLOTS
    for slot in slots:
        assert slot.start >= now + timedelta(minutes=CALL_LEAD_MINUTES)
        assert open_hours.is_open(slot.start)
        assert open_hours.is_open(slot.end - timedelta(seconds=1))
        assert find_call_slot(open_hours, now, slot.key) == slot
    assert len({slot.key for slot in slots}) == len(slots)


@pytest.mark.parametrize("key", ["2026-11-17T03:00Z", "tomorrow", "2031-01-01T09:00Z", "\x00"])
def test_a_time_that_cannot_be_had_is_refused(key: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        find_call_slot(hours(), TUESDAY, key)
    assert caught.value.field == "call_at"


def test_who_has_no_wish_gets_any_time() -> None:
    assert find_call_slot(hours(), TUESDAY, "") is None


@pytest.mark.parametrize(
    "text",
    ["+49 30 1234567", "030/1234567", "(020) 7946-0018", "+1 555 010 9999 ext. 12", "0301234567 x5", " 112233 \n44 "],
)
def test_numbers_as_people_write_them_are_taken(text: str) -> None:
    assert clean_phone(text) == " ".join(text.split())


@pytest.mark.parametrize(
    "text",
    ["", "12345", "hello", "+49", "1" * 10, "+49 30 12345678901234567", "030 123<b>4567", "1234567;evil", "٣٠١٢٣٤٥٦٧"],
)
def test_what_nobody_could_dial_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        clean_phone(text)
    assert caught.value.field == "phone"


def test_hours_too_short_for_a_call_offer_no_time() -> None:
    assert list_call_slots(hours("wed 09:00-09:01"), TUESDAY) == ()
