"""The admins' surface: mail that was not sent, jobs given up, health of the index."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("admin", __name__, url_prefix="/admin")


def register_views() -> Blueprint:
    """Import the modules whose views belong to this surface, and return the blueprint that holds them."""
    from portal.web.admin import health, incoming_mail, jobs, outbox, webhooks  # noqa: F401

    return blueprint
