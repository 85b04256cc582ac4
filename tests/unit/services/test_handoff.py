from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from portal.container import Container
from portal.domain.clock import FrozenClock
from portal.domain.conversations import ConversationState, HandoffReason
from portal.domain.errors import InvalidInput
from portal.domain.journeys import Journey
from portal.domain.mail import MailState
from portal.domain.searches import FailedKind
from portal.domain.users import Viewer
from portal.services.handoff import HandoffRequest, parse_reason
from portal.storage.conversations import ConversationStore
from portal.storage.journeys import JourneyStore
from tests.cast import Person
from tests.conversation_builders import log_search, stored_requests

JOURNEY = "a" * 32
STRANGER = Viewer()


def asked(**values: object) -> HandoffRequest:
    usual: dict[str, object] = {
        "viewer": STRANGER,
        "journey_id": JOURNEY,
        "kept_steps": frozenset(),
        "reason": HandoffReason.NO_ANSWER,
        "form_key": "0123456789abcdef" * 2,
        "name": "Ada Berg",
        "email": "Ada@Ostrel.example",
        "message": "My hub is offline.\r\nIt blinks.",
    }
    return HandoffRequest(**{**usual, **values})  # type: ignore[arg-type]


def test_the_form_shows_the_journey_and_what_to_expect(container: Container, clock: FrozenClock) -> None:
    search_id = log_search(container, JOURNEY, "hub offline")
    page = container.handoff.form(JOURNEY, STRANGER, HandoffReason.UNSURE)
    assert [(step.key, step.text, step.detail) for step in page.journey.steps] == [
        (f"s-{search_id}", "hub offline", "no_answer")
    ]
    assert page.expectation == "We usually reply by 16:00 today (Berlin time)."
    assert (page.name, page.email, page.reason) == ("", "", HandoffReason.UNSURE)
    assert page.form_key != container.handoff.form(JOURNEY, STRANGER, HandoffReason.UNSURE).form_key


def test_the_form_knows_who_is_signed_in(container: Container, ada: Person) -> None:
    page = container.handoff.form("", ada.viewer, HandoffReason.CHOSE_HUMAN)
    assert (page.name, page.email) == ("Ada Berg", "ada@ostrel.example")
    assert page.journey == Journey(id="")


def test_a_journey_that_cannot_be_read_is_empty(container: Container, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_store: JourneyStore, _journey_id: str) -> Journey:
        raise RuntimeError("no such table")

    monkeypatch.setattr(JourneyStore, "journey_steps", broken)
    assert container.handoff.form(JOURNEY, STRANGER, HandoffReason.UNSURE).journey.steps == ()
    assert container.handoff.submit(asked()).reference


def test_a_request_is_stored_with_all_that_belongs_to_it(container: Container, clock: FrozenClock) -> None:
    kept = log_search(container, JOURNEY, "hub offline")
    clock.move(timedelta(minutes=1))
    log_search(container, JOURNEY, "present for my wife")
    receipt = container.handoff.submit(asked(kept_steps=frozenset({f"s-{kept}", "s-unknown"})))
    with container.database.read() as work:
        stored = work.conversations.get_by_reference(receipt.reference)
        (mail,) = work.mails.list_for_conversation(stored.id)
        job = work.jobs.has_due(clock.now())
    assert stored.state is ConversationState.NEW
    assert (stored.name, stored.email, stored.locale) == ("Ada Berg", "ada@ostrel.example", "en")
    assert [message.body for message in stored.messages] == ["My hub is offline.\nIt blinks."]
    assert [step.text for step in stored.journey.steps] == ["hub offline"]
    assert stored.reply_expected_at == clock.now() + timedelta(hours=4)
    assert (mail.state, mail.automatic, mail.to_address) == (MailState.QUEUED, True, "ada@ostrel.example")
    assert job
    assert receipt.reference in mail.subject
    assert receipt.token.split(".")[0] in mail.body


def test_the_journeys_searches_have_failed(container: Container, clock: FrozenClock) -> None:
    long_ago = log_search(container, JOURNEY, "another matter")
    clock.move(timedelta(hours=25))
    mine, other = log_search(container, JOURNEY, "hub offline"), log_search(container, "b" * 32, "hub offline")
    container.handoff.submit(asked())
    with container.database.read() as work:
        assert FailedKind.HANDED_OFF in work.failed_searches.kinds_of(mine)
        assert FailedKind.HANDED_OFF not in work.failed_searches.kinds_of(other)
        assert FailedKind.HANDED_OFF not in work.failed_searches.kinds_of(long_ago)


def test_the_message_is_not_redacted(container: Container) -> None:
    receipt = container.handoff.submit(asked(message="Call me: +49 30 1234567, card 4111 1111 1111 1111"))
    with container.database.read() as work:
        (message,) = work.conversations.get_by_reference(receipt.reference).messages
    assert message.body == "Call me: +49 30 1234567, card 4111 1111 1111 1111"


