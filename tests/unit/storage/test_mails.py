from __future__ import annotations

import pytest

from portal.domain.errors import NotFound
from portal.domain.jobs import JobKind, JobState
from portal.domain.mail import MailDraft, MailState
from portal.storage.database import Database, UnitOfWork
from portal.storage.mails import MAX_REFERENCES
from tests.conversation_builders import NOW, new_conversation


def draft(number: int = 1, *, conversation_id: int | None = None) -> MailDraft:
    return MailDraft(
        conversation_id=conversation_id,
        to_name="Ada Berg",
        to_address="ada@ostrel.example",
        subject="We have your request",
        body="Hello Ada",
        message_id=f"m{number}@ostrel.example",
        automatic=number == 1,
    )


def queue(work: UnitOfWork, number: int = 1) -> int:
    return work.mails.queue(draft(number), now=NOW)


def test_a_queued_mail_has_a_job(database: Database) -> None:
    with database.work() as work:
        mail_id = queue(work)
        assert work.mails.get(mail_id).automatic
        job = work.jobs.claim(NOW)
    assert job is not None
    assert (job.kind, job.payload) == (JobKind.SEND_MAIL, {"mail_id": mail_id})


def test_a_mail_that_is_not_there_is_not_found(database: Database) -> None:
    with database.read() as work, pytest.raises(NotFound):
        work.mails.get(1)


def test_a_mail_is_taken_in_hand_only_while_it_waits(database: Database) -> None:
    with database.work() as work:
        mail_id = queue(work)
        first = work.mails.begin_sending(mail_id)
        after_crash = work.mails.begin_sending(mail_id)
        work.mails.mark_sent(mail_id, at=NOW)
        assert work.mails.begin_sending(mail_id) is None
        assert work.mails.begin_sending(99) is None
    assert first is not None
    assert after_crash is not None
    assert (first.attempts, after_crash.attempts) == (1, 2)
    assert first.message_id == after_crash.message_id


def test_states_are_kept_with_their_reasons(database: Database) -> None:
    with database.work() as work:
        queued, kept, failed, sent = (queue(work, number) for number in range(1, 5))
        work.mails.mark_queued(queued, error="no route")
        work.mails.mark_kept(kept)
        work.mails.mark_failed(failed, error="no such person")
        work.mails.mark_sent(sent, at=NOW)
    with database.read() as work:
        assert work.mails.get(queued).last_error == "no route"
        assert [mail.id for mail in work.mails.list_not_sent(limit=9)] == [failed, kept]
        assert work.mails.list_kept_ids() == (kept,)
        assert work.mails.get(sent).sent_at == NOW
        assert set(work.mails.count_by_state().values()) == {0, 1}
        assert work.mails.count_by_state()[MailState.SENDING] == 0


def test_the_mails_of_one_conversation_are_counted_by_themselves(database: Database) -> None:
    with database.work() as work:
        conversation = work.conversations.add(new_conversation())
        work.mails.queue(draft(1, conversation_id=conversation.id), now=NOW)
        kept = work.mails.queue(draft(2, conversation_id=None), now=NOW)
        work.mails.mark_kept(kept)
        counts = work.mails.count_by_state(conversation.id)
    assert (counts[MailState.QUEUED], counts[MailState.KEPT]) == (1, 0)
    assert set(counts) == set(MailState)


def test_only_kept_and_failed_mails_are_sent_again(database: Database) -> None:
    with database.work() as work:
        mail_id = queue(work)
        work.mails.begin_sending(mail_id)
        assert not work.mails.requeue(mail_id, now=NOW)
        work.mails.mark_failed(mail_id, error="refused")
        assert work.mails.requeue(mail_id, now=NOW)
        assert not work.mails.requeue(mail_id, now=NOW)
        again = work.mails.get(mail_id)
        assert (again.state, again.attempts, again.last_error) == (MailState.QUEUED, 0, "")
        assert work.jobs.count(JobState.WAITING) == 1


def test_a_waiting_mail_without_a_job_gets_one(database: Database) -> None:
    with database.work() as work:
        lost, alive, sent = (queue(work, number) for number in range(1, 4))
        for job in (work.jobs.claim(NOW), work.jobs.claim(NOW), work.jobs.claim(NOW)):
            assert job is not None
            if job.payload["mail_id"] != alive:
                work.jobs.bury(job.id, error="crashed")
        work.mails.mark_sent(sent, at=NOW)
        work.mails.begin_sending(lost)
        assert work.mails.requeue_orphans(now=NOW) == 1
        assert work.mails.requeue_orphans(now=NOW) == 0
        job = work.jobs.claim(NOW)
    assert job is not None
    assert job.payload == {"mail_id": lost}


def test_a_mail_names_the_earlier_ones_of_its_conversation(database: Database) -> None:
    with database.work() as work:
        conversation = work.conversations.add(new_conversation())
        ids = [work.mails.queue(draft(n, conversation_id=conversation.id), now=NOW) for n in range(1, 16)]
        assert work.mails.get(ids[0]).references == ""
        assert work.mails.get(ids[2]).references == "<m1@ostrel.example> <m2@ostrel.example>"
        last = work.mails.get(ids[-1]).references.split()
        assert len(last) == MAX_REFERENCES
        assert (last[0], last[-1]) == ("<m1@ostrel.example>", "<m14@ostrel.example>")
        assert [mail.id for mail in work.mails.list_for_conversation(conversation.id)] == ids
