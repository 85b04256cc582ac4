"""What the worker does for each kind of job, and from time to time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from portal.container import Container
from portal.domain.jobs import Job, JobKind
from portal.jobs.schedule import PeriodicTask, Schedule
from portal.jobs.worker import Handler, Worker

#: How often searches without a click are looked through.
SETTLE_EVERY = timedelta(minutes=1)
#: How often waiting mails are compared with their jobs.
RECOVER_EVERY = timedelta(minutes=1)
#: How often chats that nobody answers are looked for.
CHATS_EVERY = timedelta(seconds=10)
#: How often the log is looked through for queries to suggest and for what became of searches.
SUGGEST_EVERY = timedelta(hours=1)
#: How often done jobs and old visits are cleared away, and how long done jobs are kept for whoever looks.
FORGET_EVERY = timedelta(hours=1)
FORGET_AFTER = timedelta(days=7)
#: How often signals to open pages are cleared away.
FORGET_SIGNALS_EVERY = timedelta(minutes=10)
#: How often the history of the index is looked for, in case an index with another model has none.
CATCH_UP_EVERY = timedelta(hours=1)
#: How often new failed searches are looked for, to be sorted into gaps.
GAPS_EVERY = timedelta(minutes=1)
#: How often the searches of all gaps are asked again, whether or not an article changed.
REPLAY_EVERY = timedelta(days=1)
#: How often old past questions are dropped and the history written anew, with the weights of the day.
LEARN_ANEW_EVERY = timedelta(days=1)


def build_worker(container: Container) -> Worker:
    """Build the worker of one instance."""
    return Worker(container.database, container.clock, build_handlers(container), build_schedule(container))


def build_handlers(container: Container) -> Mapping[JobKind, Handler]:
    """Return what to do for each kind of job."""

    def send_mail(job: Job) -> datetime | None:
        return container.outbox.send(int(str(job.payload["mail_id"])))

    def read_mail(job: Job) -> None:
        container.incoming_mail.read(int(str(job.payload["mail_id"])), forced=bool(job.payload["forced"]))

    def fetch_mail(_job: Job) -> datetime | None:
        return container.mailbox.look()

    def reindex(_job: Job) -> None:
        container.indexing.update()
        container.learning.catch_up()
        container.gap_replays.order_all()

    def learn(_job: Job) -> None:
        container.learning.refresh()

    def send_webhook(job: Job) -> datetime | None:
        return container.webhooks.send(int(str(job.payload["delivery_id"])))

    def find_gaps(_job: Job) -> None:
        container.gap_finding.refresh()

    def replay_gaps(job: Job) -> datetime | None:
        if "gap_id" not in job.payload:
            return container.gap_replays.replay_all()
        container.gap_replays.replay(int(str(job.payload["gap_id"])))
        return None

    return {
        JobKind.SEND_MAIL: send_mail,
        JobKind.READ_MAIL: read_mail,
        JobKind.FETCH_MAIL: fetch_mail,
        JobKind.REINDEX: reindex,
        JobKind.LEARN: learn,
        JobKind.SEND_WEBHOOK: send_webhook,
        JobKind.FIND_GAPS: find_gaps,
        JobKind.REPLAY_GAPS: replay_gaps,
    }


def build_schedule(container: Container) -> Schedule:
    """Return what to do from time to time."""
    return Schedule((*_tasks_of_requests(container), *_tasks_of_search(container)), container.clock)


def _tasks_of_requests(container: Container) -> tuple[PeriodicTask, ...]:
    """Return what is done for requests, their mails and whoever follows them."""

    def look_after_chats() -> None:
        container.chat_patience.end_unanswered()
        container.chat_patience.mail_unread()

    def recover_mails() -> None:
        container.outbox.recover()

    def look_after_mail() -> None:
        container.mailbox.ensure_job()
        container.incoming_mail.adopt()

    def remove_orphan_files() -> None:
        container.attachments.remove_orphans()
        container.incoming_mail.forget()

    def recover_webhooks() -> None:
        container.webhooks.recover()

    def forget_deliveries() -> None:
        container.webhooks.forget()
        container.identities.forget()

    def forget_signals() -> None:
        container.live.forget()

    def forget_jobs() -> None:
        with container.database.work() as work:
            work.jobs.forget_done(before=container.clock.now() - FORGET_AFTER)

    return (
        PeriodicTask(name="look after chats", every=CHATS_EVERY, run=look_after_chats),
        PeriodicTask(name="recover mails", every=RECOVER_EVERY, run=recover_mails),
        PeriodicTask(name="look after incoming mail", every=RECOVER_EVERY, run=look_after_mail),
        PeriodicTask(name="remove orphan files", every=FORGET_EVERY, run=remove_orphan_files),
        PeriodicTask(name="recover webhooks", every=RECOVER_EVERY, run=recover_webhooks),
        PeriodicTask(name="forget deliveries", every=FORGET_EVERY, run=forget_deliveries),
        PeriodicTask(name="forget signals", every=FORGET_SIGNALS_EVERY, run=forget_signals),
        PeriodicTask(name="forget done jobs", every=FORGET_EVERY, run=forget_jobs),
    )


def _tasks_of_search(container: Container) -> tuple[PeriodicTask, ...]:
    """Return what is done with searches: those that failed, and what is learned from all of them."""

    def settle() -> None:
        container.failed_searches.settle_no_clicks()

    def look_for_gaps() -> None:
        container.gap_finding.order()

    def replay_gaps() -> None:
        container.gap_replays.order_all()

    def suggest_past_queries() -> None:
        container.past_queries.refresh()

    def correct_verdict() -> None:
        container.site_verdict.refresh()

    def forget_visits() -> None:
        container.retention.forget_visits()

    def catch_up() -> None:
        container.learning.catch_up()

    def forget_past_questions() -> None:
        container.learning.forget()

    return (
        PeriodicTask(name="settle searches without a click", every=SETTLE_EVERY, run=settle),
        PeriodicTask(name="look for gaps", every=GAPS_EVERY, run=look_for_gaps),
        PeriodicTask(name="replay gaps", every=REPLAY_EVERY, run=replay_gaps),
        PeriodicTask(name="suggest past queries", every=SUGGEST_EVERY, run=suggest_past_queries),
        PeriodicTask(name="correct the verdict", every=SUGGEST_EVERY, run=correct_verdict),
        PeriodicTask(name="forget old visits", every=FORGET_EVERY, run=forget_visits),
        PeriodicTask(name="catch up with learning", every=CATCH_UP_EVERY, run=catch_up),
        PeriodicTask(name="forget old past questions", every=LEARN_ANEW_EVERY, run=forget_past_questions),
    )
