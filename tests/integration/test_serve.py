"""`portal serve` as its owner runs it: processes, signals, a port of its own."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import psutil
import pytest

#: For anything that has to happen on a busy machine, in seconds.
PATIENCE_SECONDS = 60.0


@dataclass
class Served:
    """A running `portal serve`."""

    process: subprocess.Popen[str]
    port: int

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def family(self) -> list[psutil.Process]:
        """The process and all below it."""
        parent = psutil.Process(self.process.pid)
        return [parent, *parent.children(recursive=True)]

    def worker(self) -> psutil.Process | None:
        """The worker beside the site; None while there is none."""
        return next((one for one in self.family()[1:] if "worker" in _arguments(one)), None)


def _arguments(process: psutil.Process) -> list[str]:
    try:
        return list(process.cmdline())
    except psutil.Error:  # gone meanwhile
        return []


def _wait_for(what: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not what():
        assert time.monotonic() < end, "It took too long."
        time.sleep(0.1)


def _answers(served: Served) -> bool:
    assert served.process.poll() is None, served.process.communicate()
    try:
        with urlopen(f"{served.address}/healthz", timeout=5) as answer:  # type: ignore[no-any-return]
            return bool(json.load(answer)["status"] == "up")
    except (URLError, ConnectionError):
        return False


def _alive(processes: list[psutil.Process]) -> list[psutil.Process]:
    return [one for one in processes if _arguments(one)]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    environment = {**os.environ, "PORTAL_INSTANCE": str(tmp_path / "instance"), "HF_HUB_OFFLINE": "1"}
    return environment | {"PORTAL_PASSWORD_TIME_COST": "1", "PORTAL_PASSWORD_MEMORY_KIB": "8"}


def _portal(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "portal", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture
def served(environment: dict[str, str]) -> Iterator[Served]:
    assert _portal(environment, "init", "--demo").returncode == 0
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "portal", "serve", "--port", str(port)]
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    served = Served(process=process, port=port)
    try:
        _wait_for(lambda: _answers(served))
        _wait_for(served.worker)
        yield served
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def test_it_serves_restarts_its_worker_and_leaves_nobody_behind(served: Served, environment: dict[str, str]) -> None:
    first = served.worker()
    assert first is not None
    first.kill()
    _wait_for(lambda: (now := served.worker()) is not None and now.pid != first.pid)

    taken = _portal(environment, "serve", "--port", str(served.port))
    assert taken.returncode == 2
    assert "--port" in taken.stderr

    family = served.family()
    served.process.send_signal(signal.SIGTERM)
    out, err = served.process.communicate(timeout=PATIENCE_SECONDS)
    assert served.process.returncode == 0, err
    assert served.address in out
    assert "customer@ostrel.example" in out
    assert "GET /healthz 200" in err
    assert _alive(family) == []


def test_ctrl_c_ends_it(served: Served) -> None:
    family = served.family()
    os.killpg(served.process.pid, signal.SIGINT)
    _, err = served.process.communicate(timeout=PATIENCE_SECONDS)
    assert served.process.returncode == 0, err
    assert "Traceback" not in err
    assert _alive(family) == []


def test_killed_it_takes_its_children_along(served: Served) -> None:
    family = served.family()
    served.process.kill()
    _wait_for(lambda: _alive(family) == [])


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_without_a_database_it_says_what_to_run(environment: dict[str, str], command: str) -> None:
    ended = _portal(environment, command)
    assert ended.returncode == 2
    assert "portal init" in ended.stderr
    assert "Traceback" not in ended.stderr
