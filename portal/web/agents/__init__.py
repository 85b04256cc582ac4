"""The agents' surface: requests with their journeys, and answers."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("agents", __name__, url_prefix="/agents")


def register_views() -> Blueprint:
    """Import the modules whose views belong to this surface, and return the blueprint that holds them."""
    from portal.web.agents import (  # noqa: F401
        canned_replies,
        conversations,
        drafts,
        files,
        flags,
        live,
        panel,
        presence,
        queue,
        replies,
    )

    return blueprint
