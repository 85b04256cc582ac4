"""What is due of a request, and how much working time is left."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from portal.domain.business_hours import parse_business_hours
from portal.domain.conversations import ConversationState
from portal.domain.targets import TargetKind, Targets
from tests.conversation_builders import conversation

HOURS = parse_business_hours("mon-fri 09:00-18:00", holidays="", time_zone="UTC")
TARGETS = Targets(hours=HOURS, solve_within_minutes=600)
#: A Friday afternoon.
FRIDAY = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
REQUEST = replace(conversation(), created_at=FRIDAY, reply_expected_at=FRIDAY + timedelta(hours=1))


def test_nights_and_weekends_do_not_count() -> None:
    reply, solution = TARGETS.of(REQUEST, FRIDAY)
    assert (reply.kind, reply.late, reply.minutes) == (TargetKind.FIRST_REPLY, False, 60)
    assert (solution.kind, solution.due_at) == (TargetKind.SOLUTION, datetime(2026, 11, 23, 17, 0, tzinfo=UTC))
    assert solution.minutes == 600


@pytest.mark.parametrize(
    ("now", "late", "minutes", "near"),
    [
        (FRIDAY + timedelta(minutes=20), False, 40, True),
        (FRIDAY + timedelta(minutes=60), False, 0, True),
        (FRIDAY + timedelta(minutes=100), True, 40, False),
        (FRIDAY + timedelta(days=1), True, 60, False),
    ],
)
def test_a_target_is_near_then_late(now: datetime, late: bool, minutes: int, near: bool) -> None:
    target = TARGETS.of(REQUEST, now)[0]
    assert (target.late, target.minutes, target.near) == (late, minutes, near)


def test_after_the_first_reply_the_next_is_due_while_it_is_our_turn() -> None:
    again = replace(REQUEST, first_reply_at=FRIDAY, state=ConversationState.OPEN)
    assert [each.kind for each in TARGETS.of(again, FRIDAY)] == [TargetKind.REPLY, TargetKind.SOLUTION]
    theirs = replace(again, state=ConversationState.WAITING_FOR_CUSTOMER)
    assert [each.kind for each in TARGETS.of(theirs, FRIDAY)] == [TargetKind.SOLUTION]
    assert TARGETS.of(replace(again, state=ConversationState.SOLVED), FRIDAY) == ()
