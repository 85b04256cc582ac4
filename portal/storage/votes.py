"""Opinions of articles."""

from __future__ import annotations

from portal.storage.base import Store


class VoteStore(Store):
    """Opinions of articles."""
