"""Open pages hear of changes, whoever made them."""

from __future__ import annotations

import threading
from datetime import timedelta

from portal.domain.clock import Clock, FrozenClock
from portal.domain.live import DESK, PRESENT_FOR, conversation_topic
from portal.services.live import LiveChanges, Places
from portal.storage.database import Database

PATIENCE_SECONDS = 10.0
SOON_SECONDS = 0.05


def announce(database: Database, clock: Clock, topic: str) -> None:
    with database.work() as work:
        work.live.announce(topic, clock.now())


def test_who_follows_a_topic_hears_of_its_change(database: Database, clock: FrozenClock) -> None:
    live = LiveChanges(database, clock, look_seconds=0.01)
    with live.follow([DESK]) as subscription:
        announce(database, clock, DESK)
        assert subscription.wait(PATIENCE_SECONDS)


def test_a_change_of_something_else_wakes_nobody(database: Database, clock: FrozenClock) -> None:
    live = LiveChanges(database, clock, look_seconds=0.01)
    with live.follow([conversation_topic(1)]) as mine, live.follow([conversation_topic(2)]) as other:
        announce(database, clock, conversation_topic(2))
        assert other.wait(PATIENCE_SECONDS)
        assert not mine.wait(SOON_SECONDS)


def test_changes_of_another_process_are_heard(database: Database, clock: FrozenClock) -> None:
    elsewhere = Database(database.url)
    live = LiveChanges(database, clock, look_seconds=0.01)
    with live.follow([DESK]) as subscription:
        writer = threading.Thread(target=announce, args=(elsewhere, clock, DESK))
        writer.start()
        assert subscription.wait(PATIENCE_SECONDS)
        writer.join()
    elsewhere.dispose()


def test_a_change_while_nobody_waits_is_not_missed(database: Database, clock: FrozenClock) -> None:
    live = LiveChanges(database, clock, look_seconds=0.01)
    with live.follow([DESK]) as first, live.follow([DESK]) as second:
        announce(database, clock, DESK)
        assert first.wait(PATIENCE_SECONDS)
        assert second.wait(PATIENCE_SECONDS)
        assert not first.wait(SOON_SECONDS)


def test_following_begins_anew_after_everybody_left(database: Database, clock: FrozenClock) -> None:
    live = LiveChanges(database, clock, look_seconds=0.01)
    with live.follow([DESK]):
        assert live.count() == 1
    assert live.count() == 0
    with live.follow([DESK]) as subscription:
        announce(database, clock, DESK)
        assert subscription.wait(PATIENCE_SECONDS)


def test_who_was_not_heard_of_for_long_is_not_present(database: Database, clock: FrozenClock) -> None:
    with database.work() as work:
        assert work.live.see(DESK, "agent:1", "Amber", clock.now())
        assert not work.live.see(DESK, "agent:1", "Amber", clock.now())
        assert [each.name for each in work.live.list_present(DESK, clock.now() - PRESENT_FOR)] == ["Amber"]
    clock.move(PRESENT_FOR + timedelta(seconds=1))
    with database.work() as work:
        assert work.live.list_present(DESK, clock.now() - PRESENT_FOR) == ()
        assert work.live.see(DESK, "agent:1", "Amber", clock.now())


def test_others_hear_once_that_somebody_types(database: Database, clock: FrozenClock) -> None:
    now = clock.now()
    with database.work() as work:
        work.live.see(DESK, "agent:1", "Amber", now)
        assert work.live.see(DESK, "agent:1", "Amber", now, typing=True)
        assert not work.live.see(DESK, "agent:1", "Amber", now, typing=True)
        (typing,) = work.live.list_present(DESK, now - PRESENT_FOR)
        work.live.stop_typing(DESK, "agent:1")
        (resting,) = work.live.list_present(DESK, now - PRESENT_FOR)
    assert typing.is_typing(now)
    assert not resting.is_typing(now)


def test_old_signals_and_presences_are_forgotten(database: Database, clock: FrozenClock) -> None:
    announce(database, clock, DESK)
    with database.work() as work:
        work.live.see(DESK, "agent:1", "Amber", clock.now())
    clock.move(timedelta(hours=1))
    LiveChanges(database, clock).forget()
    with database.read() as work:
        assert work.live.newest() == 0
        assert work.live.list_present(DESK, clock.now() - timedelta(days=1)) == ()


def test_everybody_is_woken_when_the_process_ends(database: Database, clock: FrozenClock) -> None:
    live = LiveChanges(database, clock, look_seconds=0.01)
    with live.follow([DESK]) as subscription:
        assert not live.closing
        live.close()
        assert subscription.wait(PATIENCE_SECONDS)
        assert live.closing


def test_places_are_limited_in_all_and_for_each() -> None:
    places = Places(most=3, most_for_one=2)
    assert [places.take("a") for _ in range(3)] == [True, True, False]
    assert [places.take("b") for _ in range(2)] == [True, False]
    places.give_back("a")
    assert places.take("b")
    assert places.count() == 3


def test_who_steps_out_is_away_and_known_to_have_been_here(database: Database, clock: FrozenClock) -> None:
    now = clock.now()
    with database.work() as work:
        assert not work.live.step_out(DESK, "customer", now)
        work.live.see(DESK, "customer", "Ada", now)
        assert work.live.step_out(DESK, "customer", now)
        assert not work.live.step_out(DESK, "customer", now)
        assert work.live.list_present(DESK, now - PRESENT_FOR) == ()
        assert work.live.last_seen(DESK, "customer") == now - PRESENT_FOR
        assert work.live.last_seen(DESK, "agent:1") is None
        assert work.live.see(DESK, "customer", "Ada", now)
