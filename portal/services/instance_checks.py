"""Checks of a diagnosis that look at one thing and need no database."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from urllib.parse import urlsplit

from portal.domain.errors import PortalError
from portal.domain.health import Check, CheckState
from portal.settings import Settings
from search_index import DegradedReason, EngineStatus

OK, WARN, FAIL = CheckState.OK, CheckState.WARN, CheckState.FAIL

#: All settings begin so in the environment.
PREFIX = "PORTAL_"

#: The versions of Python that the tests run on.
PYTHON_FROM, PYTHON_BELOW = (3, 11), (3, 14)
#: Below this much room on the disk an index of a large help centre may not be built, in bytes.
LITTLE_ROOM_BYTES = 1_000_000_000
#: Below this much the database itself is in danger, in bytes.
NO_ROOM_BYTES = 100_000_000
INDEX_PROBLEMS = (DegradedReason.INDEX_MISSING, DegradedReason.INDEX_CORRUPT)

#: Where a site is for its owner alone.
LOCAL_HOSTS = ("127.0.0.1", "localhost", "::1")


def check_incoming_mail(settings: Settings, check_mailbox: Callable[[], None]) -> Check:
    """Look at the way by which customers' mails come in.

    Args:
        check_mailbox: Signs in at the mailbox without reading a mail; raises `PortalError`.
    """
    name = "Incoming mail"
    if settings.imap_host:
        try:
            check_mailbox()
        except PortalError as error:
            way_out = "Check PORTAL_IMAP_HOST, _PORT, _USER, _PASSWORD, _SECURITY and _FOLDER. Mails wait until then."
            return Check(name=name, state=FAIL, message=str(error), way_out=way_out)
        if not settings.reply_address:
            way_out = "Set PORTAL_REPLY_ADDRESS, so that answers find their request by their address."
            return Check(name=name, state=WARN, message="a mailbox is read, and no address is set", way_out=way_out)
    said = f"at {settings.reply_address}" if settings.reply_address else "none: customers answer on the site"
    return Check(name=name, state=OK, message=said)


def check_python(version: Sequence[int]) -> Check:
    """Look at the version of Python."""
    text = ".".join(str(part) for part in version)
    if PYTHON_FROM <= tuple(version)[:2] < PYTHON_BELOW:
        return Check(name="Python", state=OK, message=text)
    return Check(name="Python", state=FAIL, message=text, way_out="Install Python 3.11, 3.12 or 3.13.")


def check_names(environment: Mapping[str, str], env_file: Path) -> Check:
    """Look for settings that nobody reads, which are mostly misspelt ones."""
    named = {name.upper() for name in environment if name.upper().startswith(PREFIX)}
    if env_file.is_file():
        lines = env_file.read_text(encoding="utf-8", errors="replace").splitlines()
        named |= {
            line.removeprefix("export ").partition("=")[0].strip().upper() for line in lines if PREFIX in line[:40]
        }
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    unknown = sorted(name for name in named - known if name.startswith(PREFIX))
    if not unknown:
        return Check(name="Settings", state=OK, message="can be used")
    near = [
        f"{name} (did you mean {found[0]}?)" if (found := get_close_matches(name, known, 1)) else name
        for name in unknown
    ]
    return Check(
        name="Settings", state=WARN, message=f"not read: {', '.join(near)}", way_out="See docs/run.md for all names."
    )


def check_instance(folder: Path) -> Check:
    """Look at the instance folder: there, writable, and nobody else's business."""
    if not folder.is_dir():
        return Check(name="Instance", state=FAIL, message=f"{folder} is not there", way_out="Run: portal init")
    if not os.access(folder, os.W_OK | os.X_OK):
        way_out = f"Give this user the right to write to it: chown or chmod {folder}"
        return Check(name="Instance", state=FAIL, message=f"{folder} cannot be written", way_out=way_out)
    if stat.S_IMODE(folder.stat().st_mode) & 0o077:
        return Check(
            name="Instance",
            state=WARN,
            message=f"{folder} is open to other users of this machine",
            way_out=f"Run: chmod 700 {folder}",
        )
    return Check(name="Instance", state=OK, message=str(folder))


