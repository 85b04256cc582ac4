from __future__ import annotations

import logging
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from portal.integrations.companion import Companion


def _wait_for(what: Callable[[], object]) -> None:
    end = time.monotonic() + 30
    while not what():
        assert time.monotonic() < end, "It took too long."
        time.sleep(0.02)


def _lines(file: Path) -> list[str]:
    return file.read_text().splitlines() if file.exists() else []


def _script(file: Path, *, then: str) -> list[str]:
    """A command that writes its process id into a file and then does something."""
    source = f"import os, sys, time, signal; open({str(file)!r}, 'a').write(f'{{os.getpid()}}\\n'); {then}"
    return [sys.executable, "-c", source]


def test_a_process_that_dies_is_started_again(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    file = tmp_path / "ids"
    companion = Companion(_script(file, then="sys.exit(1)"), first_pause_seconds=0.01)
    with caplog.at_level(logging.WARNING):
        companion.start()
        _wait_for(lambda: len(_lines(file)) >= 2)
        companion.stop(patience_seconds=5)
    assert len(set(_lines(file))) >= 2
    assert "started again" in caplog.text


def test_stopping_ends_it_kindly(tmp_path: Path) -> None:
    file = tmp_path / "ids"
    kind = "signal.signal(15, lambda *_: (open({0!r}, 'a').write('ended\\n'), sys.exit(0))); time.sleep(60)"
    companion = Companion(_script(file, then=kind.format(str(file))))
    companion.start()
    _wait_for(lambda: _lines(file))
    time.sleep(0.2)
    companion.stop(patience_seconds=10)
    assert _lines(file)[-1] == "ended"


def test_one_that_does_not_want_to_end_is_killed(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    file = tmp_path / "ids"
    companion = Companion(_script(file, then="signal.signal(15, signal.SIG_IGN); time.sleep(60)"))
    companion.start()
    _wait_for(lambda: _lines(file))
    time.sleep(0.2)
    companion.stop(patience_seconds=0.2)
    assert "was killed" in caplog.text


def test_forking_all_the_while_does_not_hold_up_a_start(tmp_path: Path) -> None:
    """In a process of its own, because what is registered for forks stays."""
    file = tmp_path / "ids"
    source = f"""
import os, sys, time
from portal.integrations.companion import Companion
companion = Companion({_script(file, then="sys.exit(0)")!r}, first_pause_seconds=0)
companion.keep_forks_apart()
companion.start()
children = []
end = time.monotonic() + 4
while time.monotonic() < end:
    child = os.fork()
    if child == 0:
        time.sleep(30)
        os._exit(0)
    children.append(child)
    time.sleep(0.002)
    if len(children) > 40:
        os.kill(children[0], 9)
        os.waitpid(children.pop(0), 0)
before = os.path.getsize({str(file)!r})
time.sleep(2)
after = os.path.getsize({str(file)!r})
companion.stop(patience_seconds=5)
for child in children:
    os.kill(child, 9)
print(before > 0, after > before)
"""
    ended = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, timeout=120, check=True)
    assert ended.stdout == "True True\n", ended.stderr


def test_a_command_that_does_not_exist_harms_nothing_else(caplog: pytest.LogCaptureFixture) -> None:
    companion = Companion(["/no/such/command"], first_pause_seconds=0.01)
    companion.start()
    _wait_for(lambda: "could not be started" in caplog.text)
    companion.stop(patience_seconds=1)


def test_stopping_before_the_start_is_fine() -> None:
    Companion(["/no/such/command"]).stop(patience_seconds=1)


def test_a_child_ends_with_its_parent() -> None:
    child = "import os, time; from portal.integrations.companion import end_with_parent; "
    child += "end_with_parent(os.getppid(), look_seconds=0.05); print('ready', flush=True); time.sleep(60)"
    parent = (
        "import subprocess, sys; "
        f"child = subprocess.Popen([sys.executable, '-c', {child!r}], stdout=subprocess.PIPE, text=True); "
        "child.stdout.readline(); print(child.pid, flush=True)"
    )
    ended = subprocess.run([sys.executable, "-c", parent], capture_output=True, text=True, timeout=60, check=True)
    child_id = int(ended.stdout)
    _wait_for(lambda: not _is_running(child_id))


def _is_running(process_id: int) -> bool:
    stat = Path(f"/proc/{process_id}/stat")
    if not Path("/proc").exists():
        return subprocess.run(["ps", "-p", str(process_id)], capture_output=True, check=False).returncode == 0
    return stat.exists() and stat.read_text().rsplit(")", 1)[1].split()[0] != "Z"
