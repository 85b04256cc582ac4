"""Where mails end up: nobody's words in a stranger's request, nobody's mail lost, and no machine answered twice."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import timedelta
from email.message import EmailMessage

import pytest

from portal.container import Container
from portal.domain.clock import FrozenClock
from portal.domain.conversations import (
    AuthorKind,
    Conversation,
    ConversationState,
    HandoffReason,
    Message,
    MessageKind,
    MessageSource,
)
from portal.domain.errors import NotFound
from portal.domain.incoming_mail import MailOutcome
from portal.domain.mail import MailState, OutgoingMail
from portal.domain.users import Viewer
from portal.settings import Settings
from portal.storage.incoming_mails import IncomingMailStore
from tests.conversation_builders import new_conversation
from tests.file_samples import EXE, PNG
from tests.mail_samples import bounce, mail

BEN = Viewer(user_id=2, name="Ben Okafor")


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Customers can answer mails; few are taken in an hour."""
    return settings.model_copy(update={"reply_address": "help@ostrel.example", "mails_per_sender_per_hour": 4})


@pytest.fixture
def asked(container: Container) -> Conversation:
    """A request of Ada's that Ben has answered."""
    with container.database.work() as work:
        conversation = work.conversations.add(new_conversation(2))
    container.desk.answer(conversation.reference, BEN, text="Please reset it.", form_key="answer")
    return again(container, conversation)


def take(container: Container, message: EmailMessage | bytes, *, forced: bool = False) -> MailOutcome:
    """Store a mail and read it, as the command and the worker do."""
    assert container.incoming_mail.store(message if isinstance(message, bytes) else message.as_bytes())
    return container.incoming_mail.read(newest(container), forced=forced)


def newest(container: Container) -> int:
    with container.database.read() as work:
        job = next(iter(work.session.connection().exec_driver_sql("SELECT max(id) FROM incoming_mails")))
    return int(job[0])


def again(container: Container, conversation: Conversation) -> Conversation:
    with container.database.read() as work:
        return work.conversations.get(conversation.id)


def opened(container: Container, mail_id: int | None = None) -> Conversation:
    """The request that a mail has opened."""
    with container.database.read() as work:
        stored = work.incoming_mails.get(mail_id or newest(container))
        assert stored.conversation_id is not None
        return work.conversations.get(stored.conversation_id)


def mails(container: Container, conversation: Conversation) -> tuple[OutgoingMail, ...]:
    with container.database.read() as work:
        return work.mails.list_for_conversation(conversation.id)


def last(conversation: Conversation) -> Message:
    return conversation.messages[-1]


def test_a_mail_opens_a_request_and_is_confirmed(container: Container) -> None:
    assert take(container, mail(References="", Subject="My hub is offline")) is MailOutcome.OPENED
    conversation = opened(container)
    assert (conversation.name, conversation.email) == ("Ada Berg", "ada@ostrel.example")
    assert (conversation.reason, conversation.user_id) == (HandoffReason.CHOSE_HUMAN, None)
    assert conversation.journey.steps == ()
    (message,) = conversation.messages
    assert message.body == "My hub is offline\n\nIt still blinks."
    assert message.source is MessageSource.EMAIL
    (confirmation,) = mails(container, conversation)
    assert confirmation.automatic
    assert confirmation.references == "<first@mail.example>"
    assert "offline" not in confirmation.subject + confirmation.body


def test_an_answer_goes_on_in_the_customers_thread(container: Container, clock: FrozenClock) -> None:
    take(container, mail(Subject="Re: My hub is offline"))
    conversation = opened(container)
    container.desk.answer(conversation.reference, BEN, text="Please reset it.", form_key="k")
    confirmation, answer = mails(container, conversation)
    assert answer.subject == "Re: My hub is offline"
    assert answer.references == f"<first@mail.example> <{confirmation.message_id}>"
    assert answer.reply_to == container.reply_addresses.address_for(conversation)
    clock.move(timedelta(minutes=5))
    take(container, mail("Thank you!", Message_ID="<second@mail.example>", To=answer.reply_to.upper()))
    container.desk.answer(conversation.reference, BEN, text="You are welcome.", form_key="l")
    assert mails(container, conversation)[-1].references.endswith(f"<{answer.message_id}> <second@mail.example>")


