"""Open pages hear of changes: one thread of each process follows the signals in the database, and wakes those who wait.

Nothing but the fact of a change passes here. What changed is read from the database by whoever was woken, so a signal
that is lost costs a moment and never a message.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager

from portal.domain.clock import Clock
from portal.domain.live import PRESENT_FOR
from portal.storage.database import Database

logger = logging.getLogger(__name__)

#: Between two looks at the signals, in seconds: what another process wrote is told after half of that on average.
LOOK_SECONDS = 0.2
#: After the database could not be read, in seconds.
TROUBLE_SECONDS = 2.0


class Subscription:
    """One page's wait for changes of its topics."""

    def __init__(self, topics: Collection[str]) -> None:
        self.topics = frozenset(topics)
        self._woken = threading.Event()

    def wait(self, timeout_seconds: float) -> bool:
        """Wait for a change; False when there was none in time. Changes while nobody waited are not missed."""
        woken = self._woken.wait(timeout_seconds)
        self._woken.clear()
        return woken

    def wake(self) -> None:
        """End the wait."""
        self._woken.set()


class LiveChanges:
    """Wakes subscriptions when their topics change, whichever process changed them."""

    def __init__(self, database: Database, clock: Clock, *, look_seconds: float = LOOK_SECONDS) -> None:
        self._database = database
        self._clock = clock
        self._look_seconds = look_seconds
        self._lock = threading.Lock()
        self._subscriptions: set[Subscription] = set()
        self._nudged = threading.Event()
        self._thread: threading.Thread | None = None
        self._seen = 0
        self._closing = threading.Event()

    @property
    def closing(self) -> bool:
        """Whether this process is about to end, so that nobody should wait any more."""
        return self._closing.is_set()

    def close(self) -> None:
        """Wake everybody who waits, because this process is about to end."""
        self._closing.set()
        with self._lock:
            waiting = tuple(self._subscriptions)
        for subscription in waiting:
            subscription.wake()

    @contextmanager
    def follow(self, topics: Collection[str]) -> Iterator[Subscription]:
        """Follow some topics for the length of a block."""
        subscription = Subscription(topics)
        with self._lock:
            self._subscriptions.add(subscription)
            if self._thread is None:
                self._seen = self._newest()
                self._thread = threading.Thread(target=self._watch, name="live", daemon=True)
                self._thread.start()
        try:
            yield subscription
        finally:
            with self._lock:
                self._subscriptions.discard(subscription)

    def count(self) -> int:
        """Return how many pages of this process wait for changes."""
        with self._lock:
            return len(self._subscriptions)

    def nudge(self) -> None:
        """Look at the signals at once: this process has just written one."""
        self._nudged.set()

    def forget(self) -> None:
        """Delete signals and presences that are of no use any more."""
        with self._database.work() as work:
            work.live.forget(self._clock.now() - 10 * PRESENT_FOR)

    def _watch(self) -> None:
        while True:
            self._nudged.wait(self._look_seconds)
            self._nudged.clear()
            with self._lock:
                if not self._subscriptions:
                    self._thread = None
                    return
            try:
                self._tell()
            except Exception:
                logger.exception("Changes could not be looked for; pages are told a little later.")
                time.sleep(TROUBLE_SECONDS)

    def _tell(self) -> None:
        with self._database.read() as work:
            signals = work.live.list_since(self._seen)
        if not signals:
            return
        self._seen = signals[-1][0]
        changed = {topic for _, topic in signals}
        with self._lock:
            waiting = [each for each in self._subscriptions if not each.topics.isdisjoint(changed)]
        for subscription in waiting:
            subscription.wake()

    def _newest(self) -> int:
        with self._database.read() as work:
            return work.live.newest()


class Places:
    """How many pages of this process may stay connected at a time, in all and for each of them."""

    def __init__(self, *, most: int, most_for_one: int) -> None:
        self._most = most
        self._most_for_one = most_for_one
        self._lock = threading.Lock()
        self._taken: Counter[str] = Counter()

    def take(self, name: str) -> bool:
        """Take a place for this name; False when there is none left."""
        with self._lock:
            if self._taken.total() >= self._most or self._taken[name] >= self._most_for_one:
                return False
            self._taken[name] += 1
            return True

    def give_back(self, name: str) -> None:
        """Give a place back that was taken for this name."""
        with self._lock:
            self._taken[name] -= 1
            if self._taken[name] <= 0:
                del self._taken[name]

    def count(self) -> int:
        """Return how many places are taken."""
        with self._lock:
            return self._taken.total()
