"""Writers see what agents noticed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from portal.container import Container
from portal.domain.users import Role, Viewer
from tests.cast import Person
from tests.conversation_builders import store
from tests.help_centre import open_help_centre

SignIn = Callable[[FlaskClient, Person], None]
BEN = Viewer(user_id=2, name="Ben Okafor", role=Role.AGENT)


@pytest.fixture
def writer(client: FlaskClient, chloe: Person, sign_in: SignIn) -> FlaskClient:
    """Chloe's browser."""
    sign_in(client, chloe)
    return client


def test_each_has_its_article_its_question_and_its_request(writer: FlaskClient, container: Container) -> None:
    open_help_centre(container)
    store(container)
    container.article_flags.flag(BEN, "outdated", article_id="hub-offline", reference="R-222222", note="<b>old</b>")
    html = writer.get("/writers/flags").get_data(as_text=True)
    for words in ("/articles/hub-offline", "Outdated", "My hub is offline.", "R-222222", "&lt;b&gt;old&lt;/b&gt;"):
        assert words in html


def test_one_is_dealt_with_and_opened_again(writer: FlaskClient, container: Container) -> None:
    container.article_flags.flag(BEN, "missing", note="pianos")
    (flag,) = container.article_flags.page().flags
    writer.post(f"/writers/flags/{flag.id}/state", data={"state": "done"})
    assert "Nothing to look at" in writer.get("/writers/flags").get_data(as_text=True)
    assert "pianos" in writer.get("/writers/flags?show=done").get_data(as_text=True)
    writer.post(f"/writers/flags/{flag.id}/state", data={"state": "nonsense"})
    assert "pianos" in writer.get("/writers/flags?show=nonsense&page=x").get_data(as_text=True)


def test_agents_do_not_see_the_writers_list(client: FlaskClient, ben: Person, sign_in: SignIn, strict_app) -> None:  # type: ignore[no-untyped-def]
    agent = strict_app.test_client()
    sign_in(agent, ben)
    assert agent.get("/writers/flags").status_code == 403
