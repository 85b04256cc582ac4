"""A process beside this one: started with it, started again when it dies, ended with it."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import threading
import time
from collections.abc import Sequence

logger = logging.getLogger(__name__)

#: Between two looks at the process, in seconds.
LOOK_SECONDS = 0.5
#: Before a process that died is started again, in seconds; doubled each time it dies young.
FIRST_PAUSE_SECONDS = 1.0
#: Longest pause, in seconds.
LONGEST_PAUSE_SECONDS = 60.0
#: A process that lived for so long did not die of its start; the pauses begin anew. In seconds.
GROWN_UP_SECONDS = 60.0


class Companion:
    """Keeps one command running from `start` to `stop`."""

    def __init__(self, command: Sequence[str], *, first_pause_seconds: float = FIRST_PAUSE_SECONDS) -> None:
        self._command = list(command)
        self._first_pause_seconds = first_pause_seconds
        self._stopping = threading.Event()
        self._starting = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._watch = threading.Thread(target=self._keep_running, name="companion", daemon=True)

    def keep_forks_apart(self) -> None:
        """Let this process fork only while the companion is not just being started; to be called once, before both.

        A fork in between would inherit a pipe that the start waits to see closed, and the start would never end.
        """
        free = self._starting.release
        os.register_at_fork(before=self._starting.acquire, after_in_parent=free, after_in_child=free)

    def start(self) -> None:
        """Start the process, and a thread that watches over it."""
        self._watch.start()

    def stop(self, patience_seconds: float) -> None:
        """Ask the process to end, and end it when it does not; returns when it is gone."""
        self._stopping.set()
        if self._watch.is_alive():
            self._watch.join(patience_seconds)
        process = self._process
        if process is None or process.poll() is not None:
            return
        process.terminate()
        try:
            process.wait(patience_seconds)
        except subprocess.TimeoutExpired:
            logger.warning("The process %d did not end in %.0f s and was killed.", process.pid, patience_seconds)
            process.kill()
            process.wait()

    def _keep_running(self) -> None:
        pause_seconds = self._first_pause_seconds
        while not self._stopping.is_set():
            lived_seconds = self._run_once()
            if self._stopping.is_set():
                return
            if lived_seconds >= GROWN_UP_SECONDS:
                pause_seconds = self._first_pause_seconds
            logger.warning("The process beside the site ended; it is started again in %.0f s.", pause_seconds)
            self._stopping.wait(pause_seconds)
            pause_seconds = min(pause_seconds * 2, LONGEST_PAUSE_SECONDS)

    def _run_once(self) -> float:
        """Start the process and return how many seconds it lived, or how many until `stop` was called."""
        began = time.monotonic()
        try:
            with self._starting:
                self._process = subprocess.Popen(self._command, stdin=subprocess.DEVNULL)  # noqa: S603
        except OSError:
            logger.exception("The process beside the site could not be started.")
            return 0.0
        while self._process.poll() is None and not self._stopping.wait(LOOK_SECONDS):
            pass
        return time.monotonic() - began


def end_with_parent(parent_id: int, *, look_seconds: float = LOOK_SECONDS) -> None:
    """Ask this process to end as soon as the one that started it is gone, however that ended.

    Args:
        parent_id: The process id of the parent.
        look_seconds: Between two looks at who the parent is.
    """

    def watch() -> None:
        while os.getppid() == parent_id:
            time.sleep(look_seconds)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="parent", daemon=True).start()
