"""The writers' surface: content gaps, failed searches, and what search learned."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("writers", __name__, url_prefix="/writers")


def register_views() -> Blueprint:
    """Import the modules whose views belong to this surface, and return the blueprint that holds them."""
    from portal.web.writers import drafts, failed_searches, flags, gaps, past_questions  # noqa: F401

    return blueprint