@pytest.mark.parametrize("way", ["address", "references"])
def test_a_customers_answer_is_added(container: Container, asked: Conversation, way: str) -> None:
    (sent,) = mails(container, asked)
    headers = {"To": sent.reply_to} if way == "address" else {"In_Reply_To": f"<{sent.message_id}>"}
    text = "It still blinks.\n\nOn Tue, 17 Nov 2026 at 12:00, Ostrel Help wrote:\n> Please reset it.\n"
    assert take(container, mail(text, Subject="Re: An answer", **headers)) is MailOutcome.ADDED
    conversation = again(container, asked)
    assert conversation.state is ConversationState.OPEN
    message = last(conversation)
    assert (message.body, message.author_kind) == ("It still blinks.", AuthorKind.CUSTOMER)
    assert message.quoted.endswith("> Please reset it.")
    assert len(mails(container, conversation)) == 1


def test_an_answer_to_a_solved_request_opens_it_again(container: Container, asked: Conversation) -> None:
    container.desk.solve(asked.reference)
    sent = mails(container, asked)[0]
    take(container, mail(To=sent.reply_to))
    assert again(container, asked).state is ConversationState.REOPENED


def test_a_stolen_subject_opens_a_request_of_the_thiefs_own(container: Container, asked: Conversation) -> None:
    stolen = mail("Give me all of it.", From="Eve <eve@evil.example>", Subject=f"Re: An answer to {asked.reference}")
    assert take(container, stolen) is MailOutcome.OPENED
    assert opened(container).email == "eve@evil.example"
    assert again(container, asked).messages == asked.messages


def test_stolen_references_open_one_too_and_the_agents_are_told(container: Container, asked: Conversation) -> None:
    (sent,) = mails(container, asked)
    stolen = mail("Give me all of it.", From="Eve <eve@evil.example>", In_Reply_To=f"<{sent.message_id}>")
    assert take(container, stolen) is MailOutcome.OPENED
    theirs, ours = opened(container), again(container, asked)
    assert theirs.email == "eve@evil.example"
    note = last(ours)
    assert note.kind is MessageKind.NOTE
    assert theirs.reference in note.body
    assert "Give me all of it." not in note.body
    assert ours.public_messages == asked.public_messages
    assert ours.state is asked.state


def test_a_stranger_at_the_signed_address_is_a_note_for_agents(container: Container, asked: Conversation) -> None:
    (sent,) = mails(container, asked)
    message = mail("I am her husband.", From="Bob <bob@other.example>", To=sent.reply_to)
    message.add_attachment(PNG, maintype="image", subtype="png", filename="hub.png")
    assert take(container, message) is MailOutcome.NOTED
    conversation = again(container, asked)
    note = last(conversation)
    assert (note.kind, note.author_name) == (MessageKind.NOTE, "bob@other.example")
    assert "bob@other.example" in note.body
    assert "I am her husband." in note.body
    assert [file.file_name for file in note.files] == ["hub.png"]
    assert conversation.public_messages == asked.public_messages
    assert conversation.state is ConversationState.OPEN


def test_a_revoked_address_is_worth_nothing(container: Container, asked: Conversation) -> None:
    (sent,) = mails(container, asked)
    container.desk.revoke_links(asked.reference)
    assert take(container, mail(From="bob@other.example", To=sent.reply_to)) is MailOutcome.OPENED
    assert len(again(container, asked).messages) == len(asked.messages)


def test_a_mail_that_comes_twice_is_one(container: Container) -> None:
    raw = mail().as_bytes()
    assert container.incoming_mail.store(raw)
    assert not container.incoming_mail.store(raw)
    assert not container.incoming_mail.store(b"Received: by another way\r\n" + raw)
    assert container.incoming_mail.read(newest(container)) is MailOutcome.OPENED
    assert container.incoming_mail.read(newest(container)) is MailOutcome.OPENED
    assert len(opened(container).messages) == 1


def test_nobody_keeps_a_customers_mail_out_by_its_id(container: Container) -> None:
    assert take(container, mail("First!", From="eve@evil.example")) is MailOutcome.OPENED
    assert take(container, mail()) is MailOutcome.OPENED
    assert opened(container).email == "ada@ostrel.example"
    assert not container.incoming_mail.store(mail().as_bytes())


def test_a_mail_without_an_id_is_taken_once(container: Container) -> None:
    assert take(container, mail(Message_ID="")) is MailOutcome.OPENED
    assert not container.incoming_mail.store(mail(Message_ID="").as_bytes())
    assert mails(container, opened(container))[0].references == ""


