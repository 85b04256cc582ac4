"""Customers as the company's own site knows them, and the tokens that were used."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from portal.storage.base import Store
from portal.storage.request_rows import IdentityRow, UsedTokenRow


class IdentityStore(Store):
    """Customers as the company's own site knows them, and the tokens that were used."""

    def use_token(self, key: str, until: datetime) -> bool:
        """Note that a token is used; False when it was used before, by another request of this moment even."""
        try:
            with self.session.begin_nested():
                self.session.add(UsedTokenRow(key=key, until=until))
        except IntegrityError:
            return False
        return True

    def find_user_id(self, subject: str) -> int | None:
        """Return the account of the company's customer; None when they were never here."""
        row = self.session.get(IdentityRow, subject)
        return None if row is None else row.user_id

    def put(self, subject: str, user_id: int, facts: Mapping[str, str], at: datetime) -> None:
        """Remember whose account a customer has, and what was signed of them last."""
        row = self.session.get(IdentityRow, subject)
        if row is None:
            row = IdentityRow(subject=subject, user_id=user_id)
            self.session.add(row)
        row.user_id, row.facts, row.at = user_id, dict(facts), at
        self.session.flush()

    def facts_of(self, user_id: int | None) -> dict[str, str]:
        """Return what the company signed last of the person with this account; empty when nothing."""
        if user_id is None:
            return {}
        query = select(IdentityRow.facts).where(IdentityRow.user_id == user_id).order_by(IdentityRow.at.desc())
        return dict(self.session.scalar(query.limit(1)) or {})

    def forget_tokens(self, *, before: datetime) -> int:
        """Delete tokens that have expired before this time; return how many."""
        old = delete(UsedTokenRow).where(UsedTokenRow.until < before)
        return len(self.session.scalars(old.returning(UsedTokenRow.key)).all())
