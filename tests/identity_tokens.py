"""Tokens as a company's own site signs them."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

import jwt

SECRET = "a secret shared with the shop, which nobody else has ever seen: 64 characters"
AUDIENCE = "http://127.0.0.1:8000"


def signed(now: datetime, *, secret: str = SECRET, algorithm: str = "HS256", **claims: object) -> str:
    """Sign the usual claims, changed by those a test names; a claim that is None is left out."""
    usual: dict[str, object] = {
        "sub": "customer-17",
        "email": "Eve@Shop.Example",
        "name": "Eve Adams",
        "plan": "Plus",
        "aud": AUDIENCE,
        "exp": int((now + timedelta(minutes=5)).timestamp()),
        "jti": secrets.token_hex(8),
    }
    payload = {name: value for name, value in {**usual, **claims}.items() if value is not None}
    return jwt.encode(payload, secret if algorithm != "none" else "", algorithm=algorithm)
