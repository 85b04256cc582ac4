"""Agents keep canned replies in their pages."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape

import pytest
from flask.testing import FlaskClient

from portal.container import Container
from tests.cast import Person

SignIn = Callable[[FlaskClient, Person], None]
URL = "/agents/canned-replies"


def send(agent: FlaskClient, url: str = URL, **data: str) -> str:
    usual = {"title": "Thanks", "situation": "closing", "body": "Thank you, {{customer.first_name}}."}
    return unescape(agent.post(url, data=usual | data, follow_redirects=True).get_data(as_text=True))


def test_one_is_written_changed_and_deleted(agent: FlaskClient, container: Container) -> None:
    assert "No canned replies yet" in agent.get(URL).get_data(as_text=True)
    assert "Thank you, {{customer.first_name}}." in send(agent)
    (reply,) = container.canned_replies.list_all()
    assert reply.changed_by == "Ben Okafor"
    one = f"{URL}/{reply.id}"
    assert "Thank you, {{customer.first_name}}." in agent.get(one).get_data(as_text=True)
    send(agent, one, title="Many thanks")
    assert container.canned_replies.get(reply.id).title == "Many thanks"
    send(agent, one, remove="yes")
    assert container.canned_replies.list_all() == ()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"body": "Hi {{customer.shoe_size}}"}, "Nothing can be filled in for {{customer.shoe_size}}"),
        ({"title": ""}, "Please give it a title"),
        ({"body": "x" * 100_000}, "Please write a text of 1 to"),
        ({"situation": "nonsense"}, "Please choose what it is for"),
    ],
)
def test_what_cannot_be_kept_comes_back_with_the_reason(
    agent: FlaskClient, container: Container, data: dict[str, str], words: str
) -> None:
    html = send(agent, **data)
    assert words in html
    assert all(text in html for text in data.values() if text != "nonsense")
    assert container.canned_replies.list_all() == ()


def test_a_title_that_is_taken_comes_back_with_the_text(agent: FlaskClient, container: Container) -> None:
    send(agent)
    html = send(agent, body="Another text.")
    assert "with this title already" in html
    assert "Another text." in html
    assert len(container.canned_replies.list_all()) == 1


def test_markup_in_a_canned_reply_is_only_text(agent: FlaskClient) -> None:
    agent.post(URL, data={"title": "<b>x</b>", "situation": "other", "body": "<script>alert(1)</script>"})
    html = agent.get(URL).get_data(as_text=True)
    assert "<script>alert" not in html
    assert "&lt;b&gt;x&lt;/b&gt;" in html
