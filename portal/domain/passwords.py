"""Which passwords are good enough: length counts, composition rules do not."""

from __future__ import annotations

from enum import StrEnum

#: Shortest password, in characters; what NIST SP 800-63B asks of a password that stands alone, and some more.
MIN_LENGTH = 12
#: Longest password, in characters; hashing an endless one would be work for an attacker to give us.
MAX_LENGTH = 1_000


class PasswordProblem(StrEnum):
    """Why a new password is refused."""

    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    IS_EMAIL = "is_email"
    ONE_CHARACTER = "one_character"


def classify_password(password: str, *, email: str) -> PasswordProblem | None:
    """Say what is wrong with a new password; None when it may be used.

    Args:
        password: As typed; blanks at the ends count.
        email: The account's address, which must not be the password.
    """
    if len(password) < MIN_LENGTH:
        return PasswordProblem.TOO_SHORT
    if len(password) > MAX_LENGTH:
        return PasswordProblem.TOO_LONG
    if password.strip().casefold() == email.strip().casefold():
        return PasswordProblem.IS_EMAIL
    if len(set(password)) == 1:
        return PasswordProblem.ONE_CHARACTER
    return None
