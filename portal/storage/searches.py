"""Logged searches and the hits they showed."""

from __future__ import annotations

from portal.storage.base import Store


class SearchStore(Store):
    """Logged searches and the hits they showed."""
