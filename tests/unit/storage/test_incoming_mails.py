from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from portal.domain.errors import NotFound
from portal.domain.incoming_mail import MailOutcome, StoredMail
from portal.domain.jobs import JobKind
from portal.storage.database import Database, UnitOfWork
from tests.conversation_builders import MAIL_DRAFT, NOW, new_conversation

ADA = "ada@ostrel.example"


def add(work: UnitOfWork, number: int = 1, *, address: str = ADA, message_id: str = "") -> StoredMail | None:
    return work.incoming_mails.add(
        message_id=message_id or f"{number}@mail.example",
        stored_name=f"{number:064x}",
        from_address=address,
        subject="My hub",
        now=NOW,
    )


def test_a_mail_is_stored_with_the_job_that_reads_it(database: Database) -> None:
    with database.work() as work:
        stored = add(work)
        assert stored is not None
        assert stored.outcome is MailOutcome.RECEIVED
        job = work.jobs.claim(NOW, (JobKind.READ_MAIL,))
        assert job is not None
        assert job.payload == {"mail_id": stored.id, "forced": False}
        assert work.incoming_mails.get(stored.id) == stored
        with pytest.raises(NotFound):
            work.incoming_mails.get(99)


def test_one_message_id_of_one_sender_is_one_mail(database: Database) -> None:
    with database.work() as work:
        assert add(work, 1, message_id="a@x.example") is not None
        assert add(work, 2, message_id="a@x.example") is None
        other = add(work, 3, message_id="a@x.example", address="eve@evil.example")
        assert other is not None
        assert other.message_id == f"a@x.example#{3:064x}"
        assert add(work, 3, message_id="a@x.example", address="eve@evil.example") is None


def test_mails_of_people_are_counted_until_an_agent_answers(database: Database) -> None:
    with database.work() as work:
        for number, outcome in enumerate((MailOutcome.OPENED, MailOutcome.HELD, MailOutcome.AUTOMATIC), start=1):
            stored = add(work, number)
            assert stored is not None
            work.incoming_mails.settle(stored.id, outcome, None)
        count = work.incoming_mails.count_recent
        assert count(ADA, since=NOW) == 2
        assert count(ADA, since=NOW + timedelta(seconds=1)) == 0
        assert count("carl@ostrel.example", since=NOW) == 0


def test_ours_refer_to_theirs_but_not_to_what_a_stranger_sent(database: Database) -> None:
    with database.work() as work:
        conversation = work.conversations.add(new_conversation())
        for number, outcome in enumerate((MailOutcome.OPENED, MailOutcome.NOTED, MailOutcome.ADDED), start=1):
            stored = add(work, number)
            assert stored is not None
            work.incoming_mails.settle(stored.id, outcome, conversation.id)
        draft = replace(MAIL_DRAFT, conversation_id=conversation.id, message_id="ours@x.example", automatic=False)
        mail = work.mails.get(work.mails.queue(draft, now=NOW))
    assert mail.references == "<1@mail.example> <3@mail.example>"
    assert mail.subject == "Re: My hub"


def test_only_what_was_set_aside_can_be_taken_in(database: Database) -> None:
    with database.work() as work:
        stored = add(work)
        assert stored is not None
        assert not work.incoming_mails.take_in(stored.id, now=NOW)
        work.incoming_mails.settle(stored.id, MailOutcome.HELD, None)
        assert [each.id for each in work.incoming_mails.list_set_aside(limit=5)] == [stored.id]
        assert work.incoming_mails.take_in(stored.id, now=NOW)
        assert work.incoming_mails.list_set_aside(limit=5) == ()
        assert not work.incoming_mails.take_in(99, now=NOW)


def test_old_mails_are_let_go_of(database: Database) -> None:
    with database.work() as work:
        conversation = work.conversations.add(new_conversation())
        waiting, placed, spam = add(work, 1), add(work, 2), add(work, 3)
        assert waiting and placed and spam
        work.incoming_mails.settle(placed.id, MailOutcome.ADDED, conversation.id)
        work.incoming_mails.settle(spam.id, MailOutcome.AUTOMATIC, None)
        assert work.incoming_mails.forget(NOW, limit=5) == ()
        later = NOW + timedelta(days=1)
        assert set(work.incoming_mails.forget(later, limit=5)) == {placed.stored_name, spam.stored_name}
        assert work.incoming_mails.forget(later, limit=5) == ()
        assert work.incoming_mails.get(placed.id).stored_name == ""
        assert add(work, 2) is None
        assert add(work, 3) is not None
