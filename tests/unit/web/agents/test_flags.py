"""Agents tell the writers from a request."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.container import Container
from tests.cast import Person
from tests.conversation_builders import store
from tests.help_centre import open_help_centre

SignIn = Callable[[FlaskClient, Person], None]
URL = "/agents/requests/R-222222/flag"


def test_what_an_agent_notices_reaches_the_writers(
    client: FlaskClient, container: Container, ben: Person, sign_in: SignIn
) -> None:
    open_help_centre(container)
    store(container)
    sign_in(client, ben)
    html = client.post(
        URL, data={"kind": "unclear", "article_id": "hub-offline", "note": "Step 2"}, follow_redirects=True
    ).get_data(as_text=True)
    assert "The writers see it" in html
    (flag,) = container.article_flags.page().flags
    assert (flag.kind, flag.article_id, flag.note, flag.reference) == ("unclear", "hub-offline", "Step 2", "R-222222")


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({"kind": "nonsense", "article_id": "hub-offline"}, 400),
        ({"kind": "wrong"}, 400),
        ({"kind": "wrong", "article_id": "../secret"}, 404),
        ({}, 400),
    ],
)
def test_forged_forms_are_refused(
    strict_app: Flask, container: Container, ben: Person, sign_in: SignIn, data: dict[str, str], status: int
) -> None:
    strict_app.config["WTF_CSRF_ENABLED"] = False
    store(container)
    client = strict_app.test_client()
    sign_in(client, ben)
    assert client.post(URL, data=data).status_code == status
    assert container.article_flags.page().flags == ()
