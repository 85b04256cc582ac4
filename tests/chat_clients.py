"""Customers and agents who chat with a running portal over HTTP, as their browsers do: with cookies and form tokens."""

from __future__ import annotations

import http.client
import json
import re
import secrets
import time
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import urlencode

#: For any answer of the server, in seconds; a stream says something at least every beat.
TIMEOUT_SECONDS = 30.0
#: Between two tries, in seconds.
RETRY_SECONDS = 0.2

_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class Browser:
    """One visitor's cookies and form token."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookie = ""
        self.token = ""

    def ask(
        self, method: str, path: str, fields: dict[str, str] | None = None, *, accept: str = "application/json"
    ) -> tuple[int, str]:
        """Send one request on a connection of its own; returns status and text.

        Raises:
            OSError: The server is not there, or went away before it answered.
        """
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT_SECONDS)
        headers = {"Accept": accept, "Cookie": self.cookie}
        body = None
        if fields is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = urlencode({**fields, "csrf_token": self.token})
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            text = response.read().decode()
            self.cookie = (response.getheader("Set-Cookie") or self.cookie).split(";")[0]
            return response.status, text
        except http.client.HTTPException as error:
            raise OSError("The server went away.") from error
        finally:
            connection.close()

    def open(self, path: str) -> str:
        """Open a page and take its form token; again until the server is there."""
        while True:
            try:
                status, html = self.ask("GET", path, accept="text/html")
            except OSError:
                time.sleep(RETRY_SECONDS)
                continue
            found = _TOKEN.search(html)
            self.token = unescape(found[1]) if found else self.token
            assert status == 200, (status, path)
            return html

    def send(self, path: str, text: str, key: str = "") -> str:
        """Send a message until the server says that it has it; returns the key it travelled with."""
        fields = {"message": text, "form_key": key or secrets.token_hex(16)}
        while True:
            try:
                status, said = self.ask("POST", path, fields)
            except OSError:
                status, said = 0, ""
            if status in (200, 303):
                return fields["form_key"]
            assert status in (0, 502, 503), (status, said[:300])
            time.sleep(RETRY_SECONDS)

    def follow(self, path: str, after: int = 0) -> Iterator[dict[str, Any]]:
        """Yield the messages of a stream until it ends or breaks."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT_SECONDS)
        try:
            connection.request("GET", path, None, {"Cookie": self.cookie, "Last-Event-ID": str(after)})
            response = connection.getresponse()
            event = ""
            while response.status == 200 and (line := response.readline().decode()):
                if line.startswith("event: "):
                    event = line[7:].strip()
                elif line.startswith("data: ") and event == "message":
                    yield json.loads(line[6:])
        except (OSError, http.client.HTTPException):
            return
        finally:
            connection.close()
