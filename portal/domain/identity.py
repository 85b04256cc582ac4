"""Who a customer is, as the company's own site signed it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

#: A token that lives longer is refused: it would be a password in an address.
LONGEST_LIFE = timedelta(minutes=15)
#: Clocks of two servers may differ by so much.
CLOCK_SKEW = timedelta(seconds=60)
#: Fewest characters of the shared secret, as many bytes as the signature has.
SHORTEST_SECRET = 32
#: Longest claim, in characters.
MAX_CLAIM_LENGTH = 200


class TokenFault(StrEnum):
    """Why a token is refused. OFF: no secret is set here. STAFF: the address belongs to somebody who works here."""

    OFF = "off"
    FORGED = "forged"
    EXPIRED = "expired"
    USED = "used"
    INCOMPLETE = "incomplete"
    STAFF = "staff"
    CLOSED = "closed"


class RefusedToken(Exception):
    """A token was refused; what the visitor is told follows from the fault."""

    def __init__(self, fault: TokenFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What a genuine token says.

    Attributes:
        subject: The company's own number for this customer.
        email: Lower-cased; empty when the company did not say.
        name: What to call them; may be empty.
        facts: Told to agents, such as ``{"plan": "Plus"}``.
        token_key: Names this token, which is good once.
        expires_at: After which the token is worthless anyway.
    """

    subject: str
    email: str
    name: str
    facts: Mapping[str, str]
    token_key: str
    expires_at: datetime
