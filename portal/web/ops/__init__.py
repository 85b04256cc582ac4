"""For machines that watch the site: liveness and readiness."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("ops", __name__)


def register_views() -> Blueprint:
    """Import the modules whose views belong to this surface, and return the blueprint that holds them."""
    from portal.web.ops import health  # noqa: F401

    return blueprint
