from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from portal.container import Container
from portal.domain.webhooks import EVENTS, PausedReason
from tests.cast import Person
from tests.conversation_builders import new_conversation

SignIn = Callable[[FlaskClient, Person], None]
FORM = {"url": "https://crm.example.com/hook", "note": "CRM", "events": ["request.created", "gap.opened"]}


@pytest.fixture
def admin(client: FlaskClient, dan: Person, sign_in: SignIn) -> FlaskClient:
    sign_in(client, dan)
    return client


def text_of(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_the_empty_page_offers_to_add_one(admin: FlaskClient) -> None:
    text = text_of(admin, "/admin/webhooks")
    assert "Tell another system" in text
    assert text.count("checked") == 3


def test_a_secret_is_shown_once(admin: FlaskClient, container: Container) -> None:
    added = admin.post("/admin/webhooks", data=FORM)
    [line] = container.webhooks.list_lines()
    secret = line.webhook.secret
    assert secret in added.get_data(as_text=True)
    assert added.headers["Cache-Control"] == "no-store"
    for path in ("/admin/webhooks", f"/admin/webhooks/{line.webhook.id}"):
        assert secret not in text_of(admin, path)
    rotated = admin.post(f"/admin/webhooks/{line.webhook.id}/secret").get_data(as_text=True)
    assert container.webhooks.page(line.webhook.id).webhook.secret in rotated
    assert secret not in rotated
    assert "24 hours" in rotated


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"url": ""}, "Please give the address"),
        ({"url": "http://crm.example.com/"}, "must begin with https://"),
        ({"events": []}, "choose at least one"),
        ({"events": ["no.such"]}, "not a valid"),
        ({"note": "x" * 201}, "at most 200"),
    ],
)
def test_what_cannot_be_used_comes_back_with_words(
    admin: FlaskClient, container: Container, changes: dict[str, object], words: str
) -> None:
    answer = admin.post("/admin/webhooks", data={**FORM, **changes})
    assert words in answer.get_data(as_text=True)
    assert container.webhooks.list_lines() == ()


def test_the_same_address_twice_is_refused_beside_the_field(admin: FlaskClient, container: Container) -> None:
    admin.post("/admin/webhooks", data=FORM)
    assert "is told already" in admin.post("/admin/webhooks", data=FORM).get_data(as_text=True)
    assert len(container.webhooks.list_lines()) == 1


def test_the_log_shows_what_was_sent_and_sends_it_again(admin: FlaskClient, container: Container) -> None:
    admin.post("/admin/webhooks", data={**FORM, "events": [event.value for event in EVENTS]})
    [line] = container.webhooks.list_lines()
    path = f"/admin/webhooks/{line.webhook.id}"
    assert "Nothing yet" in text_of(admin, path)
    with container.database.work() as work:
        work.conversations.add(new_conversation())
    [delivery] = container.webhooks.page(line.webhook.id).deliveries
    text = text_of(admin, path)
    assert "R-222221" in text
    assert "waiting" in text
    assert "Send again" not in text
    assert admin.post(f"/admin/webhooks/deliveries/{delivery.id}/send").status_code == 303


def test_pause_resume_test_and_delete(admin: FlaskClient, container: Container) -> None:
    admin.post("/admin/webhooks", data=FORM)
    [line] = container.webhooks.list_lines()
    path = f"/admin/webhooks/{line.webhook.id}"
    assert admin.post(f"{path}/test").status_code == 303
    admin.post(f"{path}/pause")
    assert "You paused it" in text_of(admin, path)
    assert "1 held event is sent" in admin.post(f"{path}/resume", follow_redirects=True).get_data(as_text=True)
    admin.post(f"{path}/delete")
    assert container.webhooks.list_lines() == ()
    assert admin.get(path, headers={"Accept": "application/json"}).status_code == 404


def test_a_paused_address_says_why_and_every_page_tells_admins(admin: FlaskClient, container: Container) -> None:
    admin.post("/admin/webhooks", data=FORM)
    [line] = container.webhooks.list_lines()
    with container.database.work() as work:
        work.webhooks.pause(line.webhook.id, PausedReason.FAILING)
    text = text_of(admin, f"/admin/webhooks/{line.webhook.id}")
    assert "three days" in text
    assert "paused" in text_of(admin, "/admin/webhooks")


def test_agents_and_writers_stay_out(client: FlaskClient, chloe: Person, sign_in: SignIn) -> None:
    sign_in(client, chloe)
    for path in ("/admin/webhooks", "/admin/webhooks/1"):
        assert client.get(path).status_code == 403
