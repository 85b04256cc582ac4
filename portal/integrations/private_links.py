"""Private links to requests: signed, expiring, revocable. The only file that knows the signing library."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import timedelta

from itsdangerous import BadData, TimestampSigner

from portal.domain.clock import Clock
from portal.domain.conversations import Conversation

#: Keeps these signatures apart from every other use of the same secret.
SALT = "portal.private-link"

_VALUE = re.compile(r"(R-[0-9A-Z]{1,18})-(\d{1,9})", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivateLink:
    """What a genuine, unexpired link says; it is still revoked when the request has a newer token version."""

    reference: str
    token_version: int


class PrivateLinks:
    """Makes private links and reads them again."""

    def __init__(self, secret: str, clock: Clock, *, valid_days: int, public_url: str) -> None:
        self._signer = _ClockSigner(secret, clock)
        self._valid_seconds = int(timedelta(days=valid_days).total_seconds())
        self._public_url = public_url.rstrip("/")

    @property
    def public_url(self) -> str:
        """Address customers reach the site at, without a trailing slash."""
        return self._public_url

    def token(self, conversation: Conversation) -> str:
        """Return the secret part of a link to this request, valid from now on; safe in a URL."""
        return self._signer.sign(f"{conversation.reference}-{conversation.token_version}").decode("ascii")

    def url(self, conversation: Conversation) -> str:
        """Return a whole link for a mail."""
        return f"{self._public_url}/requests/{self.token(conversation)}"

    def read(self, token: str) -> PrivateLink | None:
        """Return what a token says; None for one that is forged, damaged or expired."""
        try:
            value = self._signer.unsign(token, max_age=self._valid_seconds).decode("ascii")
        except (BadData, UnicodeError):
            return None
        found = _VALUE.fullmatch(value)
        return found and PrivateLink(reference=found[1], token_version=int(found[2]))


class _ClockSigner(TimestampSigner):
    """A signer that asks the given clock for the time."""

    def __init__(self, secret: str, clock: Clock) -> None:
        super().__init__(secret, salt=SALT, key_derivation="hmac", digest_method=hashlib.sha256)
        self._clock = clock

    def get_timestamp(self) -> int:
        """Return the present in seconds since 1970."""
        return int(self._clock.now().timestamp())
