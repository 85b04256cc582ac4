"""Targets of a request: by when it should be replied to and solved, and how much working time is left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from portal.domain.business_hours import BusinessHours
from portal.domain.conversations import WAITING_FOR_US, Conversation, ConversationState, ConversationSummary

#: With less than this left a target is near, in business minutes.
NEAR_MINUTES = 60


class TargetKind(StrEnum):
    """What is due."""

    FIRST_REPLY = "first_reply"
    REPLY = "reply"
    SOLUTION = "solution"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Something due at a time.

    Attributes:
        late: Whether the time has passed.
        minutes: Business minutes that are left, or by which it is late; 0 or more.
    """

    kind: TargetKind
    due_at: datetime
    late: bool
    minutes: int

    @property
    def near(self) -> bool:
        """Whether it is nearly due."""
        return not self.late and self.minutes < NEAR_MINUTES


@dataclass(frozen=True, slots=True, kw_only=True)
class Targets:
    """By what the desk measures itself.

    Attributes:
        solve_within_minutes: Business minutes from a request to its solution.
    """

    hours: BusinessHours
    solve_within_minutes: int

    def of(self, request: Conversation | ConversationSummary, now: datetime) -> tuple[Target, ...]:
        """Return what is due of a request, the reply first; nothing of one that is solved."""
        found = []
        if request.state in WAITING_FOR_US:
            kind = TargetKind.REPLY if request.first_reply_at else TargetKind.FIRST_REPLY
            found.append(self._target(kind, request.reply_expected_at, now))
        if request.state is not ConversationState.SOLVED:
            due = self.hours.add_business_minutes(request.created_at, self.solve_within_minutes)
            found.append(self._target(TargetKind.SOLUTION, due, now))
        return tuple(found)

    def _target(self, kind: TargetKind, due_at: datetime, now: datetime) -> Target:
        late = due_at < now
        begin, end = (due_at, now) if late else (now, due_at)
        return Target(kind=kind, due_at=due_at, late=late, minutes=self.hours.business_minutes_between(begin, end))
