"""Outgoing mail."""

from __future__ import annotations

from portal.storage.base import Store


class MailStore(Store):
    """Outgoing mail."""
