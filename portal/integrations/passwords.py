"""Passwords hashed with argon2id; the only file that knows the library."""

from __future__ import annotations

import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError


class Passwords:
    """Hashes passwords and checks them; thread-safe."""

    def __init__(self, *, time_cost: int, memory_kib: int) -> None:
        """Set the price of one hash.

        Args:
            time_cost: Passes over the memory.
            memory_kib: Memory that one hash fills, in KiB.
        """
        self._hasher = PasswordHasher(time_cost=time_cost, memory_cost=memory_kib, parallelism=1)
        self._nobodys_hash = self._hasher.hash("the password of nobody")

    def hash(self, password: str) -> str:
        """Hash a password with a random salt."""
        return self._hasher.hash(_bytes(password))

    def fits(self, password: str, password_hash: str | None) -> bool:
        """Check a password; takes as long, and says no, when there is no hash to check it against."""
        try:
            self._hasher.verify(password_hash or self._nobodys_hash, _bytes(password))
        except (VerificationError, InvalidHashError):
            return False
        return bool(password_hash)

    def is_outdated(self, password_hash: str) -> bool:
        """Whether a hash was made at another price than today's."""
        return self._hasher.check_needs_rehash(password_hash)


def _bytes(password: str) -> bytes:
    """Make the same bytes of the same letters, however a keyboard composed them."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
