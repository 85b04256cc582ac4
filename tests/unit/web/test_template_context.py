from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask, render_template_string
from flask.testing import FlaskClient

from portal.container import Container
from portal.web.access import anyone
from tests.cast import Cast, Person

SignIn = Callable[[FlaskClient, Person], None]
NAMES = "{{ viewer.name }}|{{ site.site_name }}|{{ site.company_name }}|{{ talk_to_human_url }}|{{ admin_notice }}"


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    app.add_url_rule("/names", "names", anyone(lambda: render_template_string(NAMES)))
    return app.test_client()


def test_every_page_knows_the_site_and_the_way_to_a_human(client: FlaskClient) -> None:
    assert client.get("/names").text == "|Ostrel Help|Ostrel|/talk-to-a-human|"
    assert (
        client.get("/names", environ_overrides={"SCRIPT_NAME": "/help"}).text.split("|")[3] == "/help/talk-to-a-human"
    )


def test_only_admins_are_told_of_troubles(
    client: FlaskClient, container: Container, cast: Cast, sign_in: SignIn
) -> None:
    for person in (cast.ada, cast.ben, cast.chloe):
        sign_in(client, person)
        assert client.get("/names").text.endswith("|")
    sign_in(client, cast.dan)
    notice = client.get("/names").text
    assert "there is no index yet. Run “portal index”." in notice
    assert str(container.settings.instance) not in notice


def test_with_the_database_gone_everybody_is_a_stranger(
    client: FlaskClient, dan: Person, sign_in: SignIn, container: Container
) -> None:
    sign_in(client, dan)
    container.database.dispose()
    file = container.settings.instance / "portal.sqlite3"
    file.unlink()
    file.mkdir()
    assert client.get("/names").text == "|Ostrel Help|Ostrel|/talk-to-a-human|"
