"""Leading people back to where they were before they signed in, and nowhere else."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

from flask import request

#: Query parameter that carries the way back.
NEXT = "next"
#: Longer ways back are forgotten.
MAX_LENGTH = 2_000


def safe_path(target: str) -> str:
    """Return a way back within this site, or an empty text for one that leads elsewhere.

    Browsers read ``//host``, ``/\\host`` and an address with a tab or line end in it as ways to another site.
    """
    if not target.startswith("/") or len(target) > MAX_LENGTH:
        return ""
    if any(letter == "\\" or not letter.isprintable() for letter in target):
        return ""
    try:
        parts = urlsplit(target)
    except ValueError:
        return ""
    if parts.scheme or parts.netloc or target.startswith("//"):
        return ""
    return target


def home_path() -> str:
    """Return the way to the home page."""
    return f"{request.script_root}/"


def sign_in_url() -> str:
    """Return where to sign in with the way back to the present page; forms lead back to the page they stand on."""
    here = request.script_root + (request.full_path.rstrip("?") if request.method == "GET" else request.path)
    way_back = safe_path(here)
    root = f"{request.script_root}/sign-in"
    return f"{root}?{urlencode({NEXT: way_back})}" if way_back else root
