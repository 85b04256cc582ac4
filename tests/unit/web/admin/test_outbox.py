from __future__ import annotations

from collections.abc import Callable
from html import unescape

import pytest
from flask.testing import FlaskClient

from portal.container import Container
from portal.domain.mail import MailState
from portal.settings import Settings
from tests.cast import Person
from tests.conversation_builders import MAIL_DRAFT

SignIn = Callable[[FlaskClient, Person], None]


@pytest.fixture
def admin(client: FlaskClient, dan: Person, sign_in: SignIn) -> FlaskClient:
    """Dan's browser."""
    sign_in(client, dan)
    return client


@pytest.fixture
def mail_id(container: Container) -> int:
    """A mail kept because there is no server."""
    with container.database.work() as work:
        mail_id = work.mails.queue(MAIL_DRAFT, now=container.clock.now())
    container.outbox.send(mail_id)
    return mail_id


def state(container: Container, mail_id: int) -> MailState:
    with container.database.read() as work:
        return work.mails.get(mail_id).state


def test_kept_mails_are_shown_with_their_text_and_what_to_do(admin: FlaskClient, mail_id: int) -> None:
    html = unescape(admin.get("/admin/mail").get_data(as_text=True))
    for words in ("We have your request", "ada@ostrel.example", "Hello Ada", "kept", "PORTAL_SMTP_HOST"):
        assert words in html
    assert "Send the 1 kept mail" not in html


def test_a_mail_is_sent_again(admin: FlaskClient, container: Container, mail_id: int) -> None:
    assert admin.post(f"/admin/mail/{mail_id}/send").status_code == 303
    assert state(container, mail_id) is MailState.QUEUED


def test_all_kept_mails_are_sent_when_there_is_a_server(
    admin: FlaskClient, container: Container, settings: Settings, mail_id: int
) -> None:
    with_server = Container(settings.model_copy(update={"smtp_host": "127.0.0.1"}), container.clock)
    container.outbox = with_server.outbox
    assert "Send the 1 kept mail" in admin.get("/admin/mail").get_data(as_text=True)
    html = admin.post("/admin/mail/send-kept", follow_redirects=True).get_data(as_text=True)
    assert "1 mail is queued again." in html
    assert state(container, mail_id) is MailState.QUEUED
    with_server.database.dispose()


def test_a_failed_mail_says_why(admin: FlaskClient, container: Container, mail_id: int) -> None:
    with container.database.work() as work:
        work.mails.mark_failed(mail_id, error="The server answered 550 <b>No</b>")
    html = admin.get("/admin/mail").get_data(as_text=True)
    assert "550 &lt;b&gt;No&lt;/b&gt;" in html
    assert "failed" in html


def test_an_empty_outbox_is_good_news(admin: FlaskClient) -> None:
    assert "Every mail has gone out" in admin.get("/admin/mail").get_data(as_text=True)
    assert admin.get("/admin").headers["Location"] == "/admin/mail"
