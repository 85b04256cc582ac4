"""Agents see who waits."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape

import pytest
from flask.testing import FlaskClient

from portal.container import Container
from portal.domain.conversations import Conversation
from tests.cast import Person
from tests.conversation_builders import store

SignIn = Callable[[FlaskClient, Person], None]


@pytest.fixture
def conversation(container: Container) -> Conversation:
    """A request of today."""
    return store(container)


def page(agent: FlaskClient, path: str) -> str:
    response = agent.get(path)
    assert response.status_code == 200
    return unescape(response.get_data(as_text=True))


def test_the_list_shows_who_waits(agent: FlaskClient, conversation: Conversation) -> None:
    html = page(agent, "/agents")
    for words in ("R-222222", "Ada Berg", "My hub is offline. It blinks.", "No article on this", "New"):
        assert words in html
    assert 'href="/agents/requests/R-222222"' in html


def test_the_list_can_be_narrowed_and_nonsense_does_no_harm(agent: FlaskClient, conversation: Conversation) -> None:
    assert "R-222222" not in page(agent, "/agents?show=solved")
    assert "R-222222" in page(agent, "/agents?show=all&order=newest&channel=message&page=7")
    assert "R-222222" in page(agent, "/agents?show=nonsense&order=%00&page=x")


def test_an_empty_list_is_good_news(agent: FlaskClient) -> None:
    assert "Nobody is waiting" in page(agent, "/agents")


def test_somebody_is_found_among_all_requests(
    agent: FlaskClient, container: Container, conversation: Conversation
) -> None:
    container.desk.solve(conversation.reference)
    assert "R-222222" not in page(agent, "/agents")
    assert "R-222222" in page(agent, "/agents?find=ada")
    assert "No request fits" in page(agent, "/agents?find=nobody+of+ours")


def test_each_row_says_how_much_time_is_left(agent: FlaskClient, conversation: Conversation) -> None:
    html = page(agent, "/agents")
    assert "First reply" in html
    assert "4 h left" in html


def test_whoever_is_no_agent_any_more_is_turned_away(
    agent: FlaskClient, container: Container, ben: Person, conversation: Conversation
) -> None:
    assert agent.get("/agents").status_code == 200
    container.people.set_active(ben.user.email, active=False)
    assert agent.get("/agents").status_code in (302, 303, 401)
    assert agent.post("/agents/presence").status_code in (302, 303, 401, 403)
