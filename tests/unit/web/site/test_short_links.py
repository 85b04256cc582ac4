"""Short links lead to articles as they are called now, and count customers."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.container import Container
from portal.domain.users import Role, Viewer
from portal.storage.request_rows import LinkClickRow
from portal.storage.rows import ArticleRow
from tests.cast import Person
from tests.conversation_builders import store
from tests.help_centre import open_help_centre

SignIn = Callable[[FlaskClient, Person], None]
BROWSER = {"User-Agent": "Mozilla/5.0"}


def clicks(container: Container) -> list[tuple[str, int | None]]:
    with container.database.read() as work:
        rows = work.session.scalars(select(LinkClickRow).order_by(LinkClickRow.id))
        return [(row.article_id, row.conversation_id) for row in rows]


def test_a_link_survives_a_rename(client: FlaskClient, container: Container) -> None:
    open_help_centre(container)
    assert client.get("/a/hub-offline", headers=BROWSER).headers["Location"] == "/articles/hub-offline"
    with container.database.work() as work:
        work.session.get_one(ArticleRow, "hub-offline").slug = "hub-has-no-internet"
    assert client.get("/a/hub-offline", headers=BROWSER).headers["Location"] == "/articles/hub-has-no-internet"
    assert clicks(container) == [("hub-offline", None)] * 2


def test_a_click_of_the_customer_it_was_sent_to_is_counted_with_the_request(
    client: FlaskClient, container: Container, ada: Person, sign_in: SignIn
) -> None:
    open_help_centre(container)
    asked = store(container, user_id=ada.user.id)
    ben = Viewer(user_id=2, name="Ben", role=Role.AGENT)
    container.desk.answer(asked.reference, ben, text="http://127.0.0.1:8000/a/hub-offline", form_key="k")
    sign_in(client, ada)
    client.get("/a/hub-offline", headers=BROWSER)
    assert clicks(container) == [("hub-offline", asked.id)]


@pytest.mark.parametrize("agent", ["Googlebot/2.1", "curl/8.0", "Slack-LinkPreview"])
def test_programs_are_led_on_and_not_counted(client: FlaskClient, container: Container, agent: str) -> None:
    open_help_centre(container)
    assert client.get("/a/hub-offline", headers={"User-Agent": agent}).status_code == 302
    assert clicks(container) == []


def test_staff_is_not_counted(client: FlaskClient, container: Container, ben: Person, sign_in: SignIn) -> None:
    open_help_centre(container)
    sign_in(client, ben)
    assert client.get("/a/agents-refund-orders", headers=BROWSER).status_code == 302
    assert clicks(container) == []


@pytest.mark.parametrize("path", ["/a/agents-refund-orders", "/a/nowhere", "/a/../secret_key", "/a/%00", "/a/x%2Fy"])
def test_what_a_visitor_may_not_see_or_is_not_there_is_not_found(
    strict_app,
    container: Container,
    path: str,  # type: ignore[no-untyped-def]
) -> None:
    open_help_centre(container)
    assert strict_app.test_client().get(path, headers=BROWSER).status_code == 404
    assert clicks(container) == []
