from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import timedelta

import pytest

from portal.container import Container
from portal.domain.clock import FrozenClock
from portal.domain.conversations import (
    AuthorKind,
    ConversationChange,
    ConversationState,
    MessageKind,
    NewMessage,
)
from portal.domain.errors import Conflict, InvalidInput, NotFound
from portal.domain.jobs import JobKind
from portal.domain.webhooks import (
    EVENTS,
    DeliveryState,
    NewWebhook,
    PausedReason,
    Webhook,
    WebhookEvent,
    WebhookPage,
)
from portal.integrations.webhook_sender import SenderLimits, WebhookSender
from portal.jobs.handlers import build_worker
from portal.services.webhooks import WebhookService
from tests.cast import Person
from tests.conversation_builders import new_conversation, new_message
from tests.http_target import Target, http_target


@pytest.fixture
def target() -> Iterator[Target]:
    with http_target() as running:
        yield running


@pytest.fixture
def webhooks(container: Container) -> WebhookService:
    """The service with a sender that may speak to this machine; the worker uses the same."""
    sender = WebhookSender(SenderLimits(allow_private=True, timeout_seconds=0.5, deadline_seconds=1), name="test")
    service = WebhookService(
        container.database, container.clock, sender, public_url="https://help.example.com", allow_http=True
    )
    container.__dict__["webhooks"] = service
    return service


def subscribe(webhooks: WebhookService, target: Target, *, personal: bool = False) -> Webhook:
    return webhooks.add(NewWebhook(url=target.url, note="CRM", events=EVENTS, personal=personal))


def open_request(container: Container, number: int = 1) -> int:
    with container.database.work() as work:
        return work.conversations.add(new_conversation(number, created_at=container.clock.now())).id


def work_off(container: Container) -> None:
    """Do what the webhooks' lane has to do now."""
    worker = build_worker(container)
    while worker.tick((JobKind.SEND_WEBHOOK,)) is not None:
        pass


def said(target: Target) -> list[dict[str, object]]:
    return [json.loads(taken.body) for taken in target.taken]


def page(webhooks: WebhookService, webhook: Webhook) -> WebhookPage:
    return webhooks.page(webhook.id)


def test_a_new_request_is_told_without_personal_data(
    webhooks: WebhookService, container: Container, target: Target
) -> None:
    subscribe(webhooks, target)
    open_request(container)
    work_off(container)
    [event] = said(target)
    assert event["type"] == "request.created"
    data = event["data"]
    assert isinstance(data, dict)
    assert data["reference"] == "R-222221"
    assert data["link"] == "https://help.example.com/agents/requests/R-222221"
    assert {"state", "channel", "urgent", "tags", "reason", "created_at"} <= data.keys()
    assert "Ada" not in target.taken[0].body.decode()
    assert "ada@" not in target.taken[0].body.decode()
    assert "hub is offline" not in target.taken[0].body.decode()


def test_personal_data_goes_along_where_the_endpoint_says_so(
    webhooks: WebhookService, container: Container, target: Target
) -> None:
    subscribe(webhooks, target, personal=True)
    open_request(container)
    work_off(container)
    data = said(target)[0]["data"]
    assert isinstance(data, dict)
    assert (data["customer_name"], data["customer_email"]) == ("Ada Berg", "ada@ostrel.example")
    assert str(data["message"]).startswith("My hub is offline.")


def test_the_whole_life_of_a_request_is_told_in_order(
    webhooks: WebhookService, container: Container, clock: FrozenClock, target: Target
) -> None:
    subscribe(webhooks, target)
    number = open_request(container)
    with container.database.work() as work:
        work.conversations.add_message(number, new_message("c1"))
        reply = NewMessage(
            form_key="a1", author_kind=AuthorKind.AGENT, author_id=2, author_name="Ben", body="Hi", at=clock.now()
        )
        work.conversations.add_message(number, reply)
        note = NewMessage(
            form_key="n1",
            author_kind=AuthorKind.AGENT,
            author_id=2,
            author_name="Ben",
            body="secret",
            at=clock.now(),
            kind=MessageKind.NOTE,
        )
        work.conversations.add_message(number, note)
        solved = ConversationChange(state=ConversationState.SOLVED, updated_at=clock.now())
        work.conversations.change(number, solved)
        work.conversations.change(number, solved)
        work.webhooks.tell_of_gap(number, "no article on pianos", clock.now())
    work_off(container)
    told = [(event["type"], event["data"]) for event in said(target)]
    assert [kind for kind, _ in told] == [
        "request.created",
        "request.replied",
        "request.replied",
        "request.solved",
        "gap.opened",
    ]
    datas = [data for _, data in told if isinstance(data, dict)]
    assert (datas[1]["by"], datas[1]["state"]) == ("customer", "new")
    assert (datas[2]["by"], datas[2]["state"]) == ("agent", "waiting_for_customer")
    assert datas[2]["first_reply_at"] == clock.now().isoformat()
    assert datas[3]["state"] == "solved"
    assert "pianos" not in str(datas[4])


