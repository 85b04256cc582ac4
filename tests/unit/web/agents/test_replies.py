"""What writing an answer asks the server for."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.container import Container
from portal.domain.users import Viewer
from tests.cast import Person
from tests.conversation_builders import store
from tests.help_centre import open_help_centre

SignIn = Callable[[FlaskClient, Person], None]


def canned_id(container: Container, body: str) -> int:
    container.canned_replies.add(Viewer(name="Ben Okafor"), title="x", situation="other", body=body)
    return container.canned_replies.list_all()[0].id


def test_a_preview_is_safe(agent: FlaskClient) -> None:
    answer = agent.post("/agents/preview", data={"message": "**Hi** <img src=x onerror=alert(1)> {{article.url}}"})
    assert "<strong>Hi</strong>" in answer.get_json()["html"]
    assert "onerror" not in answer.get_json()["html"]
    assert answer.get_json()["left"] == ["article.url"]
    assert agent.post("/agents/preview", data={}).get_json() == {"html": "", "left": []}


def test_a_canned_reply_is_filled_in_and_says_what_is_left(agent: FlaskClient, container: Container) -> None:
    open_help_centre(container)
    store(container)
    number = canned_id(container, "Hello {{customer.first_name}}, {{agent.first_name}}: {{article.url}}")
    url = f"/agents/requests/R-222222/canned/{number}"
    assert agent.get(url).get_json() == {"text": "Hello Ada, Ben: {{article.url}}", "left": ["article.url"]}
    filled = agent.get(f"{url}?article=hub-offline").get_json()
    assert filled == {"text": "Hello Ada, Ben: http://127.0.0.1:8000/a/hub-offline", "left": []}


def test_articles_come_with_all_their_ways_into_the_answer(agent: FlaskClient, container: Container) -> None:
    open_help_centre(container)
    store(container)
    found = agent.get("/agents/requests/R-222222/articles?q=return+label").get_json()["articles"]
    assert found[0]["id"] == "return-an-item"
    assert found[0]["quote"].startswith("> Open your order")
    assert found[0]["path"] == "/articles/return-an-item#print-the-label"
    offered = agent.get("/agents/requests/R-222222/articles?q=+").get_json()["articles"]
    assert "hub-offline" in [each["id"] for each in offered]


@pytest.mark.parametrize(
    "path",
    ["/agents/requests/R-777777/articles", "/agents/requests/R-777777/canned/1", "/agents/requests/R-222222/canned/99"],
)
def test_forged_ids_are_not_found(
    strict_app: Flask, container: Container, ben: Person, sign_in: SignIn, path: str
) -> None:
    store(container)
    client = strict_app.test_client()
    sign_in(client, ben)
    assert client.get(path).status_code == 404
