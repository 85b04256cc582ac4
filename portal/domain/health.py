"""How well an instance is, in records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from search_index import DegradedReason


class CheckState(StrEnum):
    """What a check found. WARN: it works, but not as well or as safely as it could. FAIL: something does not work."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One line of a diagnosis.

    Attributes:
        name: What was looked at, in one or two words.
        message: What was found.
        way_out: What to do about it; empty when there is nothing to do.
    """

    name: str
    state: CheckState
    message: str
    way_out: str = ""


def worst_state(checks: Sequence[Check]) -> CheckState:
    """Return the worst of what was found; OK when nothing was looked at."""
    order = list(CheckState)
    return max((check.state for check in checks), key=order.index, default=CheckState.OK)


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """Whether visitors can be sent to this process.

    Attributes:
        ready: The database answers and has the right shape. A missing index does not matter: people can still ask.
        database: ``current``, or what is wrong with it.
        index_problem: Why searches are degraded; empty when they are not.
    """

    ready: bool
    database: str
    index_problem: str
    generation: str
    articles: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Troubles:
    """What an admin should know of when opening any page.

    Attributes:
        index_problem: What is wrong with the search; None when all is well.
        mails_not_sent: Mails kept or given up.
        dead_jobs: Jobs given up.
        waiting_since_seconds: For how long the oldest due job has been waiting; 0 when none waits.
        paused_webhooks: Addresses that are told nothing any more because they failed for days.
    """

    index_problem: DegradedReason | None = None
    mails_not_sent: int = 0
    dead_jobs: int = 0
    waiting_since_seconds: int = 0
    paused_webhooks: int = 0
