"""Sending an event to an address that an admin typed: the only file that speaks HTTP to the outside.

An address may lead anywhere, so nothing is trusted: its host is looked up once, every address found must be public, and
the connection goes to the very address that was checked, under the host's name and certificate. Redirects are not
followed, proxies of the environment are not asked, an answer is read up to a few kilobytes, and all of it ends in time.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTPException
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from threading import Event, Timer
from urllib.parse import SplitResult, urlsplit

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from portal.domain.webhooks import WebhookAnswer

#: For connecting, and for each wait for bytes, in seconds.
TIMEOUT_SECONDS = 5.0
#: For all of it, however the other side drips, in seconds.
DEADLINE_SECONDS = 10.0
#: Most bytes read of an answer, for the log.
MAX_ANSWER_BYTES = 4_096
#: Most characters of an answer that the log shows.
MAX_SHOWN = 200
#: Addresses of one host that are tried.
MAX_ADDRESSES = 3

#: IPv4 written in IPv6 for networks that translate (RFC 6052); the IPv4 address is what counts.
_TRANSLATED = ip_network("64:ff9b::/96")

_OK = range(200, 300)
_REDIRECTS = range(300, 400)

Address = IPv4Address | IPv6Address


class RefusedTarget(Exception):
    """The host is not to be spoken to; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderLimits:
    """What a sender may do, and for how long.

    Attributes:
        allow_private: Also speak to addresses that are not public, such as those of the company's own network.
        timeout_seconds: For connecting, and for each wait for bytes.
        deadline_seconds: For all of it.
    """

    allow_private: bool = False
    timeout_seconds: float = TIMEOUT_SECONDS
    deadline_seconds: float = DEADLINE_SECONDS


class WebhookSender:
    """Sends events. Safe for threads; keeps no connection."""

    def __init__(self, limits: SenderLimits, *, name: str) -> None:
        """Bring together what is needed.

        Args:
            limits: What it may do.
            name: Who we are, for the ``User-Agent`` header.
        """
        self._limits = limits
        self._name = name

    def send(self, url: str, body: bytes, headers: Mapping[str, str]) -> WebhookAnswer:
        """Post a body and say what came of it; never raises for what the other side does.

        Args:
            url: Absolute, ``https`` or ``http``.
            body: JSON.
            headers: Besides those of every request.
        """
        try:
            target = urlsplit(url)
            addresses = checked_addresses(target, allow_private=self._limits.allow_private)
        except (RefusedTarget, ValueError) as error:
            return WebhookAnswer(status_code=None, error=str(error))
        missed = "No address of the host could be reached."
        for address in addresses[:MAX_ADDRESSES]:
            connection = self._connection(target, address)
            try:
                connection.connect()
            except (HTTPError, OSError, ValueError) as failure:
                missed = f"Not reached: {_said(failure)}"
                connection.close()
                continue
            return self._exchange(connection, target, body, headers)
        return WebhookAnswer(status_code=None, error=missed)

    def _exchange(
        self, connection: HTTPConnection, target: SplitResult, body: bytes, headers: Mapping[str, str]
    ) -> WebhookAnswer:
        over = Event()
        timer = Timer(self._limits.deadline_seconds, _cut, args=(connection, over))
        timer.daemon = True
        timer.start()
        try:
            connection.request("POST", _path(target), body, self._headers(target, headers), preload_content=False)
            response = connection.getresponse()
            text = response.read(MAX_ANSWER_BYTES, decode_content=False)
            if over.is_set():
                return WebhookAnswer(status_code=None, error="No answer: it took too long.")
            return _answer(response.status, text)
        except (HTTPError, HTTPException, OSError, ValueError) as failure:
            said = "it took too long." if over.is_set() else _said(failure)  # an answer cut off can read as anything
            return WebhookAnswer(status_code=None, error=f"No answer: {said}")
        finally:
            timer.cancel()
            connection.close()

    def _connection(self, target: SplitResult, address: Address) -> HTTPConnection:
        seconds = self._limits.timeout_seconds
        if target.scheme == "http":
            return HTTPConnection(str(address), target.port or 80, timeout=seconds)
        name = target.hostname or ""
        context = ssl.create_default_context()
        return HTTPSConnection(
            str(address),
            target.port or 443,
            timeout=seconds,
            ssl_context=context,
            server_hostname=name,
            assert_hostname=name,
        )

    def _headers(self, target: SplitResult, headers: Mapping[str, str]) -> dict[str, str]:
        own = {
            "Host": target.netloc.rpartition("@")[2],
            "User-Agent": self._name,
            "Content-Type": "application/json; charset=utf-8",
            "Accept-Encoding": "identity",
            "Connection": "close",
        }
        return {**own, **headers}


def checked_addresses(target: SplitResult, *, allow_private: bool) -> tuple[Address, ...]:
    """Look a host up once, and return its addresses; every one of them is fit to be spoken to.

    Raises:
        RefusedTarget: The host is unknown, or one of its addresses is not public.
    """
    host = target.hostname or ""
    try:
        found = socket.getaddrinfo(host, target.port or 443, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise RefusedTarget(f"The host {host} is not known.") from error
    return fit_addresses([str(entry[4][0]) for entry in found], allow_private=allow_private)


def fit_addresses(texts: Sequence[str], *, allow_private: bool) -> tuple[Address, ...]:
    """Return addresses, each once.

    Raises:
        RefusedTarget: There is none, or one of them is not public.
    """
    addresses = tuple(dict.fromkeys(ip_address(text.partition("%")[0]) for text in texts))
    if not addresses:
        raise RefusedTarget("The host has no address.")
    private = [address for address in addresses if not is_public(address)]
    if private and not allow_private:
        raise RefusedTarget(f"Refused: {private[0]} is not a public address.")
    return addresses


def is_public(address: Address) -> bool:
    """Whether an address belongs to the internet, and not to this machine, its network or its cloud."""
    inner = _inner(address)
    return inner.is_global and not inner.is_multicast


def _inner(address: Address) -> Address:
    """Return the IPv4 address that an IPv6 address stands for, or the address itself."""
    if isinstance(address, IPv4Address):
        return address
    if address in _TRANSLATED:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo[1] if address.teredo else None
    return address.ipv4_mapped or address.sixtofour or teredo or address


def _answer(status: int, text: bytes) -> WebhookAnswer:
    if status in _OK:
        return WebhookAnswer(status_code=status, error="")
    if status in _REDIRECTS:
        error = f"It answered {status}, a redirect, which is not followed. Give the address it leads to."
        return WebhookAnswer(status_code=status, error=error)
    shown = " ".join(text.decode("utf-8", "replace").replace("\x00", "").split())[:MAX_SHOWN]
    return WebhookAnswer(status_code=status, error=f"It answered {status}{f': {shown}' if shown else '.'}")


def _path(target: SplitResult) -> str:
    path = target.path or "/"
    return f"{path}?{target.query}" if target.query else path


def _cut(connection: HTTPConnection, over: Event) -> None:
    """End a connection that takes too long, from another thread."""
    over.set()
    open_socket = connection.sock
    if open_socket is not None:
        try:
            open_socket.shutdown(socket.SHUT_RDWR)
        except OSError:  # it has ended by itself
            return


def _said(failure: Exception) -> str:
    """Say what went wrong in a few words."""
    words = " ".join(str(failure).split()) or type(failure).__name__
    return ("it took too long." if isinstance(failure, TimeoutError) or "timed out" in words else words)[:MAX_SHOWN]
