"""Work that follows a change: a row written in the change's own transaction, run by the worker."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class JobKind(StrEnum):
    """What the worker knows how to do."""

    REINDEX = "reindex"
    SEND_MAIL = "send_mail"


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
