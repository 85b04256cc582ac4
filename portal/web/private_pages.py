"""Pages that whoever holds their address may read: kept out of caches, search engines and Referer headers."""

from __future__ import annotations

from flask import Response, make_response


def private_page(html: str) -> Response:
    """Return a page under a private link with the headers that keep the link private."""
    response = make_response(html)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
