"""Addresses that answers go to: each names its request and is signed, so that no stranger can make one up."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass

from portal.domain.conversations import REFERENCE_LENGTH, Conversation, normalise_reference
from portal.domain.errors import InvalidInput, SetupError
from portal.integrations.email_addresses import transport_address

#: Keeps these signatures apart from every other use of the same secret.
SALT = b"portal.reply-address"
#: Letters of the signature, five bits each: nobody guesses 80 bits by sending mails.
SIGNATURE_LENGTH = 16
#: Longest part of an address before the ``@`` (RFC 5321), in characters.
MAX_LOCAL_LENGTH = 64

_TOKEN = re.compile(
    rf"(?P<reference>[0-9a-z]{{{REFERENCE_LENGTH}}})-(?P<version>\d{{1,9}})-(?P<signature>[a-z2-7]{{{SIGNATURE_LENGTH}}})",
    re.ASCII,
)
#: Room for the token and the plus.
_TOKEN_LENGTH = 1 + REFERENCE_LENGTH + 1 + 9 + 1 + SIGNATURE_LENGTH


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyTo:
    """What a genuine reply address says; it is still revoked when the request has a newer token version."""

    reference: str
    token_version: int


class ReplyAddresses:
    """Makes reply addresses such as ``help+7kq2m4-1-…@ostrel.example``, and reads them again.

    Mail systems change the case of addresses, so that tokens have none.
    """

    def __init__(self, secret: str, address: str) -> None:
        """Read the address.

        Args:
            address: Where mails reach the portal; empty where none do.

        Raises:
            SetupError: It is no address, or its first part is too long to have a token beside it.
        """
        self._key = hmac.new(secret.encode(), SALT, hashlib.sha256).digest()
        self._local, _, self._domain = parse_reply_address(address).partition("@")

    @property
    def is_set(self) -> bool:
        """Whether customers can answer mails."""
        return bool(self._local)

    @property
    def address(self) -> str:
        """The address that everybody may write to; empty where there is none."""
        return f"{self._local}@{self._domain}" if self.is_set else ""

    def address_for(self, conversation: Conversation) -> str:
        """Return the address for answers to a request; empty where customers cannot answer mails."""
        if not self.is_set:
            return ""
        named = conversation.reference.removeprefix("R-").lower()
        token = f"{named}-{conversation.token_version}"
        return f"{self._local}+{token}-{self._signature(token)}@{self._domain}"

    def read(self, address: str) -> ReplyTo | None:
        """Return what an address says; None for one that is not ours, or that is forged."""
        local, _, domain = address.strip().lower().rpartition("@")
        if not self.is_set or domain != self._domain.lower():
            return None
        found = _TOKEN.fullmatch(local.removeprefix(f"{self._local.lower()}+"))
        if found is None:
            return None
        token = f"{found['reference']}-{found['version']}"
        reference = normalise_reference(found["reference"])
        if not reference or not hmac.compare_digest(self._signature(token), found["signature"]):
            return None
        return ReplyTo(reference=reference, token_version=int(found["version"]))

    def _signature(self, token: str) -> str:
        digest = hmac.new(self._key, token.encode("ascii"), hashlib.sha256).digest()
        return base64.b32encode(digest).decode("ascii").lower()[:SIGNATURE_LENGTH]


def parse_reply_address(address: str) -> str:
    """Read the setting; empty where it is.

    Raises:
        SetupError: It is no address, or its first part is too long to have a token beside it.
    """
    if not address.strip():
        return ""
    try:
        checked = transport_address(address.strip())
    except InvalidInput as error:
        raise SetupError(
            f"PORTAL_REPLY_ADDRESS is no e-mail address: {address!r}. Write it as help@ostrel.example, or not at all."
        ) from error
    local = checked.partition("@")[0]
    if len(local) + _TOKEN_LENGTH > MAX_LOCAL_LENGTH:
        raise SetupError(f"PORTAL_REPLY_ADDRESS: {local!r} is too long to have a request's token beside it.")
    return checked
