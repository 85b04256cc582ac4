"""Identity tokens: JSON Web Tokens signed by the company's own site. The only file that knows the library."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime

import jwt

from portal.domain.clock import Clock
from portal.domain.errors import InvalidInput, SetupError
from portal.domain.identity import (
    CLOCK_SKEW,
    LONGEST_LIFE,
    MAX_CLAIM_LENGTH,
    SHORTEST_SECRET,
    Identity,
    RefusedToken,
    TokenFault,
)
from portal.domain.users import normalise_email
from portal.integrations.email_addresses import checked_email

#: The one way to sign; a token that names another, or none, is forged.
ALGORITHM = "HS256"
#: What a token must say.
REQUIRED = ("sub", "exp", "aud", "jti")
#: Claims that agents are shown.
FACTS = ("plan",)
#: Longer tokens are not looked at.
MAX_TOKEN_LENGTH = 4_096


class IdentityTokens:
    """Reads identity tokens."""

    def __init__(self, secret: str, clock: Clock, *, audience: str) -> None:
        """Check the secret.

        Args:
            secret: Shared with the company's own site; empty refuses every token.
            clock: Says what has expired.
            audience: What the claim ``aud`` must be.

        Raises:
            SetupError: The secret is too short to be one.
        """
        if secret and len(secret.encode()) < SHORTEST_SECRET:
            raise SetupError(
                f"PORTAL_IDENTITY_SECRET is too short: use at least {SHORTEST_SECRET} random characters, such as from "
                "openssl rand -hex 32"
            )
        self._secret = secret
        self._clock = clock
        self._audience = audience

    def read(self, token: str) -> Identity:
        """Return what a token says.

        Raises:
            RefusedToken: It is not genuine, not meant for this site, too old, lives too long or lacks a claim.
        """
        if not self._secret:
            raise RefusedToken(TokenFault.OFF)
        claims = self._claims(token)
        subject, key = _text(claims, "sub"), _text(claims, "jti")
        if not subject or not key:
            raise RefusedToken(TokenFault.INCOMPLETE)
        return Identity(
            subject=subject,
            email=_email(claims),
            name=_text(claims, "name"),
            facts={name: text for name in FACTS if (text := _text(claims, name))},
            token_key=hashlib.sha256(key.encode("utf-8", "replace")).hexdigest(),
            expires_at=self._expiry(claims),
        )

    def _claims(self, token: str) -> Mapping[str, object]:
        if len(token) > MAX_TOKEN_LENGTH:
            raise RefusedToken(TokenFault.FORGED)
        # The library asks the machine for the time; ours is asked below.
        options = {"require": list(REQUIRED), "verify_exp": False, "verify_iat": False, "verify_nbf": False}
        try:
            claims: dict[str, object] = jwt.decode(
                token,
                self._secret,
                algorithms=[ALGORITHM],
                audience=self._audience,
                options=options,  # type: ignore[arg-type]
            )
        except jwt.MissingRequiredClaimError as error:
            raise RefusedToken(TokenFault.INCOMPLETE) from error
        except (jwt.PyJWTError, ValueError, UnicodeError) as error:
            raise RefusedToken(TokenFault.FORGED) from error
        return claims

    def _expiry(self, claims: Mapping[str, object]) -> datetime:
        now = self._clock.now()
        try:
            expires_at = datetime.fromtimestamp(float(str(claims["exp"])), UTC)
        except (ValueError, OverflowError, OSError) as error:
            raise RefusedToken(TokenFault.INCOMPLETE) from error
        if expires_at <= now - CLOCK_SKEW:
            raise RefusedToken(TokenFault.EXPIRED)
        if expires_at > now + LONGEST_LIFE + CLOCK_SKEW:
            raise RefusedToken(TokenFault.FORGED)
        return expires_at


def _text(claims: Mapping[str, object], name: str) -> str:
    value = claims.get(name, "")
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    return " ".join(text.replace("\x00", "").encode("utf-8", "replace").decode().split())[:MAX_CLAIM_LENGTH]


def _email(claims: Mapping[str, object]) -> str:
    text = normalise_email(_text(claims, "email"))
    try:
        return checked_email(text) if text else ""
    except InvalidInput as error:
        raise RefusedToken(TokenFault.INCOMPLETE) from error
