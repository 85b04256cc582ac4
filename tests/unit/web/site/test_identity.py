from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pydantic import SecretStr

from portal.container import Container
from portal.domain.clock import FrozenClock
from portal.domain.conversations import HandoffReason
from portal.domain.errors import SetupError
from portal.domain.users import Role, User, Viewer
from portal.services.handoff import HandoffRequest
from portal.settings import Settings
from tests.cast import Cast, Person
from tests.conversation_builders import NOW
from tests.identity_tokens import SECRET, signed

SignIn = Callable[[FlaskClient, Person], None]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Those of an instance whose company signs who its customers are."""
    return settings.model_copy(update={"identity_secret": SecretStr(SECRET)})


def users(container: Container) -> dict[str, User]:
    return {user.email: user for user in container.people.list_all()}


def test_a_customer_is_let_in_greeted_by_name_and_led_on(container: Container, strict_app: Flask) -> None:
    client = strict_app.test_client()
    answer = client.get("/identify", query_string={"token": signed(NOW), "next": "/talk-to-a-human?reason=unsure"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/talk-to-a-human?reason=unsure")
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    page = client.get("/account").get_data(as_text=True)
    assert "Hello, Eve" in page
    eve = users(container)["eve@shop.example"]
    assert (eve.role, eve.name) == (Role.CUSTOMER, "Eve Adams")


def test_a_form_of_another_site_needs_no_token_of_ours(strict_app: Flask) -> None:
    client = strict_app.test_client()
    answer = client.post("/identify", data={"token": signed(NOW), "next": "/requests"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/requests")


def test_nobody_can_sign_in_to_such_an_account_by_password(container: Container, strict_app: Flask) -> None:
    strict_app.test_client().get("/identify", query_string={"token": signed(NOW)})
    with container.database.read() as work:
        found = work.users.find_credentials("eve@shop.example")
    assert found is not None
    assert not container.people._passwords.fits("", found.password_hash)
    assert not container.people._passwords.fits(found.password_hash, found.password_hash)


def test_the_same_customer_is_found_again_under_a_new_address_and_name(container: Container, strict_app: Flask) -> None:
    for claims in ({}, {"email": "new@shop.example"}, {"email": None, "name": "Eve Brown"}):
        assert (
            strict_app.test_client().get("/identify", query_string={"token": signed(NOW, **claims)}).status_code == 303
        )
    assert [(user.email, user.name) for user in users(container).values()] == [("eve@shop.example", "Eve Brown")]


def test_a_customer_with_an_account_keeps_it(container: Container, cast: Cast, strict_app: Flask) -> None:
    strict_app.test_client().get("/identify", query_string={"token": signed(NOW, email="Ada@ostrel.example", name="")})
    with container.database.read() as work:
        assert work.identities.find_user_id("customer-17") == cast.ada.user.id
    assert users(container)["ada@ostrel.example"].name == "Ada Berg"


@pytest.mark.parametrize("who", ["ben", "chloe", "dan"])
def test_nobody_who_works_here_can_be_impersonated(
    container: Container, cast: Cast, strict_app: Flask, who: str
) -> None:
    client = strict_app.test_client()
    answer = client.get("/identify", query_string={"token": signed(NOW, email=f"{who}@ostrel.example")})
    assert answer.status_code == 403
    assert "works here" in answer.get_data(as_text=True)
    assert client.get("/account").status_code == 303
    with container.database.read() as work:
        assert work.identities.find_user_id("customer-17") is None


def test_a_customer_who_came_to_work_here_is_not_let_in_by_their_old_number(
    container: Container, cast: Cast, strict_app: Flask
) -> None:
    with container.database.work() as work:
        work.identities.put("customer-17", cast.ben.user.id, {}, NOW)
    assert strict_app.test_client().get("/identify", query_string={"token": signed(NOW)}).status_code == 403


def test_a_closed_account_stays_closed(container: Container, cast: Cast, strict_app: Flask) -> None:
    container.people.set_active(cast.ada.user.email, False)
    answer = strict_app.test_client().get("/identify", query_string={"token": signed(NOW, email=cast.ada.user.email)})
    assert answer.status_code == 403


def test_a_token_is_good_once(strict_app: Flask) -> None:
    token = signed(NOW)
    assert strict_app.test_client().get("/identify", query_string={"token": token}).status_code == 303
    second = strict_app.test_client().get("/identify", query_string={"token": token})
    assert second.status_code == 403
    assert "used before" in second.get_data(as_text=True)


def test_a_refused_token_makes_no_account_and_says_what_to_do(container: Container, strict_app: Flask) -> None:
    client = strict_app.test_client()
    for token in ("", "nonsense", signed(NOW - timedelta(hours=1)), signed(NOW, secret="x" * 64)):
        answer = client.get("/identify", query_string={"token": token, "next": "//evil.example"})
        text = answer.get_data(as_text=True)
        assert answer.status_code == 403
        assert "no account was made" in text
        assert "Talk to a human" in text
        assert answer.headers["Cache-Control"] == "no-store"
    assert users(container) == {}
    assert client.get("/account").status_code == 303


@pytest.mark.parametrize("way", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:x", "x"])
def test_the_way_on_never_leads_away(strict_app: Flask, way: str) -> None:
    answer = strict_app.test_client().get("/identify", query_string={"token": signed(NOW), "next": way})
    assert answer.headers["Location"] == "/"


def test_who_works_here_stays_who_they_are(
    container: Container, cast: Cast, strict_app: Flask, sign_in: SignIn
) -> None:
    client = strict_app.test_client()
    sign_in(client, cast.ben)
    token = signed(NOW)
    assert client.get("/identify", query_string={"token": token}).status_code == 303
    assert client.get("/agents").status_code == 200
    assert strict_app.test_client().get("/identify", query_string={"token": token}).status_code == 303, "not used up"


def test_the_plan_goes_along_with_a_request(container: Container, strict_app: Flask) -> None:
    strict_app.test_client().get("/identify", query_string={"token": signed(NOW)})
    eve = users(container)["eve@shop.example"]
    viewer = Viewer(user_id=eve.id, name=eve.name, email=eve.email, role=eve.role)
    container.handoff.submit(asked_by(viewer))
    container.handoff.submit(asked_by(Viewer()))
    with container.database.read() as work:
        mine, strangers = work.conversations.get(1), work.conversations.get(2)
    assert (mine.identity, strangers.identity) == ({"plan": "Plus"}, {})


def asked_by(viewer: Viewer) -> HandoffRequest:
    """A request for a human."""
    return HandoffRequest(
        viewer=viewer,
        journey_id="",
        kept_steps=frozenset(),
        reason=HandoffReason.CHOSE_HUMAN,
        form_key=secrets.token_hex(16),
        name="Eve",
        email="eve@shop.example",
        message="Help, please.",
    )


def test_used_tokens_are_forgotten_when_they_have_expired(
    container: Container, strict_app: Flask, clock: FrozenClock
) -> None:
    strict_app.test_client().get("/identify", query_string={"token": signed(NOW)})
    assert container.identities.forget() == 0
    clock.move(timedelta(hours=2))
    assert container.identities.forget() == 1


def test_a_bad_secret_is_told_at_the_start(settings: Settings, clock: FrozenClock) -> None:
    short = settings.model_copy(update={"identity_secret": type(settings.identity_secret)("short")})
    with pytest.raises(SetupError):
        Container(short, clock).check_settings()
