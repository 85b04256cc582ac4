"""One line for each request, without anything that names a person: no address, no query, no path that holds a key."""

from __future__ import annotations

import logging
import time

from flask import Flask, Response, g, request

LOGGER = "portal.requests"


def configure_request_log(app: Flask) -> None:
    """Log every request when it is done. Static files are left out."""

    def begin() -> None:
        g.began_at = time.perf_counter()

    def end(response: Response) -> Response:
        if request.endpoint != "static":
            logging.getLogger(LOGGER).info(line_for(response, began_at=g.get("began_at")))
        return response

    app.before_request(begin)
    app.after_request(end)


def line_for(response: Response, *, began_at: float | None) -> str:
    """Return what is logged of a request: method, route as it is written in the code, status and milliseconds."""
    route = request.url_rule.rule if request.url_rule else "(no route)"
    took = f"{(time.perf_counter() - began_at) * 1000:.0f} ms" if began_at is not None else "-"
    return f"{request.method} {route} {response.status_code} {took}"
