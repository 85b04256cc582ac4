from __future__ import annotations

from pathlib import Path

import pytest

from portal.domain.incoming_mail import MailboxState
from portal.storage.mailbox_state import MailboxStateFile
from tests.conversation_builders import NOW


def test_the_record_comes_back(tmp_path: Path) -> None:
    file = MailboxStateFile(tmp_path / "mail" / "mailbox.json")
    assert file.load() == MailboxState()
    state = MailboxState(validity=7, last_uid=12, read_at=NOW, error="down")
    file.save(state)
    assert file.load() == state
    assert [each.name for each in (tmp_path / "mail").iterdir()] == ["mailbox.json"]


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"validity": "x"}', "\x00"])
def test_what_cannot_be_read_is_a_mailbox_never_looked_into(tmp_path: Path, text: str) -> None:
    (tmp_path / "mailbox.json").write_text(text)
    assert MailboxStateFile(tmp_path / "mailbox.json").load() == MailboxState()
