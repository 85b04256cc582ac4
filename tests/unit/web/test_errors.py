from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from flask import Flask, abort, render_template_string
from flask.testing import FlaskClient

from portal.container import Container
from portal.domain.errors import (
    Conflict,
    ContentError,
    InvalidInput,
    NotAllowed,
    NotFound,
    PortalError,
    SetupError,
    SignInRequired,
    TooManyAttempts,
)
from portal.web.access import anyone
from tests.cast import Person

SignIn = Callable[[FlaskClient, Person], None]
JSON = {"Accept": "application/json"}


@dataclass
class Door:
    """A route that fails with whatever is put into it."""

    error: Exception | None = None


@pytest.fixture
def door() -> Door:
    return Door()


@pytest.fixture
def failing(strict_app: Flask, door: Door) -> FlaskClient:
    strict_app.config["WTF_CSRF_ENABLED"] = False

    @anyone
    def fail(**_: str) -> str:
        assert door.error is not None
        raise door.error

    strict_app.add_url_rule("/fail", view_func=fail, methods=["GET", "POST"])
    strict_app.add_url_rule("/fail/<secret>", "fail_secret", view_func=fail)
    return strict_app.test_client()


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (NotFound("article 7 of audience agents"), 404, "We cannot find that page"),
        (NotAllowed("Ask Dan."), 403, "Ask Dan."),
        (InvalidInput("The date <13th> is none."), 400, "The date &lt;13th&gt; is none."),
        (Conflict("Chloe changed it."), 409, "Chloe changed it."),
        (TooManyAttempts("x", retry_after_seconds=61), 429, "try again in 2 minutes"),
        (ContentError("broken", path="a.md"), 500, "Something went wrong on our side"),
        (SetupError("secret path /etc/x"), 500, "Something went wrong on our side"),
        (ValueError("secret"), 500, "Something went wrong on our side"),
    ],
)
def test_each_error_has_its_page(failing: FlaskClient, door: Door, error: Exception, status: int, said: str) -> None:
    door.error = error
    answer = failing.get("/fail")
    assert answer.status_code == status
    assert said in answer.text
    assert "Talk to a human" in answer.text
    assert "secret" not in answer.text
    assert "agents" not in answer.text


def test_every_error_of_the_tree_has_a_page(failing: FlaskClient, door: Door) -> None:
    kinds = PortalError.__subclasses__()
    while kinds:
        kind = kinds.pop()
        kinds += kind.__subclasses__()
        error = kind.__new__(kind, "x")
        if isinstance(error, TooManyAttempts):
            error.retry_after_seconds = 1
        door.error = error
        assert failing.get("/fail").status_code in {303, 400, 403, 404, 409, 429, 500}


def test_who_must_sign_in_is_led_there_and_back(failing: FlaskClient, door: Door) -> None:
    door.error = SignInRequired("Please sign in.")
    answer = failing.get("/fail?page=2")
    assert (answer.status_code, answer.location) == (303, "/sign-in?next=%2Ffail%3Fpage%3D2")


def test_who_was_signed_out_while_writing_keeps_the_text(failing: FlaskClient, door: Door) -> None:
    door.error = SignInRequired("Please sign in.")
    answer = failing.post("/fail", data={"body": "Dear Ada, your <b>Hub</b> is on its way."})
    assert answer.status_code == 401
    assert "Dear Ada, your &lt;b&gt;Hub&lt;/b&gt; is on its way." in answer.text
    assert "/sign-in?next=%2Ffail" in answer.text


def test_an_incident_is_logged_with_its_cause_and_without_the_key_in_its_address(
    failing: FlaskClient, door: Door, caplog: pytest.LogCaptureFixture
) -> None:
    door.error = ValueError("boom")
    with caplog.at_level(logging.ERROR, "portal.web.errors"):
        page = failing.get("/fail/private-token?q=ada@ostrel.example").text
    (record,) = caplog.records
    incident = record.getMessage().split()[1]
    assert incident in page
    assert record.exc_info and record.exc_info[1] is door.error
    assert "/fail/<secret>" in record.getMessage()
    assert "private-token" not in caplog.text
    assert "ada@" not in record.getMessage()


