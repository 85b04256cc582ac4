"""The key that signs sessions and private links: made once, kept in a file that only its owner can read."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from portal.domain.errors import SetupError

#: Bytes of randomness; as many as the HMAC it keys puts out.
KEY_BYTES = 32
#: Shorter keys can be guessed; in characters.
MIN_LENGTH = 32


def read_or_create_secret_key(file: Path) -> str:
    """Return the key in the file, making file and folder where there is none.

    Two processes that start at the same time agree on one key: the file appears with its content, or not at all.

    Raises:
        SetupError: If the file cannot be read or written, or holds no usable key.
    """
    try:
        if not file.exists():
            _create(file)
        key = file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SetupError(
            f"The secret key {file} cannot be used ({error}). Make it readable for this user, or set PORTAL_SECRET_KEY."
        ) from error
    if len(key) < MIN_LENGTH:
        raise SetupError(
            f"The secret key in {file} is shorter than {MIN_LENGTH} characters. Delete it to get a new one."
        )
    return key


def _create(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f"{file.name}.{secrets.token_hex(8)}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as stream:
            stream.write(secrets.token_urlsafe(KEY_BYTES) + "\n")
            stream.flush()
            os.fsync(stream.fileno())
        _link_unless_there(draft, file)
    finally:
        draft.unlink(missing_ok=True)


def _link_unless_there(draft: Path, file: Path) -> None:
    """Give the draft its name; unlike a rename, a link never replaces what another process was quicker to write."""
    try:
        os.link(draft, file)
    except FileExistsError:
        return
    except OSError:  # a file system without links
        draft.replace(file)
