from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_login import current_user

from portal.container import Container
from portal.web.context import viewer
from tests.cast import PASSWORD, Person

SignIn = Callable[[FlaskClient, Person], None]


def _who(client: FlaskClient) -> str:
    with client:
        client.get("/nowhere")
        return viewer().name


def test_the_session_names_the_person(client: FlaskClient, ada: Person, sign_in: SignIn) -> None:
    assert _who(client) == ""
    sign_in(client, ada)
    assert _who(client) == "Ada Berg"


def test_a_session_ends_with_the_password_it_began_with(
    client: FlaskClient, ada: Person, sign_in: SignIn, container: Container
) -> None:
    sign_in(client, ada)
    container.people.change_password(ada.user.id, current=PASSWORD, new="seven quiet harbours")
    assert _who(client) == ""


def test_a_session_ends_with_the_account(
    client: FlaskClient, ada: Person, sign_in: SignIn, container: Container
) -> None:
    sign_in(client, ada)
    container.people.set_active(ada.user.email, False)
    assert _who(client) == ""


@pytest.mark.parametrize("session_id", ["", "1", "1.", ".0", "x.0", "1.-0", "1.0.0", "٣.0", "1.99", "9" * 40 + ".0"])
def test_a_session_that_names_nobody_is_not_signed_in(client: FlaskClient, ada: Person, session_id: str) -> None:
    with client.session_transaction() as session:
        session["_user_id"] = session_id
    assert _who(client) == ""


def test_pages_get_no_current_user_that_would_ask_the_database(app: Flask) -> None:
    with app.test_request_context():
        context: dict[str, object] = {}
        app.update_template_context(context)
    assert "current_user" not in context
    assert current_user is not None