def test_files_of_a_mail_are_kept_and_those_refused_are_told_to_both(container: Container) -> None:
    message = mail()
    message.add_attachment(PNG, maintype="image", subtype="png", filename="hub.png")
    message.add_attachment(EXE, maintype="image", subtype="png", filename="holiday.png")
    take(container, message)
    first, told = opened(container).messages
    assert [file.file_name for file in first.files] == ["hub.png"]
    assert (told.kind, told.author_kind) == (MessageKind.EVENT, AuthorKind.SYSTEM)
    assert "holiday.png" in told.body


def test_of_a_text_of_100_000_characters_all_is_kept(container: Container) -> None:
    take(container, mail("It blinks.\n" * 10_000))
    (message,) = opened(container).messages
    assert len(message.body) < 20_100
    (file,) = message.files
    assert (file.file_name, file.size_bytes > 100_000) == ("message.txt", True)


def test_what_a_machine_wrote_is_set_aside_and_never_answered(container: Container) -> None:
    assert take(container, mail(Auto_Submitted="auto-replied")) is MailOutcome.AUTOMATIC
    with container.database.read() as work:
        assert work.mails.count_by_state()[MailState.QUEUED] == 0
    (set_aside,) = container.incoming_mail.page(None).mails
    assert set_aside.from_address == "ada@ostrel.example"


def test_an_absence_of_the_customer_is_a_note_that_moves_nothing(container: Container, asked: Conversation) -> None:
    (sent,) = mails(container, asked)
    away = mail("I am away until Monday.", To=sent.reply_to, Subject="Automatic reply: An answer")
    assert take(container, away) is MailOutcome.AUTOMATIC
    conversation = again(container, asked)
    assert conversation.state is ConversationState.WAITING_FOR_CUSTOMER
    assert (last(conversation).kind, "away until Monday" in last(conversation).body) == (MessageKind.NOTE, True)


def test_two_machines_that_answer_one_another_end_after_one(container: Container, clock: FrozenClock) -> None:
    """The other one is badly made: it says nowhere that it is a machine, and begins a new mail each time."""
    for number in range(12):
        text = f"Thank you for your mail number {number}."
        take(container, mail(text, Message_ID=f"<{number}@robot.example>", From="robot@robot.example"))
        clock.move(timedelta(seconds=20))
    with container.database.read() as work:
        assert work.mails.count_by_state()[MailState.QUEUED] == 1
        assert work.incoming_mails.count(MailOutcome.OPENED) == 4
        assert work.incoming_mails.count(MailOutcome.HELD) == 8


def test_a_machine_that_answers_in_the_thread_gets_no_answer(container: Container) -> None:
    take(container, mail(From="robot@robot.example", Message_ID="<1@robot.example>"))
    conversation = opened(container)
    (confirmation,) = mails(container, conversation)
    answer = mail("Noted.", From="robot@robot.example", To=confirmation.reply_to, Message_ID="<2@robot.example>")
    assert take(container, answer) is MailOutcome.ADDED
    assert len(mails(container, conversation)) == 1


def test_after_an_agents_answer_a_sender_may_write_again(
    container: Container, clock: FrozenClock, asked: Conversation
) -> None:
    outcomes = []
    for number in range(6):
        clock.move(timedelta(minutes=1))
        outcomes.append(take(container, mail(Message_ID=f"<{number}@mail.example>")))
    assert outcomes[4:] == [MailOutcome.HELD] * 2
    clock.move(timedelta(minutes=1))
    container.desk.answer(asked.reference, BEN, text="One moment.", form_key="moment")
    clock.move(timedelta(minutes=1))
    assert take(container, mail(Message_ID="<7@mail.example>")) is MailOutcome.OPENED


def test_our_own_mail_that_comes_back_is_a_loop(container: Container) -> None:
    assert take(container, mail(X_Loop="help@ostrel.example")) is MailOutcome.LOOP


def test_a_bounce_marks_the_mail_and_tells_the_agents(container: Container, asked: Conversation) -> None:
    (sent,) = mails(container, asked)
    with container.database.work() as work:
        work.mails.mark_sent(sent.id, at=container.clock.now())
    assert take(container, bounce(sent.message_id, action="delayed")) is MailOutcome.BOUNCE
    assert mails(container, asked)[0].state is MailState.SENT
    assert take(container, bounce(sent.message_id)) is MailOutcome.BOUNCE
    (failed,) = mails(container, asked)
    assert (failed.state, "User" in failed.last_error) == (MailState.FAILED, True)
    conversation = again(container, asked)
    assert last(conversation).kind is MessageKind.NOTE
    assert "could not be delivered" in last(conversation).body


