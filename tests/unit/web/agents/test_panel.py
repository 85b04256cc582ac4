"""The panel that stands beside another system."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from pydantic import ValidationError

from portal.app import create_app
from portal.container import Container
from portal.settings import Settings
from tests.cast import Person
from tests.help_centre import open_help_centre

SignIn = Callable[[FlaskClient, Person], None]


def test_articles_that_fit_a_text_can_be_copied_in_three_ways(agent: FlaskClient, container: Container) -> None:
    open_help_centre(container)
    html = agent.get("/agents/panel?text=print+the+return+label").get_data(as_text=True)
    assert 'data-copy-text="http://127.0.0.1:8000/a/return-an-item#print-the-label"' in html
    assert "[Return an item](http://127.0.0.1:8000/a/return-an-item#print-the-label)" in html
    assert "&lt;blockquote&gt;" in html


@pytest.mark.parametrize("text", ["", "%00", "x" * 20_000, "<script>alert(1)</script>"])
def test_no_text_breaks_it(agent: FlaskClient, text: str) -> None:
    response = agent.get("/agents/panel", query_string={"text": text})
    assert response.status_code == 200
    assert "<script>alert" not in response.get_data(as_text=True)


def test_nobody_frames_it_unless_the_settings_say_who(agent: FlaskClient) -> None:
    assert "frame-ancestors 'none'" in agent.get("/agents/panel").headers["Content-Security-Policy"]


def test_sites_of_the_settings_may_frame_the_panel_and_nothing_else(
    settings: Settings, container: Container, ben: Person, sign_in: SignIn
) -> None:
    framed = settings.model_copy(update={"panel_ancestors": "https://crm.example https://*.desk.example"})
    container.settings = framed
    client = create_app(framed, container).test_client()
    sign_in(client, ben)
    policy = client.get("/agents/panel").headers["Content-Security-Policy"]
    assert "frame-ancestors 'self' https://crm.example https://*.desk.example" in policy
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in client.get("/agents").headers["Content-Security-Policy"]


@pytest.mark.parametrize("ancestors", ["*", "crm.example", "https://a.example; script-src *", "https://a.example\nx"])
def test_a_setting_that_would_open_more_is_refused(ancestors: str) -> None:
    with pytest.raises(ValidationError):
        Settings(_env_file=None, panel_ancestors=ancestors)


def test_the_help_shows_the_bookmark(agent: FlaskClient) -> None:
    html = agent.get("/agents/panel/help").get_data(as_text=True)
    assert "http://127.0.0.1:8000/agents/panel?text=" in html
    assert "javascript:(()=&gt;{const t=" in html
