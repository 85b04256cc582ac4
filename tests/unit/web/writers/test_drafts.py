from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from portal.container import Container
from portal.services.article_drafts import draft_id
from tests.cast import Cast, Person
from tests.conversation_builders import new_conversation

SignIn = Callable[[FlaskClient, Person], None]


@pytest.fixture
def reference(container: Container, cast: Cast) -> str:
    """A solved request."""
    with container.database.work() as work:
        reference = work.conversations.add(new_conversation(2, message="Why is <b>it</b> off?")).reference
    container.desk.answer(reference, cast.ben.viewer, text="Press the button.", form_key="f1")
    container.desk.solve(reference)
    return reference


def test_an_agent_begins_an_article_and_a_writer_goes_on(
    client: FlaskClient, cast: Cast, sign_in: SignIn, reference: str
) -> None:
    sign_in(client, cast.ben)
    assert "Turn this into an article" in client.get(f"/agents/requests/{reference}").get_data(as_text=True)
    begun = client.post(f"/agents/requests/{reference}/draft", follow_redirects=True)
    assert "The writers have a draft now" in begun.get_data(as_text=True)
    again = client.post(f"/agents/requests/{reference}/draft", follow_redirects=True)
    assert "already" in again.get_data(as_text=True)
    assert client.get("/writers/drafts").status_code == 403
    sign_in(client, cast.chloe)
    path = f"/writers/drafts/{draft_id(reference)}"
    assert path in client.get("/writers/drafts").get_data(as_text=True)
    page = client.get(path).get_data(as_text=True)
    assert "Why is &lt;b&gt;it&lt;/b&gt; off?" in page
    assert f"/agents/requests/{reference}" in page
    file = client.get(f"{path}.md")
    assert file.get_data(as_text=True).startswith('---\nid: "draft-')
    assert "attachment" in file.headers["Content-Disposition"]
    assert "No drafts yet" in client.post(f"{path}/put-away", follow_redirects=True).get_data(as_text=True)


def test_a_draft_is_found_by_no_customer(client: FlaskClient, cast: Cast, container: Container, reference: str) -> None:
    container.article_drafts.make(reference, cast.ben.viewer)
    for path in (f"/articles/{draft_id(reference)}", f"/a/{draft_id(reference)}"):
        assert client.get(path, headers={"Accept": "text/html"}).status_code == 404


def test_there_is_nothing_under_made_up_names(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    sign_in(client, cast.chloe)
    for path in ("/writers/drafts/none", "/writers/drafts/none.md", "/writers/drafts/..%2f..%2fetc"):
        assert client.get(path).status_code == 404
