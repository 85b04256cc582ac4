"""A real HTTP server on this machine that takes webhooks, and answers as a test tells it to."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """One request that arrived."""

    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(slots=True, kw_only=True)
class Target:
    """What the server knows: its address, what arrived, and what it answers.

    Attributes:
        answers: Status codes in turn; 200 when they are used up.
        headers: Of every answer.
        text: Of every answer.
        hang_seconds: Before every answer.
        drip: Send the answer's head byte by byte, half a second each.
    """

    url: str = ""
    taken: list[Taken] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    text: bytes = b"fine"
    hang_seconds: float = 0.0
    drip: bool = False
    over: threading.Event = field(default_factory=threading.Event)


@contextmanager
def http_target(tls: ssl.SSLContext | None = None, taken: list[Taken] | None = None) -> Iterator[Target]:
    """Run a server for the length of a block.

    Args:
        tls: Speak TLS with this certificate.
        taken: Where arrivals are noted; a list of its own when None.
    """
    target = Target(taken=[] if taken is None else taken)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            target.taken.append(Taken(path=self.path, headers=dict(self.headers), body=body))
            target.over.wait(target.hang_seconds)
            if target.drip:
                return self.drip()
            self.send_response(target.answers.pop(0) if target.answers else 200)
            for name, value in target.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(target.text)
            return None

        def drip(self) -> None:
            for letter in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"a" * 1_000:
                try:
                    self.wfile.write(bytes([letter]))
                    self.wfile.flush()
                except OSError:
                    return
                if target.over.wait(0.05):
                    return

        def handle(self) -> None:
            """As usual; a client that breaks off is none of our business."""
            try:
                super().handle()
            except OSError:
                return

        def log_message(self, *_arguments: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    target.url = f"http://127.0.0.1:{server.server_port}/hook"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield target
    finally:
        target.over.set()
        server.shutdown()
        server.server_close()
        thread.join()