def test_an_event_is_stored_in_the_transaction_of_what_happened(
    webhooks: WebhookService, container: Container, target: Target
) -> None:
    webhook = subscribe(webhooks, target)
    with pytest.raises(RuntimeError), container.database.work() as work:
        work.conversations.add(new_conversation())
        raise RuntimeError("the power fails")
    assert page(webhooks, webhook).deliveries == ()


def test_only_those_are_told_who_want_to_know(webhooks: WebhookService, container: Container, target: Target) -> None:
    webhooks.add(NewWebhook(url=target.url, note="", events=(WebhookEvent.REQUEST_SOLVED,), personal=False))
    open_request(container)
    work_off(container)
    assert target.taken == []


def test_a_signature_is_that_of_the_body_and_the_time(
    webhooks: WebhookService, container: Container, clock: FrozenClock, target: Target
) -> None:
    webhook = subscribe(webhooks, target)
    open_request(container)
    work_off(container)
    taken = target.taken[0]
    fields = dict(part.split("=") for part in taken.headers["Portal-Signature"].split(","))
    signed = fields["t"].encode() + b"." + taken.body
    expected = hmac.new(webhook.secret.encode(), signed, hashlib.sha256).hexdigest()
    assert hmac.compare_digest(fields["v1"], expected)
    assert int(fields["t"]) == int(clock.now().timestamp())
    assert taken.headers["Portal-Event-Id"] == json.loads(taken.body)["id"]


def test_a_new_secret_signs_beside_the_old_one_for_a_day(
    webhooks: WebhookService, container: Container, clock: FrozenClock, target: Target
) -> None:
    before = subscribe(webhooks, target)
    after = webhooks.rotate(before.id)
    assert after.secret != before.secret
    open_request(container, 1)
    work_off(container)
    clock.move(timedelta(hours=25))
    open_request(container, 2)
    work_off(container)
    headers = [taken.headers["Portal-Signature"] for taken in target.taken]
    assert [header.count("v1=") for header in headers] == [2, 1]


def test_what_fails_is_tried_again_later_with_the_same_event_id(
    webhooks: WebhookService, container: Container, clock: FrozenClock, target: Target
) -> None:
    webhook = subscribe(webhooks, target)
    target.answers = [500]
    open_request(container)
    work_off(container)
    [delivery] = page(webhooks, webhook).deliveries
    assert (delivery.state, delivery.attempts, delivery.status_code) == (DeliveryState.WAITING, 1, 500)
    assert page(webhooks, webhook).webhook.failing_since == clock.now()
    work_off(container)
    assert len(target.taken) == 1, "not before its time"
    clock.move(timedelta(seconds=10))
    work_off(container)
    [delivery] = page(webhooks, webhook).deliveries
    assert (delivery.state, delivery.attempts, delivery.status_code) == (DeliveryState.DELIVERED, 2, 200)
    assert delivery.last_error == ""
    assert page(webhooks, webhook).webhook.failing_since is None
    first, second = target.taken
    assert first.body == second.body
    assert first.headers["Portal-Event-Id"] == second.headers["Portal-Event-Id"]


def test_a_target_that_hangs_holds_up_no_request(
    webhooks: WebhookService, container: Container, target: Target
) -> None:
    webhook = subscribe(webhooks, target)
    target.hang_seconds = 3
    open_request(container)
    work_off(container)
    [delivery] = page(webhooks, webhook).deliveries
    assert delivery.state is DeliveryState.WAITING
    assert "took too long" in delivery.last_error


def test_after_days_of_failure_an_address_is_paused_and_admins_are_told(
    webhooks: WebhookService, container: Container, clock: FrozenClock, target: Target
) -> None:
    webhook = subscribe(webhooks, target)
    target.answers = [500] * 50
    open_request(container, 1)
    for _ in range(8):
        work_off(container)
        clock.move(timedelta(hours=12))
        open_request(container, 2) if _ == 5 else None
    paused = page(webhooks, webhook)
    assert paused.webhook.paused_reason is PausedReason.FAILING
    assert container.health.troubles().paused_webhooks == 1
    tried = len(target.taken)
    open_request(container, 3)
    clock.move(timedelta(days=2))
    work_off(container)
    assert len(target.taken) == tried, "a paused address is left alone"
    target.answers = []
    assert webhooks.resume(webhook.id) >= 2
    work_off(container)
    states = {delivery.state for delivery in page(webhooks, webhook).deliveries}
    assert DeliveryState.HELD not in states
    assert len(target.taken) > tried


def test_an_address_that_says_it_is_gone_is_paused_at_once(
    webhooks: WebhookService, container: Container, target: Target
) -> None:
    webhook = subscribe(webhooks, target)
    target.answers = [410]
    open_request(container)
    work_off(container)
    gone = page(webhooks, webhook)
    assert gone.webhook.paused_reason is PausedReason.GONE
    assert gone.deliveries[0].state is DeliveryState.HELD


