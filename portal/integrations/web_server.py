"""The web server: gunicorn within this process; the only file that knows it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.workers.gthread import ThreadWorker

from portal.domain.errors import SetupError

#: A request that takes longer is given up and its process replaced, in seconds.
REQUEST_TIMEOUT_SECONDS = 60
#: For requests in hand when the server is told to end, in seconds.
GRACE_SECONDS = 10
#: For the next request on an open connection, in seconds.
KEEP_ALIVE_SECONDS = 5
#: Threads beyond those that work, in which further requests wait for their turn rather than for a thread.
WAITING_THREADS = 32
#: Connections beyond the threads, open between two requests.
SPARE_CONNECTIONS = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerOptions:
    """Where and how wide to serve.

    Attributes:
        port: 0 takes any free one.
        workers: Processes.
        threads: Requests that each of them works on at a time.
        live_pages: Open pages that stay connected to each of them, each in a thread that is made when it is needed.
    """

    host: str
    port: int
    workers: int = 1
    threads: int = 8
    live_pages: int = 256

    @property
    def all_threads(self) -> int:
        """The threads that there may be in a process: open pages never take the last one."""
        return self.threads + self.live_pages + WAITING_THREADS

    @property
    def bind(self) -> str:
        """The address as gunicorn writes it."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerHooks:
    """What happens along with the server.

    Attributes:
        load_app: Makes the WSGI application, in each process of its own.
        when_ready: Called once with the address, such as ``http://127.0.0.1:8000``.
        on_exit: Called when no request is answered any more.
        when_stopping: Called with the application in each process that is told to end, so that answers without an end
            find one; perhaps more than once.
    """

    load_app: Callable[[], Any]
    when_ready: Callable[[str], None]
    on_exit: Callable[[], None]
    when_stopping: Callable[[Any], None] = lambda _app: None


class _Server(BaseApplication):  # type: ignore[misc]
    def __init__(self, options: ServerOptions, hooks: ServerHooks) -> None:
        self._options = options
        self._hooks = hooks
        super().__init__()

    def load_config(self) -> None:
        """Tell gunicorn what to do; its own files and variables are not read."""
        for name, value in _config(self._options, self._hooks).items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """Make the application, in the process that is to run it."""
        return BoundedApp(
            self._hooks.load_app(), at_a_time=self._options.threads, when_stopping=self._hooks.when_stopping
        )


class BoundedApp:
    """An application that works on so many requests at a time; sending a long answer is not counted as work."""

    def __init__(self, app: Any, *, at_a_time: int, when_stopping: Callable[[Any], None]) -> None:
        self._app = app
        self._turns = threading.BoundedSemaphore(at_a_time)
        self._when_stopping = when_stopping

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer a request when its turn has come."""
        with self._turns:
            return self._app(environ, start_response)  # type: ignore[no-any-return]

    def stop(self) -> None:
        """Have answers without an end find one."""
        self._when_stopping(self._app)


class StreamingWorker(ThreadWorker):  # type: ignore[misc]
    """gunicorn's worker with threads, which tells open pages when it is to end; else they would keep it from that."""

    def handle_exit(self, sig: int, frame: Any) -> None:
        """End kindly."""
        self._stop()
        super().handle_exit(sig, frame)

    def handle_quit(self, sig: int, frame: Any) -> None:
        """End at once."""
        self._stop()
        super().handle_quit(sig, frame)

    def is_parent_alive(self) -> bool:
        """Whether there is still a server that this process belongs to."""
        alive = bool(super().is_parent_alive())
        if not alive:
            self._stop()
        return alive

    def _stop(self) -> None:
        app = getattr(self, "wsgi", None)
        if isinstance(app, BoundedApp):
            app.stop()


def run_web_server(options: ServerOptions, hooks: ServerHooks) -> None:
    """Serve until told to end by SIGTERM or SIGINT; ends this process.

    Raises:
        SetupError: If the address cannot be had.
    """
    refuse_taken_address(options)
    _Server(options, hooks).run()


def refuse_taken_address(options: ServerOptions) -> None:
    """Find out whether the address can be had, before anything is started.

    Raises:
        SetupError: If it cannot; says what to do.
    """
    family = socket.AF_INET6 if ":" in options.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((options.host, options.port))
        except OSError as error:
            raise SetupError(
                f"The address {options.bind} cannot be had ({error.strerror}). "
                "Something else may be using it: choose another with --port or --host."
            ) from error


def _config(options: ServerOptions, hooks: ServerHooks) -> dict[str, object]:
    return {
        "bind": options.bind,
        "workers": options.workers,
        "threads": options.all_threads,
        "worker_connections": options.all_threads + SPARE_CONNECTIONS,
        "worker_class": StreamingWorker,
        "timeout": REQUEST_TIMEOUT_SECONDS,
        "graceful_timeout": GRACE_SECONDS,
        "keepalive": KEEP_ALIVE_SECONDS,
        "loglevel": "warning",
        # The application logs requests itself, without what names a person.
        "accesslog": None,
        # Whom to believe about addresses is the application's setting.
        "forwarded_allow_ips": "",
        "control_socket_disable": True,
        "when_ready": lambda arbiter: hooks.when_ready(_address(arbiter)),
        "on_exit": lambda _arbiter: hooks.on_exit(),
    }


def _address(arbiter: Any) -> str:
    host, port = arbiter.LISTENERS[0].sock.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
