"""Visits, article views, and the steps of a journey."""

from __future__ import annotations

from portal.storage.base import Store


class JourneyStore(Store):
    """Visits, article views, and the steps of a journey."""