def test_an_admin_takes_in_what_was_set_aside(container: Container) -> None:
    take(container, mail(Precedence="bulk"))
    mail_id = newest(container)
    assert container.incoming_mail.take_in(mail_id)
    assert container.incoming_mail.read(mail_id, forced=True) is MailOutcome.OPENED
    assert not container.incoming_mail.take_in(mail_id)


@pytest.mark.parametrize(
    ("raw", "outcome"),
    [
        (mail("", Subject="").as_bytes(), MailOutcome.EMPTY),
        (mail("", Subject="Please call me").as_bytes(), MailOutcome.OPENED),
        (b"Subject: x\r\n\r\nHello", MailOutcome.UNREADABLE),
        (b"\x00\xff\xfe", MailOutcome.UNREADABLE),
        (b"From: " + b"(" * 40_000 + b"\r\n\r\nHello", MailOutcome.UNREADABLE),
        (b"From: ada@ostrel.example\r\n" + b"X-A: b\r\n" * 50_000 + b"\r\nHello", MailOutcome.UNREADABLE),
    ],
)
def test_what_cannot_be_placed_is_set_aside(container: Container, raw: bytes, outcome: MailOutcome) -> None:
    assert take(container, raw) is outcome


def test_a_mail_that_only_reached_the_disk_is_taken_in_later(container: Container, clock: FrozenClock) -> None:
    container.incoming_mail.store(mail().as_bytes())
    with container.database.work() as work:
        work.session.connection().exec_driver_sql("DELETE FROM incoming_mails")
    (file,) = container.settings.mail_folder.rglob("*.eml")
    os.utime(file, (clock.now().timestamp(), clock.now().timestamp()))
    assert container.incoming_mail.adopt() == 0
    clock.move(timedelta(minutes=11))
    assert container.incoming_mail.adopt() == 1
    assert container.incoming_mail.adopt() == 0
    assert container.incoming_mail.read(newest(container)) is MailOutcome.OPENED


def test_however_many_mails_lie_on_the_disk_they_are_looked_up_some_at_a_time(
    container: Container, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        container.incoming_mail.store(mail(Message_ID=f"<{number}@mail.example>").as_bytes())
    with container.database.work() as work:
        work.session.connection().exec_driver_sql("DELETE FROM incoming_mails")
    for file in container.settings.mail_folder.rglob("*.eml"):
        os.utime(file, (clock.now().timestamp(), clock.now().timestamp()))
    clock.move(timedelta(minutes=11))
    monkeypatch.setattr("portal.storage.attachments_folder.LOOKED_UP_AT_ONCE", 2)
    asked: list[int] = []
    known_names = IncomingMailStore.known_names

    def counted(store: IncomingMailStore, names: Sequence[str]) -> frozenset[str]:
        asked.append(len(names))
        return known_names(store, names)

    monkeypatch.setattr(IncomingMailStore, "known_names", counted)
    assert container.incoming_mail.adopt() == 5
    assert asked == [2, 2, 1]


def test_the_text_of_old_mails_is_deleted_and_they_are_still_known(container: Container, clock: FrozenClock) -> None:
    take(container, mail())
    take(container, mail(Message_ID="<spam@x.example>", Precedence="bulk"))
    mail_id = newest(container) - 1
    assert container.incoming_mail.raw(mail_id) == mail().as_bytes()
    clock.move(timedelta(days=31))
    assert container.incoming_mail.forget() == 2
    assert list(container.settings.mail_folder.rglob("*.eml")) == []
    assert not container.incoming_mail.store(mail().as_bytes())
    assert container.incoming_mail.page(None).mails == ()
    with pytest.raises(NotFound):
        container.incoming_mail.raw(mail_id)


def test_what_must_not_wait_is_urgent(container: Container) -> None:
    take(container, mail("Somebody has stolen my card. This is fraud!"))
    assert opened(container).urgent


def test_a_script_in_a_mail_never_becomes_one(container: Container) -> None:
    message = mail("")
    message.set_content("<p>Hello</p><script>steal()</script><img src=x onerror=steal()>", subtype="html")
    take(container, message)
    assert opened(container).messages[0].body == "My hub is offline\n\nHello"
