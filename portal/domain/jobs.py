"""Work that follows a change: a row written in the change's own transaction, run by the worker."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

#: Waits before a job that failed is tried again; after the last one it is given up, at the eighth attempt.
RETRY_AFTER = (
    timedelta(seconds=10),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=12),
    timedelta(hours=12),
)
MAX_ATTEMPTS = len(RETRY_AFTER) + 1


class JobKind(StrEnum):
    """What the worker knows how to do."""

    REINDEX = "reindex"
    SEND_MAIL = "send_mail"
    READ_MAIL = "read_mail"
    FETCH_MAIL = "fetch_mail"
    LEARN = "learn"
    SEND_WEBHOOK = "send_webhook"
    FIND_GAPS = "find_gaps"
    REPLAY_GAPS = "replay_gaps"


class JobState(StrEnum):
    """Where a job stands; DEAD is given up after the last retry and shown to admins."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    DEAD = "dead"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One piece of work.

    Attributes:
        key: Jobs of one kind and key that still wait are one job.
        attempts: How often it was begun without ending well, this time included.
        run_at: Not before this time.
    """

    id: int
    kind: JobKind
    key: str
    payload: Mapping[str, object]
    state: JobState
    attempts: int
    run_at: datetime
    last_error: str


def plan_retry(*, attempts: int, now: datetime) -> datetime | None:
    """Say when to try a failed job again after so many attempts; None gives it up."""
    return now + RETRY_AFTER[attempts - 1] if attempts < MAX_ATTEMPTS else None


@dataclass(frozen=True, slots=True, kw_only=True)
class JobsPage:
    """What an admin sees of the queue: jobs given up, newest first, and how many wait or run."""

    dead: tuple[Job, ...]
    waiting: int
    running: int
