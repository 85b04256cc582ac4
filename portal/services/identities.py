"""Letting customers in whom the company's own site vouches for."""

from __future__ import annotations

import secrets
from datetime import timedelta

from portal.domain.clock import Clock
from portal.domain.identity import Identity, RefusedToken, TokenFault
from portal.domain.users import Role, User
from portal.integrations.identity_tokens import IdentityTokens
from portal.storage.database import Database, UnitOfWork

#: Stands where a password's hash would: no password fits it. What follows is random, so that no two are equal.
NO_PASSWORD = "!by identity token "  # noqa: S105 - the opposite of a password
#: Used tokens are remembered this much longer than they live.
REMEMBER_LONGER = timedelta(hours=1)


class IdentityService:
    """Turns identity tokens into customers with an account."""

    def __init__(self, database: Database, clock: Clock, tokens: IdentityTokens) -> None:
        self._database = database
        self._clock = clock
        self._tokens = tokens

    def identify(self, token: str) -> User:
        """Return the customer that a token speaks of, with an account made for them if they had none.

        A token is good once. Refused ones leave nothing behind.

        Raises:
            RefusedToken: The token cannot be used, or the account is not an open one of a customer.
        """
        identity = self._tokens.read(token)
        with self._database.work() as work:
            if not work.identities.use_token(identity.token_key, identity.expires_at):
                raise RefusedToken(TokenFault.USED)
            user = self._find(work, identity) or self._add(work, identity)
            work.identities.put(identity.subject, user.id, identity.facts, self._clock.now())
            if identity.name and identity.name != user.name:
                work.users.rename(user.id, identity.name)
            return work.users.get(user.id)

    def forget(self) -> int:
        """Delete used tokens that have expired anyway; return how many."""
        with self._database.work() as work:
            return work.identities.forget_tokens(before=self._clock.now() - REMEMBER_LONGER)

    def _find(self, work: UnitOfWork, identity: Identity) -> User | None:
        user_id = work.identities.find_user_id(identity.subject)
        user = work.users.find(user_id) if user_id is not None else None
        if user is None and identity.email:
            known = work.users.find_credentials(identity.email)
            user = known.user if known is not None else None
        if user is not None and user.role is not Role.CUSTOMER:
            raise RefusedToken(TokenFault.STAFF)
        if user is not None and not user.active:
            raise RefusedToken(TokenFault.CLOSED)
        return user

    def _add(self, work: UnitOfWork, identity: Identity) -> User:
        if not identity.email:
            raise RefusedToken(TokenFault.INCOMPLETE)
        return work.users.add(
            email=identity.email,
            name=identity.name,
            role=Role.CUSTOMER,
            password_hash=NO_PASSWORD + secrets.token_hex(16),
            now=self._clock.now(),
        )
