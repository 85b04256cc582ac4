"""Requests for a human, and their messages."""

from __future__ import annotations

from portal.storage.base import Store


class ConversationStore(Store):
    """Requests for a human, and their messages."""
