from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from portal.domain.errors import SetupError
from portal.integrations.web_server import BoundedApp, ServerOptions, refuse_taken_address


def test_an_address_in_use_is_refused_with_the_way_out() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(SetupError, match="--port"):
            refuse_taken_address(ServerOptions(host="127.0.0.1", port=port))


def test_a_host_that_is_not_ours_is_refused() -> None:
    with pytest.raises(SetupError, match="--host"):
        refuse_taken_address(ServerOptions(host="192.0.2.1", port=0))


def test_a_free_address_passes() -> None:
    refuse_taken_address(ServerOptions(host="127.0.0.1", port=0))


def test_ipv6_is_written_in_brackets() -> None:
    assert ServerOptions(host="::1", port=80).bind == "[::1]:80"
    assert ServerOptions(host="127.0.0.1", port=80).bind == "127.0.0.1:80"


def test_open_pages_never_take_the_last_thread() -> None:
    options = ServerOptions(host="127.0.0.1", port=0, threads=4, live_pages=100)
    assert options.all_threads > options.live_pages + options.threads


def test_requests_wait_for_their_turn_and_long_answers_do_not_hold_one() -> None:
    inside: list[int] = []
    most: list[int] = []
    lock = threading.Lock()

    def app(_environ: dict[str, object], _start: object) -> Iterator[bytes]:
        with lock:
            inside.append(1)
            most.append(len(inside))
        time.sleep(0.01)
        with lock:
            inside.pop()
        return iter([b"a", b"b"])

    bounded = BoundedApp(app, at_a_time=2, when_stopping=lambda _app: None)
    with ThreadPoolExecutor(max_workers=8) as pool:
        answers = list(pool.map(lambda _number: bounded({}, lambda *_: None), range(8)))
    assert max(most) <= 2
    assert [list(answer) for answer in answers] == [[b"a", b"b"]] * 8


def test_it_tells_the_application_that_it_ends() -> None:
    told: list[object] = []
    app = object()
    BoundedApp(app, at_a_time=1, when_stopping=told.append).stop()
    assert told == [app]
