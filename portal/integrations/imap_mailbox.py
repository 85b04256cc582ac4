"""A mailbox on an IMAP server, read in the order in which mails arrived; the only file that speaks IMAP.

Python's own client is used: it hands out mails byte for byte, which those that parse them do not.
"""

from __future__ import annotations

import imaplib
import re
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from portal.domain.errors import MailboxError
from portal.domain.incoming_mail import MailboxState
from portal.integrations.incoming_message import CUT_HEADER

#: For connecting and for each answer, in seconds.
ANSWER_TIMEOUT_SECONDS = 30.0
#: Mails fetched in one look; the next look goes on.
MOST_AT_ONCE = 200
#: After a mailbox was numbered anew, mails of this long before the last look are looked through again.
LOOK_BACK = timedelta(days=2)

_TROUBLES = (imaplib.IMAP4.error, OSError, ssl.SSLError, ValueError)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_VALIDITY = re.compile(rb"\d+")
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")

#: A piece of a server's answer.
Piece = bytes | tuple[bytes, bytes] | None
StoreMail = Callable[[bytes], object]
SaveState = Callable[[MailboxState], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImapServer:
    """How to reach a mailbox.

    Attributes:
        security: ``tls``, ``starttls`` or ``none``; with the first two nothing is ever sent in clear.
        folder: That is read.
        done_folder: Where mails are moved to once they are stored; empty leaves them there, marked as read.
        max_bytes: Of a larger mail only so much is fetched.
    """

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    security: str = "tls"
    folder: str = "INBOX"
    done_folder: str = ""
    max_bytes: int = 25_000_000
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context, repr=False)
    answer_timeout_seconds: float = ANSWER_TIMEOUT_SECONDS


class ImapMailbox:
    """Fetches mails that have not been fetched before.

    Mails are known by the numbers the server gives them, so that one which somebody has read in a mail program is not
    left out. Only at the very first look, where everything is new, those that are unread are taken.
    """

    def __init__(self, server: ImapServer) -> None:
        self._server = server

    def fetch(self, state: MailboxState, store: StoreMail, *, now: datetime, save: SaveState) -> int:
        """Hand each new mail over, oldest first; return how many there were.

        Args:
            state: How far the mailbox was read before.
            store: Makes a mail safe; only when it returns is the mail marked as read, or moved.
            save: Remembers how far the mailbox has been read, after each mail.

        Raises:
            MailboxError: The server cannot be used; what was handed over before stays so.
        """
        try:
            with self._opened() as (imap, validity):
                state = _renumbered(state, validity)
                look = self._go_on if state.last_uid else self._look_through
                return look(imap, state, store, now, save)
        except _TROUBLES as error:
            raise MailboxError(f"The mailbox could not be read: {_words(error)}") from error

    def check(self) -> None:
        """Connect, sign in and open the folder without reading anything.

        Raises:
            MailboxError: The server cannot be used.
        """
        try:
            with self._opened():
                pass
        except _TROUBLES as error:
            raise MailboxError(f"The mailbox could not be read: {_words(error)}") from error

    @contextmanager
    def _opened(self) -> Iterator[tuple[imaplib.IMAP4, int]]:
        server = self._server
        imap = self._connect()
        try:
            imap.login(server.user, server.password)
            _checked(imap.select(_quoted(server.folder)), f"the folder {server.folder} cannot be opened")
            found = _VALIDITY.search(imap.response("UIDVALIDITY")[1][0] or b"")
            yield imap, int(found[0]) if found else 0
        finally:
            with suppress(imaplib.IMAP4.error, OSError):
                imap.logout()

    def _connect(self) -> imaplib.IMAP4:
        server, timeout = self._server, self._server.answer_timeout_seconds
        if server.security == "tls":
            return imaplib.IMAP4_SSL(server.host, server.port, ssl_context=server.tls, timeout=timeout)
        imap = imaplib.IMAP4(server.host, server.port, timeout=timeout)
        if server.security == "starttls":
            imap.starttls(ssl_context=server.tls)
        return imap

    def _go_on(self, imap: imaplib.IMAP4, state: MailboxState, store: StoreMail, now: datetime, save: SaveState) -> int:
        """Fetch what came after the last mail that is known."""
        # "5:*" names the last mail even where its number is smaller
        uids = [uid for uid in _search(imap, f"UID {state.last_uid + 1}:*") if uid > state.last_uid][:MOST_AT_ONCE]
        for uid in uids:
            self._take(imap, uid, store)
            state = replace(state, last_uid=uid)
            save(state)
        save(replace(state, read_at=now, error=""))
        return len(uids)

    def _look_through(
        self, imap: imaplib.IMAP4, state: MailboxState, store: StoreMail, now: datetime, save: SaveState
    ) -> int:
        """Fetch what is unread, and after new numbering also what may have come in between; known mails do no harm.

        How far it went is saved only at the end: an unread mail may stand behind a thousand old ones.
        """
        newest = max(_search(imap, "UID *"), default=0)  # asked first: what arrives from now on is new
        if state.read_at is None:
            uids = _search(imap, "UNSEEN")
        else:
            since = state.read_at - LOOK_BACK
            uids = _search(imap, f"OR UNSEEN SINCE {since.day}-{_MONTHS[since.month - 1]}-{since.year}")
        for uid in uids:
            self._take(imap, uid, store)
        save(replace(state, last_uid=newest, read_at=now, error=""))
        return len(uids)

    def _take(self, imap: imaplib.IMAP4, uid: int, store: StoreMail) -> None:
        raw = self._raw(imap, uid)
        if raw is None:  # deleted meanwhile
            return
        store(raw)
        if self._server.done_folder:
            _move(imap, uid, self._server.done_folder)
        else:
            _checked(imap.uid("STORE", str(uid), "+FLAGS", r"(\Seen)"), "a mail cannot be marked as read")

    def _raw(self, imap: imaplib.IMAP4, uid: int) -> bytes | None:
        """Return a mail; of one that is too large the beginning, which says so above it."""
        size = _SIZE.search(_flat(_checked(imap.uid("FETCH", str(uid), "(RFC822.SIZE)"), "a mail's size is not told")))
        if size is None:
            return None
        whole = int(size[1])
        most = self._server.max_bytes
        wanted = "(BODY.PEEK[])" if whole <= most else f"(BODY.PEEK[]<0.{most}>)"
        answer = _checked(imap.uid("FETCH", str(uid), wanted), "a mail cannot be fetched")
        raw = next((bytes(part[1]) for part in answer if isinstance(part, tuple)), None)
        return raw if raw is None or whole <= most else f"{CUT_HEADER}: {whole}\r\n".encode() + raw


