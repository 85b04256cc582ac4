"""Live chats: how soon messages reach open pages while hundreds of these are open, and what that costs the server.

python -m benchmarks.chat [--chats 200] [--rate 20] [--seconds 30] [--quiet-seconds 15] [--json]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import numpy as np
import psutil

from portal.container import Container
from portal.domain.conversations import Channel, HandoffReason, NewConversation, new_reference
from portal.domain.journeys import Journey
from portal.domain.live import BEAT_SECONDS
from portal.settings import Settings
from tests.chat_clients import Browser
from tests.live_site import REPOSITORY, end, environment_for, free_port, portal_command, run_portal, wait_until_ready

#: What an open chat should see within this, in milliseconds, for 19 of 20 messages.
TARGET_MS = 1_000
#: Messages that have not arrived so long after the last one was sent are lost, in seconds.
PATIENCE_SECONDS = 10.0
MEGABYTE = 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What to measure: so many open chats, messages a second in all of them together, and for how long."""

    chats: int
    rate: float
    seconds: float
    quiet_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came out.

    Attributes:
        sent: Messages; `delivered` of them reached the page of their chat.
        p50_ms: With the two after it, from before a message was sent until the page of its chat had it.
        stored_ms: Median time until who sent it was told that it is stored.
        streams: Pages that were held open; the others would have to ask.
        idle_cpu: Share of one core while nothing is said, signs of life of all pages included.
        busy_cpu: The same while messages are sent.
        before_mb: Memory of the site's processes without open pages, not shared with others; `after_mb` with them.
    """

    sent: int
    delivered: int
    p50_ms: float
    p95_ms: float
    max_ms: float
    stored_ms: float
    streams: int
    idle_cpu: float
    busy_cpu: float
    before_mb: float
    after_mb: float


@dataclass(slots=True, kw_only=True)
class Page:
    """A customer's open page."""

    path: str
    arrived: dict[str, float] = field(default_factory=dict)
    connected: asyncio.Event = field(default_factory=asyncio.Event)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, and print what came out; 1 when it is slower than it should be, or a message was lost."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--chats", type=int, default=200)
    parser.add_argument("--rate", type=float, default=20.0)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--quiet-seconds", type=float, default=15.0)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    options = Options(chats=given.chats, rate=given.rate, seconds=given.seconds, quiet_seconds=given.quiet_seconds)
    with tempfile.TemporaryDirectory(prefix="portal-chat-") as folder:
        result = measure(options, Path(folder))
    print(json.dumps(asdict(result)) if given.json else in_words(options, result))
    return 0 if result.delivered == result.sent and result.p95_ms < TARGET_MS else 1


