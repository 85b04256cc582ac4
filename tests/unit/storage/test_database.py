from __future__ import annotations

import threading

import pytest
from sqlalchemy.exc import OperationalError

from portal.domain.clock import FrozenClock
from portal.storage.database import Database


def test_writers_of_one_process_wait_for_one_another(database: Database, clock: FrozenClock) -> None:
    order: list[str] = []
    inside, wanted = threading.Event(), threading.Event()

    def second() -> None:
        inside.wait()
        wanted.set()
        with database.work() as work:
            order.append("second")
            work.live.announce("b", clock.now())

    other = threading.Thread(target=second)
    other.start()
    with database.work() as work:
        inside.set()
        wanted.wait()
        work.live.announce("a", clock.now())
        order.append("first")
    other.join()
    assert order == ["first", "second"]


def test_a_writer_gives_up_when_another_takes_too_long_and_the_next_one_does_not(
    database: Database, clock: FrozenClock
) -> None:
    with database.work() as slow:
        slow.live.announce("a", clock.now())
        slow.live.newest()
        failed: list[BaseException] = []

        def impatient() -> None:
            try:
                with database.work(0.01) as work:
                    work.live.newest()
            except OperationalError as error:
                failed.append(error)

        other = threading.Thread(target=impatient)
        other.start()
        other.join()
        assert len(failed) == 1
    with database.work(0.01) as work:
        work.live.announce("b", clock.now())


def test_a_writer_that_fails_lets_the_next_one_in(database: Database, clock: FrozenClock) -> None:
    with pytest.raises(RuntimeError, match="broken"), database.work() as work:
        work.live.announce("a", clock.now())
        raise RuntimeError("broken")
    with database.work(0.01) as work:
        assert work.live.newest() == 0
