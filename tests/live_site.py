"""The whole portal as a customer meets it: its own commands, a server on a free port, the shipped articles, a model."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
#: Building the index loads the model and embeds every article: minutes on a busy machine.
INDEX_TIMEOUT_SECONDS = 900
START_TIMEOUT_SECONDS = 90
STOP_TIMEOUT_SECONDS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveSite:
    """A running portal.

    Attributes:
        url: Its address, without a trailing slash.
        instance: The folder with its database and index.
        environment: What its commands run with.
    """

    url: str
    instance: Path
    environment: dict[str, str]

    def portal(self, *arguments: str) -> str:
        """Run one of the portal's commands on this instance and return what it printed."""
        return run_portal(self.environment, *arguments)


@contextmanager
def live_site(instance: Path, articles: Path = REPOSITORY / "articles") -> Iterator[LiveSite]:
    """Set up an instance with demo people, articles and index, serve it, and end it with the block."""
    with served(instance, articles, commands=(("init", "--demo"), ("sync",), ("index",))) as running:
        yield running


@contextmanager
def served(
    instance: Path,
    articles: Path = REPOSITORY / "articles",
    *,
    commands: tuple[tuple[str, ...], ...] = (("init", "--demo"),),
    **settings: str,
) -> Iterator[LiveSite]:
    """Set up an instance by these commands, serve it with settings of its own, and end it with the block."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    environment = environment_for(instance, articles, url) | settings
    for command in commands:
        run_portal(environment, *command)
    with (instance / "serve.log").open("wb") as log:
        server = subprocess.Popen(
            [*portal_command(), "serve", "--port", str(port)],
            env=environment,
            cwd=REPOSITORY,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            wait_until_ready(url, server, Path(log.name))
            yield LiveSite(url=url, instance=instance, environment=environment)
        finally:
            end(server)


def portal_command() -> list[str]:
    """The portal's command in this very Python."""
    return [sys.executable, "-c", "from portal.cli import main; main()"]


def environment_for(instance: Path, articles: Path, url: str) -> dict[str, str]:
    """What the commands run with: nothing of the caller's own settings, and no limits that a fast tester would meet."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
    return kept | {
        "HF_HUB_OFFLINE": "1",
        "PORTAL_INSTANCE": str(instance),
        "PORTAL_ARTICLES": str(articles),
        "PORTAL_PUBLIC_URL": url,
        "PORTAL_RATE_LIMITS": "false",
        # two cores of a busy machine can take longer over a first query than a customer's server would
        "PORTAL_ENCODER_TIMEOUT_MS": "5000",
    }


def run_portal(environment: dict[str, str], *arguments: str) -> str:
    """Run one of the portal's commands to its end.

    Raises:
        RuntimeError: with everything it printed, where it did not end well.
    """
    done = subprocess.run(
        [*portal_command(), *arguments],
        env=environment,
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=INDEX_TIMEOUT_SECONDS,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"portal {' '.join(arguments)} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}")
    return done.stdout


def free_port() -> int:
    """A port of this machine that nobody uses right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_ready(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    """Wait for the first answer.

    Raises:
        RuntimeError: with what the server printed, where it ended or kept silent.
    """
    deadline = time.monotonic() + START_TIMEOUT_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise RuntimeError(f"The site did not start:\n{log.read_text(errors='replace')}")


def end(server: subprocess.Popen[bytes]) -> None:
    """End the server and its worker kindly, and after a while less kindly."""
    server.terminate()
    try:
        server.wait(STOP_TIMEOUT_SECONDS)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