def measure(options: Options, folder: Path) -> Result:
    """Serve an instance of its own and chat with it."""
    port = free_port()
    environment = environment_for(folder / "instance", folder / "none", f"http://127.0.0.1:{port}")
    run_portal(environment, "init")
    log = folder / "serve.log"
    with log.open("wb") as out:
        server = subprocess.Popen(
            [*portal_command(), "serve", "--port", str(port), "--quiet"],
            env=environment,
            cwd=REPOSITORY,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
        try:
            wait_until_ready(f"http://127.0.0.1:{port}", server, log)
            pages = [Page(path=path) for path in begin_chats(Path(environment["PORTAL_INSTANCE"]), options.chats)]
            return asyncio.run(Load(port, server.pid, pages, options).run())
        except RuntimeError:
            print(log.read_text(errors="replace")[-4_000:], file=sys.stderr)
            raise
        finally:
            end(server)


def begin_chats(instance: Path, number: int) -> list[str]:
    """Store chats; returns the paths of their private links."""
    container = Container(Settings(_env_file=None, instance=instance))
    now, paths = container.clock.now(), []
    with container.database.work() as work:
        for count in range(number):
            new = NewConversation(
                reference=new_reference(secrets.choice),
                form_key=f"chat {count}",
                reason=HandoffReason.CHOSE_HUMAN,
                name="Ada Berg",
                email="ada@example.org",
                user_id=None,
                locale="en",
                journey=Journey(id=""),
                message="Hello",
                created_at=now,
                reply_expected_at=now,
                channel=Channel.CHAT,
            )
            paths.append(f"/requests/{container.private_links.token(work.conversations.add(new))}")
    container.database.dispose()
    return paths


class Load:
    """All pages of a load test, in one process beside the server's."""

    def __init__(self, port: int, server_pid: int, pages: list[Page], options: Options) -> None:
        self.port = port
        self.server = psutil.Process(server_pid)
        self.pages = pages
        self.options = options
        self.browser = Browser(port)
        self.sent: dict[str, float] = {}
        self.stored: list[float] = []

    async def run(self) -> Result:
        """Open the pages, be quiet, chat, and say what came out."""
        self.browser.open(self.pages[0].path)
        before_mb = self.memory_mb()
        streams = [asyncio.create_task(self.follow(page)) for page in self.pages]
        beats = [asyncio.create_task(self.beat(page, number)) for number, page in enumerate(self.pages)]
        await asyncio.gather(*(asyncio.wait_for(page.connected.wait(), PATIENCE_SECONDS * 3) for page in self.pages))
        idle_cpu = await self.cpu_during(asyncio.sleep(self.options.quiet_seconds))
        busy_cpu = await self.cpu_during(self.chat())
        await self.wait_for_the_last()
        after_mb = self.memory_mb()
        for task in (*streams, *beats):
            task.cancel()
        await asyncio.gather(*streams, *beats, return_exceptions=True)
        return self.result(idle_cpu=idle_cpu, busy_cpu=busy_cpu, before_mb=before_mb, after_mb=after_mb)

    async def follow(self, page: Page) -> None:
        """Read a page's stream, and note when each message arrived."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        head = f"GET {page.path}/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
        writer.write(head.encode())
        while line := await reader.readline():
            if line.startswith(b"event: state"):
                page.connected.set()
            elif line.startswith(b"data: {") and b'"key": "' in line:
                page.arrived[json.loads(line[6:])["key"]] = time.perf_counter()
        writer.close()

    async def beat(self, page: Page, number: int) -> None:
        """Say every few seconds that a page is open, as pages do; not all at once."""
        await asyncio.sleep(BEAT_SECONDS * number / len(self.pages))
        while True:
            await self.post(f"{page.path}/presence", {})
            await asyncio.sleep(BEAT_SECONDS)

    async def chat(self) -> None:
        """Send messages at an even rate, in turn through all chats."""
        started, tasks = time.perf_counter(), []
        for number in range(int(self.options.rate * self.options.seconds)):
            await asyncio.sleep(max(0.0, started + number / self.options.rate - time.perf_counter()))
            tasks.append(asyncio.create_task(self.say(self.pages[number % len(self.pages)], number)))
        await asyncio.gather(*tasks)

    async def say(self, page: Page, number: int) -> None:
        """Send one message."""
        key = secrets.token_hex(16)
        self.sent[key] = time.perf_counter()
        await self.post(page.path, {"message": f"Message {number}, as long as people write them.", "form_key": key})
        self.stored.append(time.perf_counter() - self.sent[key])

    async def post(self, path: str, fields: dict[str, str]) -> None:
        """Send a form on a connection of its own."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        body = urlencode({**fields, "csrf_token": self.browser.token}).encode()
        head = (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {self.browser.cookie}\r\nAccept: application/json\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\nConnection: close\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        writer.write(head.encode() + body)
        status = (await reader.readline()).split()
        await reader.read()
        writer.close()
        if status[1] not in (b"200", b"204"):
            raise RuntimeError(f"The server answered {status!r} to {path}.")

    async def cpu_during(self, what: asyncio.Future[None] | object) -> float:
        """Return the share of one core that the site took while something was done."""
        began, used = time.perf_counter(), self.cpu_seconds()
        await what  # type: ignore[misc]
        return round((self.cpu_seconds() - used) / (time.perf_counter() - began), 3)

    async def wait_for_the_last(self) -> None:
        """Give messages that are still on their way some time."""
        ends = time.perf_counter() + PATIENCE_SECONDS
        while len(self.arrivals()) < len(self.sent) and time.perf_counter() < ends:
            await asyncio.sleep(0.1)

    def arrivals(self) -> list[float]:
        """Return how long each message took that arrived, in seconds."""
        arrived = {key: at for page in self.pages for key, at in page.arrived.items()}
        return [arrived[key] - sent for key, sent in self.sent.items() if key in arrived]

    def family(self) -> list[psutil.Process]:
        """Return the server's processes, without the worker for jobs."""
        children = self.server.children(recursive=True)
        return [self.server, *(child for child in children if "worker" not in child.cmdline())]

    def cpu_seconds(self) -> float:
        """Return the processor time that the site has taken so far."""
        return float(sum(times.user + times.system for times in (one.cpu_times() for one in self.family())))

    def memory_mb(self) -> float:
        """Return the memory of the site's processes that they share with nobody."""
        return round(sum(one.memory_full_info().uss for one in self.family()) / MEGABYTE, 1)

    def result(self, *, idle_cpu: float, busy_cpu: float, before_mb: float, after_mb: float) -> Result:
        """Put the figures together."""
        took = np.asarray(self.arrivals() or [float("inf")]) * 1000
        p50, p95 = np.percentile(took, [50, 95])
        return Result(
            sent=len(self.sent),
            delivered=len(self.arrivals()),
            p50_ms=round(float(p50), 1),
            p95_ms=round(float(p95), 1),
            max_ms=round(float(took.max()), 1),
            stored_ms=round(float(np.median(self.stored or [0.0])) * 1000, 1),
            streams=sum(page.connected.is_set() for page in self.pages),
            idle_cpu=idle_cpu,
            busy_cpu=busy_cpu,
            before_mb=before_mb,
            after_mb=after_mb,
        )


def in_words(options: Options, result: Result) -> str:
    """Say what came out."""
    return "\n".join(
        (
            f"{result.streams} open chats, {options.rate:g} messages a second for {options.seconds:g} s",
            f"delivered        {result.delivered} of {result.sent}",
            f"until the page   p50 {result.p50_ms} ms, p95 {result.p95_ms} ms, longest {result.max_ms} ms"
            f" (p95 should be below {TARGET_MS} ms)",
            f"until stored     p50 {result.stored_ms} ms",
            f"processor        {result.idle_cpu:.0%} of a core in silence, {result.busy_cpu:.0%} with messages",
            f"memory           {result.before_mb} MB without open pages, {result.after_mb} MB with them",
        )
    )


if __name__ == "__main__":
    sys.exit(main())
