from __future__ import annotations

from datetime import timedelta

import pytest

from portal.domain.mail import (
    OUTAGE_GIVE_UP,
    OUTAGE_RETRY_MAX,
    OUTAGE_RETRY_MIN,
    RETRY_AFTER,
    MailFault,
    answer_subject,
    plan_mail_retry,
)
from tests.conversation_builders import NOW


def test_a_refused_mail_is_given_up_at_once() -> None:
    assert plan_mail_retry(MailFault.REFUSED, attempts=1, created_at=NOW, now=NOW) is None


def test_a_mail_the_server_wants_later_waits_longer_each_time() -> None:
    plans = [plan_mail_retry(MailFault.LATER, attempts=n, created_at=NOW, now=NOW) for n in range(1, 9)]
    assert plans == [*(NOW + wait for wait in RETRY_AFTER), None]
    assert list(RETRY_AFTER) == sorted(RETRY_AFTER)


def test_during_an_outage_no_mail_waits_long_and_none_is_given_up_for_days() -> None:
    def wait(age: timedelta) -> timedelta | None:
        plan = plan_mail_retry(MailFault.OUTAGE, attempts=99, created_at=NOW - age, now=NOW)
        return plan and plan - NOW

    assert wait(timedelta(0)) == OUTAGE_RETRY_MIN
    assert wait(timedelta(minutes=10)) == timedelta(minutes=5)
    assert wait(timedelta(days=4)) == OUTAGE_RETRY_MAX
    assert wait(OUTAGE_GIVE_UP) is None


@pytest.mark.parametrize("subject", ["My hub", "Re: My hub", "RE: re: My hub", "AW: Re[2]: My hub", " SV : My hub"])
def test_an_answer_is_marked_as_one_once(subject: str) -> None:
    assert answer_subject(subject) == "Re: My hub"
