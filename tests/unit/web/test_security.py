from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask, Response, request
from flask.testing import FlaskClient

from portal.app import create_app
from portal.container import Container
from portal.settings import Settings
from portal.web.access import anyone
from tests.cast import Person

SignIn = Callable[[FlaskClient, Person], None]
PAGES = ["/sign-in", "/nowhere", "/static/css/tokens.css", "/account"]


def _app_with(container: Container, **changes: object) -> Flask:
    """The application with other settings; needs no other database."""
    other = Container(container.settings.model_copy(update=changes), container.clock)
    app = create_app(other.settings, other)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    return app


@pytest.mark.parametrize("path", PAGES)
def test_every_answer_is_guarded(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["Content-Security-Policy"]
    for part in ("default-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"):
        assert part in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"]
    assert "camera=()" in headers["Permissions-Policy"]
    assert "Strict-Transport-Security" not in headers
    assert "Server" not in headers or "Werkzeug" not in headers["Server"]


@pytest.mark.parametrize("path", ["/sign-in", "/nowhere"])
def test_pages_hold_no_inline_script_or_style(client: FlaskClient, path: str) -> None:
    page = client.get(path).text
    assert not re.search(r"<script(?![^>]*\bsrc=)", page)
    assert not re.search(r"<style|\sstyle=|\son\w+=", page)


def test_a_view_may_choose_stricter_headers(app: Flask) -> None:
    @anyone
    def private() -> Response:
        answer = app.make_response("private")
        answer.headers["Referrer-Policy"] = "no-referrer"
        return answer

    app.add_url_rule("/private", view_func=private)
    assert app.test_client().get("/private").headers["Referrer-Policy"] == "no-referrer"


def test_personal_pages_are_kept_out_of_caches(client: FlaskClient, ada: Person, sign_in: SignIn) -> None:
    assert client.get("/sign-in").headers["Cache-Control"] == "private, no-cache"
    assert client.get("/account").headers["Cache-Control"] == "no-store"
    sign_in(client, ada)
    assert client.get("/account").headers["Cache-Control"] == "no-store"
    assert client.get("/nowhere").headers["Cache-Control"] == "no-store"
    assert "no-store" not in client.get("/static/css/tokens.css").headers["Cache-Control"]


def test_what_is_no_page_may_say_how_long_it_is_good(app: Flask, ada: Person, sign_in: SignIn) -> None:
    @anyone
    def words() -> Response:
        answer = app.make_response({"suggestions": []})
        answer.headers["Cache-Control"] = "private, max-age=60"
        return answer

    app.add_url_rule("/words", view_func=words)
    client = app.test_client()
    sign_in(client, ada)
    assert client.get("/words").headers["Cache-Control"] == "private, max-age=60"


def test_the_session_cookie_is_out_of_reach_of_scripts(client: FlaskClient, ada: Person) -> None:
    answer = client.post("/sign-in", data={"email": ada.user.email, "password": ada.password})
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("portal=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie


def test_over_tls_cookies_and_browsers_stay_there(container: Container, ada: Person) -> None:
    client = _app_with(container, secure_cookies=True).test_client()
    answer = client.post(
        "/sign-in", data={"email": ada.user.email, "password": ada.password}, base_url="https://help.example"
    )
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-portal=")
    assert "Secure" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie
    assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]


def _address_seen(app: Flask, forwarded: str) -> tuple[str, str, str]:
    app.add_url_rule("/me", view_func=anyone(lambda: f"{request.remote_addr} {request.scheme} {request.host}"))
    headers = {"X-Forwarded-For": forwarded, "X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example"}
    address, scheme, host = app.test_client().get("/me", headers=headers).text.split()
    return address, scheme, host


def test_nobody_is_believed_about_addresses_unless_trusted(app: Flask) -> None:
    assert _address_seen(app, "192.0.2.7") == ("127.0.0.1", "http", "localhost")


def test_a_trusted_proxy_is_believed_as_far_as_it_goes(container: Container) -> None:
    app = _app_with(container, trusted_proxies=1)
    assert _address_seen(app, "203.0.113.9, 192.0.2.7") == ("192.0.2.7", "https", "localhost")


def test_form_tokens_live_as_long_as_the_session(app: Flask, settings: Settings) -> None:
    assert app.config["WTF_CSRF_TIME_LIMIT"] is None
    assert app.permanent_session_lifetime.days == settings.session_days
