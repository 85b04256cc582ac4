"""Failed sign-ins counted in the database, so that guessing is slow whichever process is asked."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.domain.clock import Clock
from portal.domain.errors import TooManyAttempts
from portal.storage.database import Database, UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class ThrottleLimits:
    """How many failed attempts are borne.

    Attributes:
        per_account: Failures for one account within the window.
        per_address: Failures from one network address within the window.
        window: How long a failure counts.
    """

    per_account: int
    per_address: int
    window: timedelta


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt that counts as failed until it is taken back.

    Attributes:
        account_key: Hash of the account it was made on.
        ids: Its entries, one for the account and one for the address if there is one.
    """

    account_key: str
    ids: tuple[int, ...]


class Throttle:
    """Lets a few attempts through; the rest have to wait."""

    def __init__(self, database: Database, clock: Clock, *, secret: str, limits: ThrottleLimits) -> None:
        """Bring together what counting needs.

        Args:
            secret: Keys the hashes under which attempts are kept, so that the table names nobody.
        """
        self._database = database
        self._clock = clock
        self._secret = secret.encode()
        self._limits = limits

    def begin(self, account: str, *, address: str = "") -> Attempt:
        """Count an attempt as failed before anything is looked at, so that many at once cannot slip past the limit.

        Args:
            account: What is being guessed at, such as an e-mail address; need not exist.
            address: Network address of the visitor; empty where it does not matter.

        Raises:
            TooManyAttempts: If the account or the address has used up its failures.
        """
        now = self._clock.now()
        keys = {self._key("account", account): self._limits.per_account}
        if address:
            keys[self._key("address", address)] = self._limits.per_address
        with self._database.work() as work:
            work.users.prune_attempts(before=now - self._limits.window)
            for key, limit in keys.items():
                self._refuse_when_full(work, key, limit, now)
            ids = tuple(work.users.add_attempt(key, at=now) for key in keys)
        return Attempt(account_key=next(iter(keys)), ids=ids)

    def succeed(self, attempt: Attempt) -> None:
        """Take an attempt back that turned out right, and forget the failures of its account.

        Those of the address stay: one account of one's own must not be a way to guess at others without end.
        """
        with self._database.work() as work:
            work.users.remove_attempts(attempt.ids)
            work.users.forget_attempts(attempt.account_key)

    def forgive(self, account: str) -> None:
        """Forget the failures of an account, as when an admin sets its password."""
        with self._database.work() as work:
            work.users.forget_attempts(self._key("account", account))

    def _key(self, kind: str, value: str) -> str:
        return hmac.digest(self._secret, f"{kind} {value}".encode("utf-8", "replace"), "sha256").hex()

    def _refuse_when_full(self, work: UnitOfWork, key: str, limit: int, now: datetime) -> None:
        times = work.users.list_attempts(key, since=now - self._limits.window)
        if len(times) < limit:
            return
        free_at = times[-limit] + self._limits.window
        wait_seconds = max(1, round((free_at - now).total_seconds()))
        raise TooManyAttempts(
            f"There were too many attempts. Please try again in {-(-wait_seconds // 60)} min.",
            retry_after_seconds=wait_seconds,
        )
