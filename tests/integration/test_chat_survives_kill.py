"""The server is killed while fifty chats exchange messages: none is lost, none is doubled, and readers miss nothing."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from portal.container import Container
from portal.domain.conversations import AuthorKind, Channel, new_reference
from portal.settings import Settings
from tests.chat_clients import Browser
from tests.conversation_builders import new_conversation
from tests.live_site import REPOSITORY, environment_for, free_port, portal_command, run_portal, wait_until_ready
from tests.visits import PASSWORDS

CHATS = 50
SAID_BY_EACH = 6
#: Chats whose customers read along by a stream.
READERS = 10
#: Messages stored before the server is killed, so that it is killed in the midst of them.
BEFORE_THE_END = 60
PATIENCE_SECONDS = 120.0


@dataclass
class Killable:
    """A portal that can be killed and started again."""

    port: int
    environment: dict[str, str]
    folder: Path
    process: subprocess.Popen[bytes] = field(init=False)

    def start(self) -> None:
        log = self.folder / "serve.log"
        with log.open("ab") as out:
            self.process = subprocess.Popen(
                [*portal_command(), "serve", "--port", str(self.port), "--no-worker", "--quiet"],
                env=self.environment,
                cwd=REPOSITORY,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        wait_until_ready(f"http://127.0.0.1:{self.port}", self.process, log)

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Killable]:
    port = free_port()
    environment = environment_for(tmp_path / "instance", tmp_path / "none", f"http://127.0.0.1:{port}")
    environment |= {"PORTAL_PASSWORD_TIME_COST": "1", "PORTAL_PASSWORD_MEMORY_KIB": "8"}
    run_portal(environment, "init", "--demo")
    served = Killable(port=port, environment=environment, folder=tmp_path)
    served.start()
    yield served
    served.kill()


@pytest.fixture
def container(served: Killable) -> Iterator[Container]:
    container = Container(Settings(_env_file=None, instance=Path(served.environment["PORTAL_INSTANCE"])))
    yield container
    container.database.dispose()


def begin_chats(container: Container) -> dict[str, str]:
    """Store the chats; returns the path of the private link by reference."""
    paths = {}
    with container.database.work() as work:
        for number in range(CHATS):
            reference = new_reference(secrets.choice)
            new = new_conversation(reference=reference, form_key=f"key {number}", channel=Channel.CHAT)
            conversation = work.conversations.add(new)
            paths[reference] = f"/requests/{container.private_links.token(conversation)}"
    return paths


def count_messages(container: Container) -> int:
    with container.database.read() as work:
        return sum(len(work.conversations.get(number + 1).messages) for number in range(CHATS))


def say(served: Killable, path: str, name: str) -> dict[str, str]:
    """Write as a customer, each message until it is stored; returns the texts by their keys."""
    browser = Browser(served.port)
    browser.open(path)
    texts = [f"{name} says {number}" for number in range(SAID_BY_EACH)]
    return {browser.send(path, text): text for text in texts}


def answer(agent: Browser, reference: str) -> dict[str, str]:
    text = f"Answer to {reference}"
    return {agent.send(f"/agents/requests/{reference}", text): text}


def read_along(served: Killable, path: str, until: threading.Event) -> list[int]:
    """Follow a chat's stream, coming back whenever it breaks; returns the numbers of the messages it brought."""
    browser, numbers = Browser(served.port), [0]
    while not until.is_set():
        for message in browser.follow(f"{path}/events", after=numbers[-1]):
            numbers.append(message["id"])
        time.sleep(0.2)
    return numbers[1:]


def test_nothing_is_lost_and_nothing_doubled(served: Killable, container: Container) -> None:
    paths, done = begin_chats(container), threading.Event()
    agent = Browser(served.port)
    agent.open("/sign-in")
    agent.ask("POST", "/sign-in", {"email": "agent@ostrel.example", "password": PASSWORDS["agent"]})
    agent.open(f"/agents/requests/{next(iter(paths))}")
    with ThreadPoolExecutor(max_workers=CHATS + READERS + 4) as pool:
        readers = {ref: pool.submit(read_along, served, path, done) for ref, path in list(paths.items())[:READERS]}
        customers = {ref: pool.submit(say, served, path, ref) for ref, path in paths.items()}
        answers = {ref: pool.submit(answer, agent, ref) for ref in paths}
        end = time.monotonic() + PATIENCE_SECONDS
        while count_messages(container) < CHATS + BEFORE_THE_END:
            assert time.monotonic() < end
            time.sleep(0.05)
        served.kill()
        in_the_midst = count_messages(container)
        served.start()
        said = {ref: {**customers[ref].result(), **answers[ref].result()} for ref in paths}
        assert CHATS + BEFORE_THE_END <= in_the_midst < CHATS * (SAID_BY_EACH + 2)
        time.sleep(1.0)  # for the readers to hear the last ones
        done.set()
        served.kill()
        heard = {ref: reader.result() for ref, reader in readers.items()}
    for reference in paths:
        with container.database.read() as work:
            messages = work.conversations.get_by_reference(reference).messages
        assert Counter(message.body for message in messages[1:]) == Counter(said[reference].values())
        assert {message.form_key: message.body for message in messages[1:]} == said[reference]
        customers_words = [message.body for message in messages[1:] if message.author_kind is AuthorKind.CUSTOMER]
        assert customers_words == [f"{reference} says {number}" for number in range(SAID_BY_EACH)]
        if reference in heard:
            assert heard[reference] == [message.id for message in messages]
    served.start()
