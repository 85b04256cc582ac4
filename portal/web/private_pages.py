"""Pages that whoever holds their address may read: kept out of caches, search engines and Referer headers."""

from __future__ import annotations

from flask import Response, make_response


def private_page(html: str) -> Response:
    """Return a page under a private link with the headers that keep the link private."""
    return keep_private(make_response(html))


def keep_private(response: Response) -> Response:
    """Give an answer under a private link the headers that keep the link private."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
