from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from portal.container import Container
from portal.domain.live import BEAT_SECONDS
from tests.cast import Person
from tests.conversation_builders import store

SignIn = Callable[[FlaskClient, Person], None]


def test_a_beat_says_when_the_next_is_due_and_who_waits(agent: FlaskClient, container: Container) -> None:
    store(container, urgent=True)
    told = agent.post("/agents/presence").get_json()
    assert told == {"available": True, "next_seconds": BEAT_SECONDS, "needs_reply": 1, "urgent": 1}
    assert list(container.chat.desk_news().at_desk) == ["Ben Okafor"]


@pytest.mark.parametrize("back", ["", "https://evil.example/", "//evil.example"])
def test_the_switch_leads_back_within_this_site_only(agent: FlaskClient, container: Container, back: str) -> None:
    response = agent.post("/agents/availability", data={"available": "no", "back": back})
    assert response.headers["Location"] == "/agents"
    assert container.chat.desk_news().at_desk == ()
    response = agent.post("/agents/availability", data={"available": "yes", "back": "/agents?show=mine"})
    assert response.headers["Location"] == "/agents?show=mine"
    assert len(container.chat.desk_news().at_desk) == 1
