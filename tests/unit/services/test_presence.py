"""Agents at the desk: whoever's page is open, unless they are away."""

from __future__ import annotations

from portal.container import Container
from portal.domain.clock import FrozenClock
from portal.domain.live import DESK, PRESENT_FOR
from portal.domain.users import Viewer
from tests.cast import Person


def names(container: Container) -> list[str]:
    return list(container.chat.desk_news().at_desk)


def test_an_open_page_puts_its_agent_at_the_desk_for_a_while(
    container: Container, clock: FrozenClock, ben: Person
) -> None:
    assert container.presence.beat(ben.viewer)
    assert names(container) == ["Ben Okafor"]
    clock.move(PRESENT_FOR)
    assert names(container) == []


def test_whoever_is_away_stays_away_until_they_say_otherwise(container: Container, ben: Person) -> None:
    container.presence.beat(ben.viewer)
    container.presence.choose(ben.viewer, available=False)
    assert names(container) == []
    assert not container.presence.beat(ben.viewer)
    assert not container.presence.takes_chats(ben.viewer)
    assert names(container) == []
    container.presence.choose(ben.viewer, available=True)
    assert names(container) == ["Ben Okafor"]


def test_the_desk_hears_of_who_comes_and_not_of_every_beat(container: Container, ben: Person) -> None:
    for _ in range(3):
        container.presence.beat(ben.viewer)
    with container.database.read() as work:
        assert [topic for _, topic in work.live.list_since(0)] == [DESK]


def test_strangers_are_never_at_the_desk(container: Container) -> None:
    stranger = Viewer()
    assert not container.presence.beat(stranger)
    container.presence.choose(stranger, available=True)
    assert not container.presence.takes_chats(stranger)
    assert names(container) == []
