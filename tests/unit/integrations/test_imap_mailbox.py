"""The mailbox, read from a real server: nothing twice, nothing left out, nothing lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from portal.domain.errors import MailboxError
from portal.domain.incoming_mail import MailboxState
from portal.integrations.imap_mailbox import ImapMailbox, ImapServer
from portal.integrations.incoming_message import CUT_HEADER
from tests.imap_server import PASSWORD, USER, LocalImap, local_imap
from tests.mail_samples import mail

#: Mails stand in the mailbox with the real time, and new numbering looks back from the last look.
NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def server() -> Iterator[LocalImap]:
    """A running IMAP server."""
    server = local_imap()
    server.start()
    yield server
    server.remove()


class Reader:
    """Reads the mailbox and remembers what it saw, as the portal does."""

    def __init__(self, imap: LocalImap, **values: object) -> None:
        usual = {"host": "127.0.0.1", "port": imap.port, "user": USER, "password": PASSWORD, "security": "none"}
        self._server = ImapServer(**{**usual, **values})  # type: ignore[arg-type]
        self.state = MailboxState()
        self.taken: list[bytes] = []
        self.broken = False

    def fetch(self) -> int:
        return ImapMailbox(self._server).fetch(self.state, self._store, now=NOW, save=self._save)

    def check(self) -> None:
        ImapMailbox(self._server).check()

    def _store(self, raw: bytes) -> None:
        if self.broken:
            raise OSError("no room on the disk")
        self.taken.append(raw)

    def _save(self, state: MailboxState) -> None:
        self.state = state


@pytest.fixture
def imap(server: LocalImap) -> LocalImap:
    """The server with an empty mailbox."""
    client = server.client()
    if int(client.select("INBOX")[1][0] or 0):
        client.store("1:*", "+FLAGS", r"(\Deleted)")
        client.expunge()
    client.logout()
    return server


def sample(number: int) -> bytes:
    return mail(f"Mail {number}", Message_ID=f"<{number}@mail.example>").as_bytes()


def test_new_mails_come_once_byte_for_byte_and_are_marked_as_read(imap: LocalImap) -> None:
    reader = Reader(imap)
    assert reader.fetch() == 0
    imap.deliver(sample(1))
    imap.deliver(sample(2))
    assert [reader.fetch(), reader.fetch()] == [2, 0]
    assert reader.taken == [sample(1), sample(2)]
    assert all("\\Seen" in flags for flags in imap.flags())
    assert reader.state.read_at == NOW


def test_at_the_first_look_old_mails_are_left_alone(imap: LocalImap) -> None:
    imap.deliver(sample(1), flags=r"(\Seen)")
    imap.deliver(sample(2))
    imap.deliver(sample(3), flags=r"(\Seen)")
    reader = Reader(imap)
    assert reader.fetch() == 1
    assert reader.taken == [sample(2)]
    assert reader.fetch() == 0


def test_a_mail_that_somebody_read_elsewhere_is_not_left_out(imap: LocalImap) -> None:
    reader = Reader(imap)
    imap.deliver(sample(1))
    reader.fetch()
    imap.deliver(sample(2), flags=r"(\Seen)")
    assert reader.fetch() == 1


def test_a_mail_that_could_not_be_stored_is_unread_and_comes_again(imap: LocalImap) -> None:
    reader = Reader(imap)
    imap.deliver(sample(1))
    reader.broken = True
    with pytest.raises(MailboxError):
        reader.fetch()
    assert "\\Seen" not in imap.flags()[0]
    reader.broken = False
    assert reader.fetch() == 1
    imap.deliver(sample(2))
    reader.broken = True
    with pytest.raises(MailboxError):
        reader.fetch()
    reader.broken = False
    assert reader.fetch() == 1
    assert reader.taken == [sample(1), sample(2)]


def test_mails_are_moved_where_a_folder_is_set(imap: LocalImap) -> None:
    imap.create("Done")
    before = len(imap.flags("Done"))
    reader = Reader(imap, done_folder="Done")
    imap.deliver(sample(1))
    assert reader.fetch() == 1
    assert imap.flags() == []
    assert len(imap.flags("Done")) == before + 1


def test_after_new_numbering_nothing_that_came_meanwhile_is_lost(imap: LocalImap) -> None:
    reader = Reader(imap)
    imap.deliver(sample(1))
    reader.fetch()
    imap.deliver(sample(2), flags=r"(\Seen)")
    imap.number_anew()
    validity = reader.state.validity
    reader.fetch()
    assert reader.state.validity != validity
    assert set(reader.taken) == {sample(1), sample(2)}
    assert reader.fetch() == 0


def test_of_a_mail_that_is_too_large_the_beginning_comes(imap: LocalImap) -> None:
    reader = Reader(imap, max_bytes=1_000)
    whole = mail("word " * 5_000).as_bytes()
    imap.deliver(whole)
    reader.fetch()
    (cut,) = reader.taken
    assert cut == f"{CUT_HEADER}: {len(whole)}\r\n".encode() + whole[:1_000]


@pytest.mark.parametrize(
    ("values", "said"),
    [({"password": "wrong"}, "auth"), ({"folder": "Nowhere"}, "Nowhere"), ({"port": 1}, "refused")],
)
def test_what_is_wrong_is_said(imap: LocalImap, values: dict[str, object], said: str) -> None:
    with pytest.raises(MailboxError, match=f"(?i){said}"):
        Reader(imap, **values).fetch()
    with pytest.raises(MailboxError, match=f"(?i){said}"):
        Reader(imap, **values).check()
    Reader(imap).check()


def test_the_password_is_not_in_any_log() -> None:
    server = ImapServer(host="h", port=1, user="u", password="hidden")
    assert "hidden" not in repr(replace(server, port=2))
