from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.app import create_app
from portal.container import Container
from portal.domain.users import Role
from portal.web.access import anyone, role_required
from portal.web.limits import RateLimit, configure_limits, limited, rates_of


@pytest.fixture
def app(container: Container) -> Flask:
    settings = container.settings.model_copy(update={"rate_limits": True, "sign_ins_per_minute": 3})
    app = create_app(settings, Container(settings, container.clock))
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    return app


def _post(client: FlaskClient, number: int = 0, address: str = "192.0.2.1") -> int:
    data = {"email": f"nobody{number}@ostrel.example", "password": "wrong"}
    return client.post("/sign-in", data=data, environ_base={"REMOTE_ADDR": address}).status_code


def test_one_address_has_to_wait_and_others_do_not(client: FlaskClient) -> None:
    assert [_post(client, number) for number in range(4)] == [200, 200, 200, 429]
    assert _post(client, 9, address="192.0.2.2") == 200


def test_only_the_methods_named_are_counted(client: FlaskClient) -> None:
    assert {client.get("/sign-in").status_code for _ in range(10)} == {200}


def test_an_ipv6_network_counts_as_one(client: FlaskClient) -> None:
    codes = [_post(client, number, address=f"2001:db8:0:1::{number}") for number in range(4)]
    assert codes == [200, 200, 200, 429]
    assert _post(client, 9, address="2001:db8:0:2::1") == 200


def test_the_answer_says_when_to_come_back(client: FlaskClient) -> None:
    for number in range(3):
        _post(client, number)
    data = {"email": "x", "password": "y"}
    page = client.post("/sign-in", data=data, environ_base={"REMOTE_ADDR": "192.0.2.1"})
    assert 1 <= int(page.headers["Retry-After"]) <= 60
    assert "One moment, please" in page.text
    script = client.post(
        "/sign-in", data=data, environ_base={"REMOTE_ADDR": "192.0.2.1"}, headers={"Accept": "application/json"}
    )
    assert script.json is not None
    assert script.json["error"]["status"] == 429


def test_views_that_share_a_limit_share_its_count(container: Container) -> None:
    app = Flask("portal", static_folder=None)
    settings = container.settings.model_copy(update={"rate_limits": True, "votes_per_minute": 2})

    @limited(RateLimit.VOTE)
    @anyone
    def one() -> str:
        return "one"

    @role_required(Role.AGENT)
    @limited(RateLimit.VOTE)
    def guarded() -> str:
        return "never"

    app.add_url_rule("/one", view_func=one)
    app.add_url_rule("/two", "two", view_func=one)
    app.add_url_rule("/guarded", view_func=guarded)
    configure_limits(app, settings)
    app.register_error_handler(Exception, lambda error: (type(error).__name__, 500))
    client = app.test_client()
    assert [client.get(path).text for path in ("/one", "/two", "/one")] == ["one", "one", "TooManyAttempts"]
    assert client.get("/guarded").text == "TooManyAttempts"


def test_limits_can_be_left_to_a_proxy(container: Container) -> None:
    settings = container.settings.model_copy(update={"rate_limits": False, "sign_ins_per_minute": 1})
    app = create_app(settings, Container(settings, container.clock))
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    client = app.test_client()
    assert [_post(client, number) for number in range(3)] == [200, 200, 200]


def test_every_limit_has_its_number(container: Container) -> None:
    assert set(rates_of(container.settings)) == set(RateLimit)