def test_the_same_form_sent_twice_is_one_request(container: Container, clock: FrozenClock) -> None:
    first = container.handoff.submit(asked())
    clock.move(timedelta(hours=1))
    second = container.handoff.submit(asked())
    assert first.reference == second.reference
    assert len(stored_requests(container)) == 1
    with container.database.read() as work:
        assert sum(work.mails.count_by_state().values()) == 1


def test_a_double_click_is_one_request(container: Container) -> None:
    with ThreadPoolExecutor(max_workers=4) as pool:
        receipts = list(pool.map(container.handoff.submit, [asked()] * 4))
    assert len({receipt.reference for receipt in receipts}) == 1
    with container.database.read() as work:
        assert sum(work.mails.count_by_state().values()) == 1


def test_a_form_that_was_corrected_and_sent_again_is_not_dropped(container: Container) -> None:
    """Who goes back to mend their address must not be told that all is well and then never hear of us."""
    wrong = container.handoff.submit(asked(email="ada@ostrle.example"))
    right = container.handoff.submit(asked())
    assert wrong.reference != right.reference
    assert right.email == "ada@ostrel.example"


def test_a_made_up_form_key_is_not_believed(container: Container) -> None:
    receipts = [container.handoff.submit(asked(form_key="1")) for _ in range(2)]
    assert len({receipt.reference for receipt in receipts}) == 2


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": "x" * 201}, "name"),
        ({"email": ""}, "email"),
        ({"email": "ada"}, "email"),
        ({"email": "ada@x.example\r\nBcc: eve@evil.example"}, "email"),
        ({"email": "ädä@x.example"}, "email"),
        ({"message": " \x00\n "}, "message"),
        ({"message": "x" * 20_001}, "message"),
        ({"message": "x" * 100_000}, "message"),
    ],
)
def test_what_cannot_be_used_is_named_and_nothing_is_stored(
    container: Container, values: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        container.handoff.submit(asked(**values))
    assert caught.value.field == field
    assert stored_requests(container) == ()


@pytest.mark.parametrize("message", ["x", "x" * 20_000, "a\x00b", "😀", "שלום", "<script>alert(1)</script>"])
def test_unusual_messages_are_taken(container: Container, message: str) -> None:
    receipt = container.handoff.submit(asked(message=message, name=""))
    with container.database.read() as work:
        (stored,) = work.conversations.get_by_reference(receipt.reference).messages
    assert stored.body == message.replace("\x00", "")


def test_a_signed_in_customer_owns_the_request(container: Container, ada: Person) -> None:
    container.handoff.submit(asked(viewer=ada.viewer))
    with container.database.read() as work:
        assert len(work.conversations.list_for_user(ada.user.id, limit=9)) == 1


def test_a_reference_that_is_taken_is_not_given_again(container: Container, monkeypatch: pytest.MonkeyPatch) -> None:
    first = container.handoff.submit(asked())
    references = iter([first.reference, "R-777777"])
    monkeypatch.setattr("portal.services.message_texts.new_reference", lambda _choose: next(references))
    assert container.handoff.submit(asked(message="Another matter")).reference == "R-777777"


def test_a_confirmation_that_cannot_be_written_does_not_lose_the_request(
    container: Container, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(container.mail_writer, "_folder", container.settings.instance)
    receipt = container.handoff.submit(asked())
    with container.database.read() as work:
        assert work.conversations.get_by_reference(receipt.reference)
        assert sum(work.mails.count_by_state().values()) == 0


def test_all_or_nothing(container: Container, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: object, **_values: object) -> int:
        raise RuntimeError("disk full")

    monkeypatch.setattr("portal.storage.mails.MailStore.queue", broken)
    with pytest.raises(RuntimeError):
        container.handoff.submit(asked())
    monkeypatch.undo()
    assert stored_requests(container) == ()


def test_who_comes_second_at_the_same_moment_gets_the_first_ones_receipt(
    container: Container, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On PostgreSQL two transactions can both find no request of a form; the unique key lets one of them win."""
    first = container.handoff.submit(asked())
    find, seen = ConversationStore.find_by_form_key, []

    def too_early(store: ConversationStore, key: str) -> object:
        seen.append(key)
        return None if len(seen) == 1 else find(store, key)

    monkeypatch.setattr(ConversationStore, "find_by_form_key", too_early)
    assert container.handoff.submit(asked()).reference == first.reference


def test_the_search_engine_is_not_touched(container: Container) -> None:
    """With the index folder gone, and nothing but the engine's absence in the container."""
    shutil.rmtree(container.settings.index_folder, ignore_errors=True)
    container.handoff.form(JOURNEY, STRANGER, HandoffReason.SEARCH_DOWN)
    container.handoff.submit(asked(reason=HandoffReason.SEARCH_DOWN))
    assert "search_engine" not in vars(container)
    assert "search" not in vars(container)


@pytest.mark.parametrize("text", ["", "nonsense", "no_answer ", "<script>"])
def test_an_unknown_reason_is_the_customers_own_choice(text: str) -> None:
    assert parse_reason(text) is HandoffReason.CHOSE_HUMAN
    assert parse_reason("unsure") is HandoffReason.UNSURE