def test_after_the_last_attempt_a_delivery_has_failed_and_can_be_replayed(
    webhooks: WebhookService, container: Container, clock: FrozenClock, target: Target
) -> None:
    webhook = subscribe(webhooks, target)
    target.answers = [503] * 9
    open_request(container)
    for _ in range(9):
        work_off(container)
        with container.database.work() as work:  # other events arrive meanwhile
            work.webhooks.resume(webhook.id, clock.now())
        clock.move(timedelta(hours=24))
    [failed] = page(webhooks, webhook).deliveries
    assert (failed.state, failed.attempts) == (DeliveryState.FAILED, 9)
    webhooks.replay(failed.id)
    work_off(container)
    [replayed] = page(webhooks, webhook).deliveries
    assert replayed.state is DeliveryState.DELIVERED
    assert target.taken[0].body == target.taken[-1].body


def test_a_delivered_event_can_be_replayed_too(webhooks: WebhookService, container: Container, target: Target) -> None:
    webhook = subscribe(webhooks, target)
    open_request(container)
    work_off(container)
    webhooks.replay(page(webhooks, webhook).deliveries[0].id)
    work_off(container)
    assert len({taken.headers["Portal-Event-Id"] for taken in target.taken}) == 1
    assert len(target.taken) == 2


def test_what_an_admin_pauses_is_held_and_cannot_be_replayed(
    webhooks: WebhookService, container: Container, target: Target
) -> None:
    webhook = subscribe(webhooks, target)
    open_request(container)
    webhooks.pause(webhook.id)
    work_off(container)
    [held] = page(webhooks, webhook).deliveries
    assert (held.state, target.taken) == (DeliveryState.HELD, [])
    with pytest.raises(Conflict):
        webhooks.replay(held.id)
    assert container.health.troubles().paused_webhooks == 0
    assert webhooks.resume(webhook.id) == 1
    work_off(container)
    assert len(target.taken) == 1


def test_a_deleted_address_is_told_nothing_more(webhooks: WebhookService, container: Container, target: Target) -> None:
    webhook = subscribe(webhooks, target)
    open_request(container)
    webhooks.remove(webhook.id)
    work_off(container)
    assert target.taken == []
    with pytest.raises(NotFound):
        webhooks.page(webhook.id)
    with pytest.raises(NotFound):
        webhooks.replay(1)


def test_a_test_event_reaches_its_address_alone(webhooks: WebhookService, container: Container, target: Target) -> None:
    with http_target() as other:
        webhook = subscribe(webhooks, target)
        subscribe(webhooks, other)
        webhooks.ping(webhook.id)
        work_off(container)
        assert [event["type"] for event in said(target)] == ["ping"]
        assert other.taken == []


def test_one_address_is_told_once(webhooks: WebhookService, target: Target) -> None:
    subscribe(webhooks, target)
    with pytest.raises(Conflict):
        subscribe(webhooks, target)


def test_without_the_settings_neither_http_nor_this_machine_is_told(container: Container, target: Target) -> None:
    with pytest.raises(InvalidInput):
        subscribe(container.webhooks, target)
    with container.database.work() as work:
        new = NewWebhook(url=target.url, note="", events=EVENTS, personal=False)
        webhook = work.webhooks.add(new, secret="s", at=container.clock.now())
    open_request(container)
    work_off(container)
    [delivery] = container.webhooks.page(webhook.id).deliveries
    assert delivery.last_error == "Refused: the address has no TLS."
    assert target.taken == []


def test_a_delivery_that_lost_its_job_gets_another(
    webhooks: WebhookService, container: Container, target: Target
) -> None:
    subscribe(webhooks, target)
    open_request(container)
    with container.database.work() as work:
        job = work.jobs.claim(container.clock.now(), (JobKind.SEND_WEBHOOK,))
        assert job is not None
        work.jobs.finish(job.id)
    assert webhooks.recover() == 1
    assert webhooks.recover() == 0
    work_off(container)
    assert len(target.taken) == 1


def test_old_deliveries_are_forgotten(
    webhooks: WebhookService, container: Container, clock: FrozenClock, target: Target
) -> None:
    webhook = subscribe(webhooks, target)
    open_request(container)
    work_off(container)
    clock.move(timedelta(days=31))
    assert webhooks.forget() == 1
    assert page(webhooks, webhook).deliveries == ()


def test_the_list_tells_how_each_address_does(webhooks: WebhookService, container: Container, target: Target) -> None:
    assert webhooks.list_lines() == ()
    subscribe(webhooks, target)
    open_request(container)
    work_off(container)
    [line] = webhooks.list_lines()
    assert line.counts == {DeliveryState.DELIVERED: 1}
    assert line.last_delivered_at == container.clock.now()


def test_a_missing_article_opens_a_gap_once(
    webhooks: WebhookService, container: Container, target: Target, ben: Person
) -> None:
    subscribe(webhooks, target)
    with container.database.work() as work:
        reference = work.conversations.add(new_conversation(2)).reference
    for _ in range(2):
        container.article_flags.flag(ben.viewer, "missing", article_id="", reference=reference, note="on pianos")
    container.article_flags.flag(ben.viewer, "missing", article_id="", reference="", note="on organs")
    work_off(container)
    gaps = [event["data"] for event in said(target) if event["type"] == "gap.opened"]
    assert [data.get("reference") for data in gaps if isinstance(data, dict)] == [reference, None]
    assert "pianos" not in str(gaps)