def _renumbered(state: MailboxState, validity: int) -> MailboxState:
    """Begin anew where the server has given its mails new numbers."""
    return state if state.validity == validity else replace(state, validity=validity, last_uid=0)


def _search(imap: imaplib.IMAP4, criteria: str) -> list[int]:
    """Return the numbers of the mails that fit, smallest first."""
    answer = _checked(imap.uid("SEARCH", criteria), "mails cannot be searched for")
    return sorted(int(uid) for uid in _flat(answer).split())


def _move(imap: imaplib.IMAP4, uid: int, folder: str) -> None:
    """Move a mail; where the server cannot, copy it and mark the first one as deleted."""
    if "MOVE" in imap.capabilities:
        _checked(imap.uid("MOVE", str(uid), _quoted(folder)), f"mails cannot be moved to {folder}")
        return
    _checked(imap.uid("COPY", str(uid), _quoted(folder)), f"mails cannot be copied to {folder}")
    _checked(imap.uid("STORE", str(uid), "+FLAGS", r"(\Seen \Deleted)"), "a mail cannot be marked as deleted")
    imap.expunge()


def _checked(answer: tuple[str, Sequence[Piece]], what: str) -> Sequence[Piece]:
    status, data = answer
    if status != "OK":
        raise imaplib.IMAP4.error(f"{what} ({_flat(data).decode('utf-8', 'replace')[:200]})")
    return data


def _flat(data: Sequence[Piece]) -> bytes:
    return b" ".join(part if isinstance(part, bytes) else b" ".join(part) for part in data if part)


def _quoted(folder: str) -> str:
    escaped = folder.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _words(error: Exception) -> str:
    said = error.args[0] if error.args else ""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(error)
    return " ".join(text.split()) or type(error).__name__
