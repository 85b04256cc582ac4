from __future__ import annotations

from portal.domain.jobs import MAX_ATTEMPTS, RETRY_AFTER, plan_retry
from tests.conversation_builders import NOW


def test_a_failing_job_is_given_up_at_the_eighth_attempt() -> None:
    plans = [plan_retry(attempts=n, now=NOW) for n in range(1, MAX_ATTEMPTS + 1)]
    assert plans == [*(NOW + wait for wait in RETRY_AFTER), None]
    assert MAX_ATTEMPTS == 8
