from __future__ import annotations

from collections.abc import Callable
from html import unescape

import pytest
from flask.testing import FlaskClient

from portal.container import Container
from portal.domain.incoming_mail import MailOutcome
from tests.cast import Person
from tests.mail_samples import mail

SignIn = Callable[[FlaskClient, Person], None]
PATH = "/admin/incoming-mail"


@pytest.fixture
def admin(client: FlaskClient, dan: Person, sign_in: SignIn) -> FlaskClient:
    """Dan's browser."""
    sign_in(client, dan)
    return client


def set_aside(container: Container) -> None:
    """An absence note whose subject is a trap."""
    container.incoming_mail.store(mail(Subject="<script>alert(1)</script>", Auto_Submitted="auto-replied").as_bytes())
    assert container.incoming_mail.read(1) is MailOutcome.AUTOMATIC


def test_what_was_set_aside_is_shown_with_the_reason(admin: FlaskClient, container: Container) -> None:
    set_aside(container)
    html = admin.get(PATH).get_data(as_text=True)
    assert "<script>alert" not in html
    assert "from ada@ostrel.example" in unescape(html)
    assert "A machine wrote it" in html


def test_an_admin_takes_a_mail_in(admin: FlaskClient, container: Container) -> None:
    set_aside(container)
    page = admin.post(f"{PATH}/1/take-in", follow_redirects=True).get_data(as_text=True)
    assert "The mail is being taken in." in page
    assert "1 mail is waiting to be read." in page
    assert container.incoming_mail.read(1, forced=True) is MailOutcome.OPENED
    assert "not set aside any more" in admin.post(f"{PATH}/1/take-in", follow_redirects=True).get_data(as_text=True)


def test_a_mail_is_handed_out_as_a_file_that_no_browser_opens(admin: FlaskClient, container: Container) -> None:
    set_aside(container)
    response = admin.get(f"{PATH}/1")
    assert response.data.startswith(b"From: Ada Berg")
    assert response.headers["Content-Type"] == "application/octet-stream"
    assert response.headers["Content-Disposition"] == 'attachment; filename="mail-1.eml"'
    assert "sandbox" in response.headers["Content-Security-Policy"]
    assert admin.get(f"{PATH}/2").status_code == 404


def test_without_anything_the_page_says_what_it_is_for(admin: FlaskClient) -> None:
    html = unescape(admin.get(PATH).get_data(as_text=True))
    assert "Nothing was set aside" in html
    assert "Set PORTAL_REPLY_ADDRESS" in html
