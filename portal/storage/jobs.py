"""The queue of the worker: rows written in the transaction of the change they follow."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, or_, select, update

from portal.domain.jobs import Job, JobKind, JobState
from portal.storage.base import Store
from portal.storage.rows import JobRow

#: A worker that has said nothing for this long is taken for dead and its job is taken over, in seconds.
LEASE_SECONDS = 600


class JobStore(Store):
    """Work for the worker."""

    def add(self, kind: JobKind, *, now: datetime, key: str = "", payload: Mapping[str, object] | None = None) -> None:
        """Queue a job, unless one of the same kind and non-empty key is waiting already."""
        if key and self._waiting(kind, key):
            return
        self.session.add(
            JobRow(
                kind=kind,
                key=key,
                payload=dict(payload or {}),
                state=JobState.WAITING,
                run_at=now,
                created_at=now,
            )
        )

    def claim(self, now: datetime, kinds: Collection[JobKind] = tuple(JobKind)) -> Job | None:
        """Take the oldest job of these kinds that is due, or whose worker died; None when there is nothing to do."""
        row = self.session.scalars(
            select(JobRow)
            .where(_is_due(now, kinds))
            .order_by(JobRow.run_at, JobRow.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        ).first()
        if row is None:
            return None
        row.state = JobState.RUNNING
        row.attempts += 1
        row.lease_until = now + timedelta(seconds=LEASE_SECONDS)
        return _job(row)

    def has_due(self, now: datetime, kinds: Collection[JobKind] = tuple(JobKind)) -> bool:
        """Whether `claim` would find something; asks without standing in any writer's way."""
        return self.session.scalar(select(JobRow.id).where(_is_due(now, kinds)).limit(1)) is not None

    def finish(self, job_id: int) -> None:
        """Mark a job as done."""
        self._set(job_id, state=JobState.DONE, last_error="", lease_until=None)

    def retry(self, job_id: int, *, run_at: datetime, error: str) -> None:
        """Put a failed job back, to run again at `run_at`."""
        self._set(job_id, state=JobState.WAITING, run_at=run_at, last_error=error, lease_until=None)

    def reschedule(self, job_id: int, *, run_at: datetime) -> None:
        """Put a job back that ended well but wants to run again at `run_at`; its attempts begin anew."""
        self._set(job_id, state=JobState.WAITING, run_at=run_at, attempts=0, last_error="", lease_until=None)

    def bury(self, job_id: int, *, error: str) -> None:
        """Give a job up; an admin sees it."""
        self._set(job_id, state=JobState.DEAD, last_error=error, lease_until=None)

    def count(self, state: JobState) -> int:
        """Count the jobs in one state."""
        return self.session.scalar(select(func.count()).where(JobRow.state == state)) or 0

    def oldest_due(self, now: datetime) -> datetime | None:
        """Return since when the oldest job that could run has been waiting; None when no job waits."""
        query = select(func.min(JobRow.run_at)).where(JobRow.state == JobState.WAITING, JobRow.run_at <= now)
        return self.session.scalar(query)

    def list_dead(self, limit: int = 50) -> tuple[Job, ...]:
        """Return the jobs that were given up, newest first."""
        query = select(JobRow).where(JobRow.state == JobState.DEAD).order_by(JobRow.id.desc()).limit(limit)
        return tuple(_job(row) for row in self.session.scalars(query))

    def revive(self, job_id: int, *, now: datetime) -> bool:
        """Give a dead job all its attempts again; False when it is not dead."""
        row = self.session.get(JobRow, job_id, with_for_update=True)
        if row is None or row.state != JobState.DEAD:
            return False
        row.state, row.attempts, row.run_at, row.last_error = JobState.WAITING, 0, now, ""
        return True

    def forget_done(self, *, before: datetime) -> int:
        """Delete jobs that were queued before this time and are done; return how many."""
        old = delete(JobRow).where(JobRow.state == JobState.DONE, JobRow.created_at < before)
        return len(self.session.scalars(old.returning(JobRow.id)).all())

    def is_alive(self, kind: JobKind, key: str) -> bool:
        """Whether a job of this kind and key waits or runs."""
        alive = JobRow.state.in_((JobState.WAITING, JobState.RUNNING))
        query = select(JobRow.id).where(JobRow.kind == kind, JobRow.key == key, alive)
        return self.session.scalar(query.limit(1)) is not None

    def _waiting(self, kind: JobKind, key: str) -> bool:
        query = select(JobRow.id).where(JobRow.kind == kind, JobRow.key == key, JobRow.state == JobState.WAITING)
        return self.session.scalar(query.limit(1)) is not None

    def _set(self, job_id: int, **values: object) -> None:
        self.session.execute(update(JobRow).where(JobRow.id == job_id).values(**values))


def _is_due(now: datetime, kinds: Collection[JobKind]) -> ColumnElement[bool]:
    waits = (JobRow.state == JobState.WAITING) & (JobRow.run_at <= now)
    abandoned = (JobRow.state == JobState.RUNNING) & (JobRow.lease_until < now)
    return JobRow.kind.in_(kinds) & or_(waits, abandoned)


def _job(row: JobRow) -> Job:
    return Job(
        id=row.id,
        kind=JobKind(row.kind),
        key=row.key,
        payload=row.payload,
        state=JobState(row.state),
        attempts=row.attempts,
        run_at=row.run_at,
        last_error=row.last_error,
    )
