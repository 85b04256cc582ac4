"""What each channel says of itself: who is there, how soon they reply, or when they are back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.domain.channels import CallSlot, ChannelOffer
from portal.domain.conversations import Channel, Conversation
from portal.integrations.phrases import Phrases

#: Names of people at the desk that are said; more are counted.
NAMES_SAID = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownChannel:
    """A channel as the form shows it; one that is not offered says why, and when it will be."""

    channel: Channel
    offered: bool
    expectation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallDay:
    """A day on which somebody can be called, with its times as pairs of what a form sends and what it shows."""

    name: str
    times: tuple[tuple[str, str], ...]


def show_channel(offer: ChannelOffer, phrases: Phrases, *, now: datetime, patience_seconds: int) -> ShownChannel:
    """Say what may honestly be expected of a channel.

    Args:
        patience_seconds: After which a chat that nobody answers goes on by e-mail.
    """
    sentences = {Channel.CHAT: _of_chat, Channel.MESSAGE: _of_message, Channel.CALL_BACK: _of_call_back}
    said = sentences[offer.channel](offer, phrases, now, patience_seconds)
    return ShownChannel(channel=offer.channel, offered=offer.offered, expectation=" ".join(filter(None, said)))


def request_expectation(conversation: Conversation, phrases: Phrases, *, now: datetime) -> str:
    """Say what the customer of a request that waits for us may expect."""
    by, start, end = conversation.reply_expected_at, conversation.call_from, conversation.call_until
    if conversation.is_live_chat and conversation.first_reply_at is None:
        return phrases.gettext(
            "A person will be with you in a moment. Should it take longer, we write to you by e-mail."
        )
    if start and end and end > now:
        return phrases.call_expectation(start, end, now=now)
    if conversation.channel is Channel.CALL_BACK and by > now:
        return phrases.call_promise(by, now=now)
    return phrases.reply_expectation(by, now=now)


def show_call_days(slots: Sequence[CallSlot], phrases: Phrases, *, now: datetime) -> tuple[CallDay, ...]:
    """Return the times in which somebody can be called, by day."""
    days: dict[str, list[tuple[str, str]]] = {}
    for slot in slots:
        name = phrases.day(slot.start, now=now)
        days.setdefault(name, []).append((slot.key, phrases.stretch(slot.start, slot.end)))
    return tuple(CallDay(name=_as_heading(name), times=tuple(times)) for name, times in days.items())


def _of_chat(offer: ChannelOffer, phrases: Phrases, now: datetime, patience_seconds: int) -> tuple[str, ...]:
    if offer.opens_at is not None:
        return (phrases.back(offer.opens_at, now=now),)
    if not offer.offered:
        return (phrases.gettext("Nobody is free for a chat right now."),)
    minutes = max(1, round(patience_seconds / 60))
    fallback = phrases.ngettext(
        "If nobody answers within a minute, we write to you by e-mail.",
        "If nobody answers within %(count)d minutes, we write to you by e-mail.",
        minutes,
    )
    typical = "" if offer.typical_minutes is None else phrases.usual_reply(offer.typical_minutes)
    return _who_is_here(offer.people, phrases), typical, fallback % {"count": minutes}


def _of_message(offer: ChannelOffer, phrases: Phrases, now: datetime, _patience_seconds: int) -> tuple[str, ...]:
    typical, at_once = offer.typical_minutes, offer.reply_by - now
    if offer.opens_at is not None:
        return phrases.back(offer.opens_at, now=now), phrases.reply_expectation(offer.reply_by, now=now)
    if typical is not None and at_once == timedelta(minutes=typical):  # no closing time stands between
        return (phrases.usual_reply(typical),)
    return (phrases.reply_expectation(offer.reply_by, now=now),)


def _of_call_back(offer: ChannelOffer, phrases: Phrases, now: datetime, _patience_seconds: int) -> tuple[str, ...]:
    back = "" if offer.opens_at is None else phrases.back(offer.opens_at, now=now)
    return back, phrases.gettext("Choose a time, or leave it to us."), phrases.call_promise(offer.reply_by, now=now)


def _who_is_here(people: tuple[str, ...], phrases: Phrases) -> str:
    names = [name.split()[0] for name in people if name.split()]
    if not names:
        return phrases.gettext("Somebody is here now.")
    if len(names) == 1:
        return phrases.gettext("%(name)s is here now.") % {"name": names[0]}
    if len(names) == NAMES_SAID:
        return phrases.gettext("%(first)s and %(second)s are here now.") % {"first": names[0], "second": names[1]}
    words = {"first": names[0], "second": names[1], "count": len(names) - NAMES_SAID}
    return phrases.gettext("%(first)s, %(second)s and %(count)d more are here now.") % words


def _as_heading(day: str) -> str:
    return day[:1].upper() + day[1:]
