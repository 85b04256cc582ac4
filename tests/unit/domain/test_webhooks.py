from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta

import pytest

from portal.domain.conversations import AuthorKind, ConversationState
from portal.domain.errors import InvalidInput
from portal.domain.webhooks import (
    PAUSE_AFTER,
    RETRY_AFTER,
    Delivery,
    DeliveryState,
    EventNews,
    NewWebhook,
    PausedReason,
    Webhook,
    WebhookAnswer,
    WebhookEvent,
    body_of,
    checked_webhook,
    choose_pause,
    payload_of,
    plan_webhook_retry,
    sign,
    state_after_message,
)
from tests.conversation_builders import NOW

FAILED = WebhookAnswer(status_code=500, error="It answered 500.")


def new_webhook(url: str = "https://crm.example.com/hooks", **values: object) -> NewWebhook:
    usual: dict[str, object] = {"url": url, "note": "", "events": (WebhookEvent.REQUEST_CREATED,), "personal": False}
    return NewWebhook(**{**usual, **values})  # type: ignore[arg-type]


def webhook(**values: object) -> Webhook:
    usual: dict[str, object] = {
        "id": 1,
        "url": "https://crm.example.com/hooks",
        "note": "",
        "secret": "new",
        "old_secret": "",
        "old_secret_until": None,
        "events": (WebhookEvent.REQUEST_CREATED,),
        "personal": False,
        "paused_reason": None,
        "failing_since": None,
        "created_at": NOW,
    }
    return Webhook(**{**usual, **values})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "url",
    [
        "",
        "crm.example.com",
        "http://crm.example.com/",
        "ftp://crm.example.com/",
        "https://",
        "https://user:word@crm.example.com/",
        "https://crm.example.com/#part",
        "https://crm.example.com:99999/",
        "https://crm.example.com/a b",
        "https://crm.example.com/\n",
        "https://[::1/",
        "javascript:alert(1)",
        "https://crm.example.com/" + "x" * 1_000,
    ],
)
def test_addresses_that_cannot_be_used(url: str) -> None:
    if url.endswith("\n"):
        url = url.replace("/\n", "/\nx")
    with pytest.raises(InvalidInput) as refused:
        checked_webhook(new_webhook(url), allow_http=False)
    assert refused.value.field == "url"


def test_an_address_is_trimmed_and_http_needs_the_setting() -> None:
    assert checked_webhook(new_webhook("  https://crm.example.com/h?x=1 "), allow_http=False).url.endswith("/h?x=1")
    assert checked_webhook(new_webhook("http://127.0.0.1:8/"), allow_http=True).url == "http://127.0.0.1:8/"


def test_events_are_chosen_from_those_there_are() -> None:
    with pytest.raises(InvalidInput):
        checked_webhook(new_webhook(events=(WebhookEvent.PING,)), allow_http=False)


def test_a_signature_can_be_checked_with_the_secret_alone() -> None:
    header = sign(b'{"a":1}', ("new", "old"), NOW)
    parts = [part.split("=") for part in header.split(",")]
    signed = f"{int(NOW.timestamp())}.".encode() + b'{"a":1}'
    assert parts[0] == ["t", str(int(NOW.timestamp()))]
    assert parts[1:] == [["v1", hmac.new(key, signed, hashlib.sha256).hexdigest()] for key in (b"new", b"old")]


def test_an_old_secret_signs_until_its_time_is_over() -> None:
    rotated = webhook(old_secret="old", old_secret_until=NOW + timedelta(hours=24))
    assert rotated.secrets_at(NOW) == ("new", "old")
    assert rotated.secrets_at(NOW + timedelta(hours=24)) == ("new",)


def test_waits_grow_and_end() -> None:
    waits = [plan_webhook_retry(attempts=number, now=NOW) for number in range(1, len(RETRY_AFTER) + 2)]
    assert waits[-1] is None
    assert waits[:-1] == sorted(wait for wait in waits if wait)


def test_an_address_is_paused_after_days_of_failure_or_when_it_is_gone() -> None:
    failing = webhook(failing_since=NOW - PAUSE_AFTER)
    assert choose_pause(failing, FAILED, NOW) is PausedReason.FAILING
    assert choose_pause(failing, FAILED, NOW - timedelta(seconds=1)) is None
    assert choose_pause(webhook(), FAILED, NOW) is None
    assert choose_pause(webhook(), WebhookAnswer(status_code=410, error="Gone."), NOW) is PausedReason.GONE
    assert choose_pause(failing, WebhookAnswer(status_code=200, error=""), NOW) is None


def test_personal_data_goes_only_where_it_may() -> None:
    news = EventNews(
        event=WebhookEvent.REQUEST_CREATED, id="e1", at=NOW, facts={"reference": "R-1"}, personal={"name": "Ada"}
    )
    assert payload_of(news, personal=False)["data"] == {"reference": "R-1"}
    assert payload_of(news, personal=True)["data"] == {"reference": "R-1", "name": "Ada"}


def test_a_body_is_the_same_at_every_attempt_and_its_link_is_whole() -> None:
    delivery = Delivery(
        id=1,
        webhook_id=1,
        event=WebhookEvent.PING,
        event_id="e1",
        payload={"id": "e1", "data": {"link": "/agents/requests/R-1", "word": "Grüße \ud800"}},
        state=DeliveryState.WAITING,
        attempts=1,
        status_code=None,
        last_error="",
        created_at=NOW,
        tried_at=None,
        delivered_at=None,
    )
    body = body_of(delivery, "https://help.example.com/")
    assert body == body_of(delivery, "https://help.example.com/")
    assert '"link":"https://help.example.com/agents/requests/R-1","word":"Grüße ?"' in body.decode()


def test_a_reply_says_where_the_request_stands_afterwards() -> None:
    assert state_after_message(ConversationState.NEW, AuthorKind.AGENT) is ConversationState.WAITING_FOR_CUSTOMER
    assert state_after_message(ConversationState.SOLVED, AuthorKind.CUSTOMER) is ConversationState.REOPENED
