"""The customers' surface: articles, search, votes, hand-off, their account."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("site", __name__)


def register_views() -> Blueprint:
    """Import the modules whose views belong to this surface, and return the blueprint that holds them."""
    from portal.web.site import (  # noqa: F401
        account,
        articles,
        chat,
        conversations,
        files,
        handoff,
        identity,
        ratings,
        reading,
        search,
        short_links,
        sitemap,
        votes,
    )

    return blueprint