def test_scripts_get_json(failing: FlaskClient, door: Door) -> None:
    door.error = NotFound("x")
    assert failing.get("/fail", headers=JSON).json == {
        "error": {
            "status": 404,
            "title": "We cannot find that page",
            "message": "The address may be mistyped, or the page may have moved.",
        }
    }
    door.error = SignInRequired("x")
    assert failing.get("/fail", headers=JSON).status_code == 401
    door.error = ValueError("x")
    answer = failing.get("/fail", headers=JSON).json
    assert answer is not None
    assert answer["error"]["incident"]
    assert failing.get("/fail", headers={"Accept": "*/*"}).mimetype == "text/html"


def test_an_address_that_leads_nowhere_offers_search_and_a_human(strict_app: Flask) -> None:
    answer = strict_app.test_client().get("/no/such/page")
    assert answer.status_code == 404
    assert 'action="/search"' in answer.text
    assert 'href="/talk-to-a-human"' in answer.text


def test_a_wrong_method_says_which_ones_are_right(strict_app: Flask) -> None:
    strict_app.config["WTF_CSRF_ENABLED"] = False
    answer = strict_app.test_client().post("/healthz")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_answers_that_are_no_errors_pass(strict_app: Flask) -> None:
    @anyone
    def leave() -> str:
        abort(strict_app.make_response(("as it is", 418)))

    strict_app.add_url_rule("/leave", view_func=leave)
    strict_app.add_url_rule("/folder/", "folder", view_func=anyone(lambda: "here"))
    client = strict_app.test_client()
    assert (client.get("/leave").status_code, client.get("/leave").text) == (418, "as it is")
    assert client.get("/folder").location == "http://localhost/folder/"


def test_pages_render_with_the_database_gone(
    failing: FlaskClient, door: Door, container: Container, ada: Person, sign_in: SignIn
) -> None:
    sign_in(failing, ada)
    container.database.dispose()
    file = container.settings.instance / "portal.sqlite3"
    file.unlink()
    file.mkdir()
    assert "We cannot find that page" in failing.get("/static/nowhere").text
    for path in ("/account", "/", "/nowhere"):
        answer = failing.get(path)
        assert answer.status_code == 500
        assert "Something went wrong on our side" in answer.text
        assert "Talk to a human" in answer.text


def test_a_broken_template_still_tells(strict_app: Flask) -> None:
    @strict_app.context_processor
    def broken() -> dict[str, object]:
        raise RuntimeError("broken")

    answer = strict_app.test_client().get("/nowhere")
    assert answer.status_code == 404
    assert "We cannot find that page" in answer.text
    assert 'href="/talk-to-a-human"' in answer.text


def test_a_request_too_large_is_explained(strict_app: Flask) -> None:
    strict_app.config["WTF_CSRF_ENABLED"] = False
    answer = strict_app.test_client().post("/sign-in", data={"email": "x" * 1_100_000})
    assert answer.status_code == 413
    assert "too large" in answer.text


def test_a_form_below_the_limit_is_read(strict_app: Flask) -> None:
    strict_app.config["WTF_CSRF_ENABLED"] = False
    assert strict_app.test_client().post("/sign-in", data={"email": "x" * 900_000}).status_code == 200


def test_a_form_without_its_token_is_refused_and_the_text_kept(strict_app: Flask, ada: Person) -> None:
    client = strict_app.test_client()
    typed = {"email": ada.user.email, "password": ada.password, "message": "My hub has been offline for three days."}
    answer = client.post("/sign-in", data=typed)
    assert answer.status_code == 400
    assert "This form has expired" in answer.text
    assert typed["message"] in answer.text
    assert ada.password not in answer.text
    from_elsewhere = client.post("/sign-in", data=typed, headers={"Sec-Fetch-Site": "cross-site"})
    assert typed["message"] not in from_elsewhere.text


def test_a_form_with_its_token_is_accepted(strict_app: Flask, ada: Person) -> None:
    @anyone
    def token() -> str:
        return render_template_string("{{ csrf_token() }}")

    strict_app.add_url_rule("/token", view_func=token)
    client = strict_app.test_client()
    data = {"email": ada.user.email, "password": ada.password, "csrf_token": client.get("/token").text}
    assert client.post("/sign-in", data=data).status_code == 303
