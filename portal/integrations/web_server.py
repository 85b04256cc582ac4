"""The web server: gunicorn within this process; the only file that knows it."""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from gunicorn.app.base import BaseApplication

from portal.domain.errors import SetupError

#: A request that takes longer is given up and its process replaced, in seconds.
REQUEST_TIMEOUT_SECONDS = 60
#: For requests in hand when the server is told to end, in seconds.
GRACE_SECONDS = 10
#: For the next request on an open connection, in seconds.
KEEP_ALIVE_SECONDS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerOptions:
    """Where and how wide to serve.

    Attributes:
        port: 0 takes any free one.
        workers: Processes.
        threads: Requests that each of them answers at a time.
    """

    host: str
    port: int
    workers: int = 1
    threads: int = 8

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
    """

    load_app: Callable[[], Any]
    when_ready: Callable[[str], None]
    on_exit: Callable[[], None]


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
        return self._hooks.load_app()


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
        "threads": options.threads,
        "worker_class": "gthread",
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
