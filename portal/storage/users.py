"""People with accounts, and throttled sign-ins."""

from __future__ import annotations

from portal.storage.base import Store


class UserStore(Store):
    """People with accounts, and throttled sign-ins."""
