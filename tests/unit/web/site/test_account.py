from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.container import Container
from tests.cast import PASSWORD, Person

SignIn = Callable[[FlaskClient, Person], None]
NEW = "seven quiet harbours"


def _sign_in(client: FlaskClient, email: str, password: str, **more: str) -> object:
    return client.post("/sign-in", data={"email": email, "password": password, **more})


def _is_signed_in(client: FlaskClient) -> bool:
    return client.get("/account").status_code == 200


def test_signing_in_greets_by_name_and_leads_home(client: FlaskClient, ada: Person) -> None:
    assert "Sign in" in client.get("/sign-in").text
    answer = client.post("/sign-in", data={"email": " ADA@ostrel.example ", "password": PASSWORD})
    assert (answer.status_code, answer.location) == (303, "/")
    assert "Hello, Ada" in client.get("/account").text


def test_signing_in_leads_back_to_where_one_was(client: FlaskClient, ada: Person) -> None:
    turned_away = client.get("/account?tab=name")
    assert (turned_away.status_code, turned_away.location) == (303, "/sign-in?next=%2Faccount%3Ftab%3Dname")
    assert 'value="/account?tab=name"' in client.get(turned_away.location).text
    answer = client.post("/sign-in", data={"email": ada.user.email, "password": PASSWORD, "next": "/account?tab=name"})
    assert answer.location == "/account?tab=name"


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "/\t/evil.example", "javascript:alert(1)"]
)
def test_signing_in_never_leads_elsewhere(client: FlaskClient, ada: Person, target: str) -> None:
    answer = client.post("/sign-in", data={"email": ada.user.email, "password": PASSWORD, "next": target})
    assert answer.location == "/"


def test_whoever_is_signed_in_is_not_asked_again(client: FlaskClient, ada: Person, sign_in: SignIn) -> None:
    sign_in(client, ada)
    assert client.get("/sign-in?next=/requests").location == "/requests"


@pytest.mark.parametrize(
    ("email", "password"),
    [("ada@ostrel.example", "wrong"), ("nobody@ostrel.example", PASSWORD), ("\x00" * 5 + "x", "\x00"), ("ada", "🙈")],
)
def test_a_wrong_sign_in_keeps_the_address_and_never_the_password(
    client: FlaskClient, ada: Person, email: str, password: str
) -> None:
    page = client.post("/sign-in", data={"email": email, "password": password}).text
    assert "do not belong together" in page
    assert f'value="{password}"' not in page
    assert not _is_signed_in(client)


def test_empty_fields_are_named(client: FlaskClient) -> None:
    page = client.post("/sign-in", data={"email": "", "password": ""}).text
    assert "Please enter your e-mail address." in page
    assert "Please enter your password." in page


def test_too_many_failures_wait_kindly(client: FlaskClient, ada: Person) -> None:
    for _ in range(5):
        client.post("/sign-in", data={"email": ada.user.email, "password": "wrong"})
    answer = client.post("/sign-in", data={"email": ada.user.email, "password": PASSWORD})
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "900"
    assert "try again in 15 minutes" in answer.text
    assert "Talk to a human" in answer.text


def test_the_journey_goes_on_and_all_else_from_before_ends(client: FlaskClient, ada: Person) -> None:
    with client.session_transaction() as session:
        session["journey"] = "a" * 32
        session["planted"] = "by somebody else"
    _sign_in(client, ada.user.email, PASSWORD)
    with client.session_transaction() as session:
        assert session["journey"] == "a" * 32
        assert "planted" not in session


def test_signing_out_ends_everything(client: FlaskClient, ada: Person, sign_in: SignIn) -> None:
    sign_in(client, ada)
    with client.session_transaction() as session:
        session["journey"] = "a" * 32
    answer = client.post("/sign-out")
    assert (answer.status_code, answer.location) == (303, "/")
    assert not _is_signed_in(client)
    with client.session_transaction() as session:
        assert "journey" not in session
    assert client.get("/sign-out").status_code == 404
    assert client.post("/sign-out").status_code == 303


def test_a_name_is_changed(client: FlaskClient, ada: Person, sign_in: SignIn) -> None:
    sign_in(client, ada)
    answer = client.post("/account/name", data={"name": "<b>Ada</b> Lund"})
    assert answer.location == "/account"
    page = client.get("/account").text
    assert "Your name is changed." in page
    assert "Hello, &lt;b&gt;Ada&lt;/b&gt;" in page


@pytest.mark.parametrize("name", ["", "  ", "\x00", "x" * 201])
def test_a_name_that_calls_nobody_is_refused(client: FlaskClient, ada: Person, sign_in: SignIn, name: str) -> None:
    sign_in(client, ada)
    page = client.post("/account/name", data={"name": name}).text
    assert "field--error" in page
    assert "Ada" in page


def test_a_changed_password_ends_sessions_elsewhere_and_keeps_this_one(
    app: Flask, ada: Person, sign_in: SignIn
) -> None:
    here, elsewhere = app.test_client(), app.test_client()
    sign_in(here, ada)
    sign_in(elsewhere, ada)
    answer = here.post("/account/password", data={"current_password": PASSWORD, "new_password": NEW, "again": NEW})
    assert answer.location == "/account"
    assert _is_signed_in(here)
    assert not _is_signed_in(elsewhere)
    assert _sign_in(elsewhere, ada.user.email, NEW).status_code == 303  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("current", "new", "again", "said"),
    [
        ("wrong", NEW, NEW, "This is not your current password."),
        (PASSWORD, "short", "short", "Please use at least 12 characters."),
        (PASSWORD, "ada@ostrel.example", "ada@ostrel.example", "not your e-mail address"),
        (PASSWORD, "x" * 1001, "x" * 1001, "Please use at most 1000 characters."),
        (PASSWORD, NEW, NEW + "!", "The two passwords differ."),
        ("", "", "", "Please enter your current password."),
    ],
)
def test_a_password_is_not_changed_lightly(
    client: FlaskClient,
    container: Container,
    ada: Person,
    sign_in: SignIn,
    current: str,
    new: str,
    again: str,
    said: str,
) -> None:
    sign_in(client, ada)
    data = {"current_password": current, "new_password": new, "again": again}
    page = client.post("/account/password", data=data).text
    assert said in page
    assert container.people.sign_in(email=ada.user.email, password=PASSWORD, address="192.0.2.1")


@pytest.mark.parametrize("path", ["/account", "/account/name", "/account/password"])
def test_an_account_is_nobodys_else_business(client: FlaskClient, path: str) -> None:
    answer = client.get(path) if path == "/account" else client.post(path)
    assert answer.status_code in (303, 401)
    assert "/sign-in" in (answer.location or answer.text)
