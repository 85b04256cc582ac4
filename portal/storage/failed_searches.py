"""Searches that failed, and how."""

from __future__ import annotations

from portal.storage.base import Store


class FailedSearchStore(Store):
    """Searches that failed, and how."""
