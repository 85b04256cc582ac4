from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask, render_template_string
from flask.testing import FlaskClient

from portal.container import Container
from portal.domain.health import Troubles
from portal.web.access import anyone
from portal.web.template_context import notice_words
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


def test_only_admins_are_told_of_troubles(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    for person in (cast.ada, cast.ben, cast.chloe):
        sign_in(client, person)
        assert client.get("/names").text.endswith("|")
    sign_in(client, cast.dan)
    assert "Search is limited" in client.get("/names").text


def test_with_the_database_gone_everybody_is_a_stranger(
    client: FlaskClient, dan: Person, sign_in: SignIn, container: Container
) -> None:
    sign_in(client, dan)
    container.database.dispose()
    file = container.settings.instance / "portal.sqlite3"
    file.unlink()
    file.mkdir()
    assert client.get("/names").text == "|Ostrel Help|Ostrel|/talk-to-a-human|"


@pytest.mark.parametrize(
    ("troubles", "words"),
    [
        (Troubles(), ""),
        (Troubles(mails_not_sent=1), "1 mail was not sent."),
        (Troubles(mails_not_sent=2, dead_jobs=3), "2 mails were not sent. 3 jobs were given up."),
        (Troubles(waiting_since_seconds=170), ""),
        (
            Troubles(waiting_since_seconds=200),
            "The worker is not running: mail and new articles wait. Start it with: portal worker",
        ),
        (
            Troubles(index_detail="No index."),
            "Search is limited: No index. Run: portal index",
        ),
    ],
)
def test_troubles_are_said_in_sentences(app: Flask, troubles: Troubles, words: str) -> None:
    with app.test_request_context():
        assert notice_words(troubles) == words
