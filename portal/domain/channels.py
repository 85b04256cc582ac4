"""Ways to reach a human: which are offered now, what each may honestly promise, and when somebody can be called."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice, takewhile
from statistics import median

from portal.domain.business_hours import BusinessHours, ReplyPromise
from portal.domain.conversations import Channel
from portal.domain.errors import InvalidInput

#: How far back first replies tell how soon people reply, and how many there must be for that.
REPLIES_OF = timedelta(days=7)
FEWEST_REPLIES = 3

#: Length of the times in which somebody may wish to be called, in minutes; a shorter rest of a day is not offered.
SLOT_MINUTES = 120
SHORTEST_SLOT_MINUTES = 30
#: Nobody can be called sooner than this by wish, in minutes.
CALL_LEAD_MINUTES = 30
#: Days with opening hours that are offered for calls.
CALL_DAYS = 4
#: However the hours are set, no more times than this are offered, and no more stretches of opening looked at.
MOST_SLOTS = 40
MOST_OPENINGS = 100

#: Digits of a telephone number, with country and area (ITU-T E.164 allows 15).
FEWEST_DIGITS, MOST_DIGITS = 6, 15
MAX_PHONE_LENGTH = 40

_PHONE = re.compile(r"\+?[\d\s().\-/]+(?:\s*(?:ext\.?|x|#)\s*\d{1,6})?", re.IGNORECASE | re.ASCII)
_EXTENSION = re.compile(r"\s*(?:ext\.?|x|#)\s*\d{1,6}$", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelOffer:
    """What may be said of one channel now.

    Attributes:
        offered: Whether it can be chosen.
        typical_minutes: Business minutes to the first reply of late; None where too few replies tell.
        reply_by: By when a reply may be expected, by what is typical or else by promise.
        opens_at: When people are back; None while they are there.
        people: Names of those who take chats now.
    """

    channel: Channel
    offered: bool
    typical_minutes: int | None
    reply_by: datetime
    opens_at: datetime | None = None
    people: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CallSlot:
    """A time in which somebody can be called, within the business hours."""

    start: datetime
    end: datetime

    @property
    def key(self) -> str:
        """What a form sends for it."""
        return self.start.strftime("%Y-%m-%dT%H:%MZ")


def plan_channels(
    promise: ReplyPromise, now: datetime, *, at_desk: tuple[str, ...], typical: Mapping[Channel, int]
) -> tuple[ChannelOffer, ...]:
    """Say which channels can be offered now, and what each may promise.

    A chat is offered only within the business hours and while somebody is there to take it.

    Args:
        at_desk: Names of the agents who take chats now.
        typical: Business minutes to the first reply of late; a channel with too few replies is absent.
    """
    opened = promise.hours.is_open(now)
    offered = {Channel.CHAT: opened and bool(at_desk), Channel.MESSAGE: True, Channel.CALL_BACK: True}
    return tuple(
        ChannelOffer(
            channel=channel,
            offered=offered[channel],
            typical_minutes=typical.get(channel),
            reply_by=promise.hours.add_business_minutes(now, typical.get(channel, promise.within_minutes)),
            opens_at=None if opened else promise.hours.opens_next(now),
            people=at_desk if channel is Channel.CHAT else (),
        )
        for channel in (Channel.CHAT, Channel.MESSAGE, Channel.CALL_BACK)
    )


def typical_minutes(hours: BusinessHours, replies: Iterable[tuple[datetime, datetime]]) -> int | None:
    """Return the median business minutes to a first reply; None where fewer than three tell.

    Args:
        replies: When each request came, and when a person first replied to it.
    """
    minutes = [hours.business_minutes_between(came, replied) for came, replied in replies]
    return round(median(minutes)) if len(minutes) >= FEWEST_REPLIES else None


def list_call_slots(hours: BusinessHours, now: datetime) -> tuple[CallSlot, ...]:
    """Return the times in which somebody may wish to be called, soonest first; at most those of a few days."""
    found: list[CallSlot] = []
    days: set[date] = set()
    for slot in _slots(hours, now + timedelta(minutes=CALL_LEAD_MINUTES)):
        days.add(slot.start.astimezone(hours.zone).date())
        if len(days) > CALL_DAYS or len(found) >= MOST_SLOTS:
            break
        found.append(slot)
    return tuple(found)


def find_call_slot(hours: BusinessHours, now: datetime, key: str) -> CallSlot | None:
    """Return the time that somebody wishes to be called in; None when they have no wish.

    Raises:
        InvalidInput: There is no such time, or not any more.
    """
    if not key:
        return None
    found = next((slot for slot in list_call_slots(hours, now) if slot.key == key), None)
    if found is None:
        raise InvalidInput("This time cannot be had any more.", field="call_at")
    return found


def clean_phone(text: str) -> str:
    """Return a telephone number, tidied.

    Only what nobody could dial is refused: how numbers are written differs from country to country.

    Raises:
        InvalidInput: It cannot be a telephone number.
    """
    tidy = " ".join(text.replace("\x00", "").split())
    digits = re.sub(r"\D", "", _EXTENSION.sub("", tidy))
    plausible = len(tidy) <= MAX_PHONE_LENGTH and _PHONE.fullmatch(tidy) is not None
    if not plausible or not FEWEST_DIGITS <= len(digits) <= MOST_DIGITS or len(set(digits)) == 1:
        raise InvalidInput("This does not look like a telephone number.", field="phone")
    return tidy


def _slots(hours: BusinessHours, soonest: datetime) -> Iterator[CallSlot]:
    for opens, closes in islice(hours.openings_from(soonest), MOST_OPENINGS):
        starts = (opens + timedelta(minutes=SLOT_MINUTES) * number for number in range(24 * 60 // SLOT_MINUTES))
        for start in takewhile(lambda start: start < closes, starts):  # noqa: B023 - used up within the loop
            end = min(start + timedelta(minutes=SLOT_MINUTES), closes)
            if start >= soonest and end - start >= timedelta(minutes=SHORTEST_SLOT_MINUTES):
                yield CallSlot(start=start, end=end)
