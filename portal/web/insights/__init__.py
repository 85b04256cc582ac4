"""The insights' surface: figures for those who work here."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("insights", __name__, url_prefix="/insights")


def register_views() -> Blueprint:
    """Import the modules whose views belong to this surface, and return the blueprint that holds them."""
    from portal.web.insights import service  # noqa: F401

    return blueprint