def check_secret_key(settings: Settings) -> Check:
    """Look at the key that signs sessions and private links."""
    if settings.secret_key.get_secret_value():
        return Check(name="Secret key", state=OK, message="from the settings")
    file = settings.secret_key_file
    if not file.is_file():
        return Check(name="Secret key", state=FAIL, message="there is none", way_out="Run: portal init")
    if stat.S_IMODE(file.stat().st_mode) & 0o077:
        return Check(
            name="Secret key",
            state=FAIL,
            message=f"{file} can be read by other users of this machine",
            way_out=f"Run: chmod 600 {file}",
        )
    return Check(name="Secret key", state=OK, message=str(file))


def check_room(free_bytes: int) -> Check:
    """Look at the room left on the disk of the instance."""
    state = FAIL if free_bytes < NO_ROOM_BYTES else WARN if free_bytes < LITTLE_ROOM_BYTES else OK
    way_out = "" if state is OK else "Make room: database and index need it."
    return Check(name="Disk", state=state, message=f"{free_bytes / 1e9:.1f} GB free", way_out=way_out)


def check_articles(folder: Path) -> Check:
    """Look for Markdown files in the articles folder."""
    if not folder.is_dir():
        way_out = "Set PORTAL_ARTICLES to the folder of your Markdown files."
        return Check(name="Articles", state=WARN, message=f"{folder} is not there", way_out=way_out)
    count = sum(1 for _ in folder.rglob("*.md"))
    if not count:
        way_out = "Write one: articles/<category>/<slug>.md"
        return Check(name="Articles", state=WARN, message=f"{folder} holds no Markdown file", way_out=way_out)
    return Check(name="Articles", state=OK, message=f"{count} files in {folder}")


def check_index(status: EngineStatus) -> Check:
    """Look at the live generation of the index."""
    if status.problem in INDEX_PROBLEMS:
        return Check(name="Index", state=FAIL, message=status.detail, way_out="Run: portal index")
    message = f"{status.articles} articles, {status.passages} passages, generation {status.generation}"
    return Check(name="Index", state=OK, message=message)


def check_encoder(status: EngineStatus) -> Check:
    """Look whether queries are understood by meaning."""
    if status.problem is None:
        return Check(name="Encoder", state=OK, message=status.model)
    if status.problem in INDEX_PROBLEMS:
        return Check(name="Encoder", state=WARN, message="cannot be tried without an index")
    return Check(name="Encoder", state=WARN, message=status.detail, way_out="Run: portal index")


def check_reranker(status: EngineStatus, name: str) -> Check:
    """Look whether the reranker that is set takes part in searches.

    Args:
        name: As it is set; empty for none.
    """
    if not name:
        return Check(name="Reranker", state=OK, message="none is set")
    if status.reranker_problem:
        message = "searches go without it"
        return Check(name="Reranker", state=WARN, message=message, way_out=status.reranker_problem)
    return Check(name="Reranker", state=OK, message=status.reranker)


def check_addresses(settings: Settings) -> Check:
    """Look whether cookies are guarded as the public address asks for."""
    url = settings.public_url
    if url.startswith("https://") and not settings.secure_cookies:
        way_out = "Set PORTAL_SECURE_COOKIES=true."
        return Check(name="Addresses", state=WARN, message=f"{url}, but cookies may go in clear", way_out=way_out)
    if url.startswith("http://") and not is_local(url):
        way_out = "Put TLS in front, then set PORTAL_PUBLIC_URL to the https address and PORTAL_SECURE_COOKIES=true."
        return Check(name="Addresses", state=WARN, message=f"{url} is not encrypted", way_out=way_out)
    return Check(name="Addresses", state=OK, message=url)


def is_local(url: str) -> bool:
    """Whether an address is of this machine alone."""
    return urlsplit(url).hostname in LOCAL_HOSTS
