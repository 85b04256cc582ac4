from __future__ import annotations

import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from portal.storage.attachments_folder import AttachmentsFolder

NAME = "ab" * 16


@pytest.fixture
def folder(tmp_path: Path) -> AttachmentsFolder:
    """A folder that does not exist yet."""
    return AttachmentsFolder(tmp_path / "attachments")


def test_a_file_comes_back_and_only_its_owner_may_read_it(folder: AttachmentsFolder) -> None:
    folder.write(NAME, b"content")
    assert folder.read(NAME) == b"content"
    assert folder.path(NAME).parent.name == "ab"
    assert stat.S_IMODE(folder.path(NAME).stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.path(NAME).parent.stat().st_mode) == 0o700


def test_a_file_that_is_there_stays_as_it_is(folder: AttachmentsFolder) -> None:
    folder.write(NAME, b"first")
    folder.write(NAME, b"second")
    assert folder.read(NAME) == b"first"


def test_a_file_can_be_removed_twice(folder: AttachmentsFolder) -> None:
    folder.write(NAME, b"content")
    folder.delete(NAME)
    folder.delete(NAME)
    with pytest.raises(FileNotFoundError):
        folder.read(NAME)


@pytest.mark.parametrize("name", ["", "../secret_key", "AB" * 16, "ab" * 15, "ab" * 16 + "/x", "ab" * 16 + "\n"])
def test_no_name_leads_elsewhere(folder: AttachmentsFolder, name: str) -> None:
    with pytest.raises(ValueError, match="not the name"):
        folder.path(name)


def test_old_files_are_listed_and_old_drafts_removed(folder: AttachmentsFolder) -> None:
    young, old = "cd" * 16, "ef" * 16
    for name in (young, old):
        folder.write(name, b"content")
    draft = folder.path(old).with_name(f"{old}.77.part")
    draft.write_bytes(b"half")
    for file in (folder.path(old), draft):
        os.utime(file, (1_000_000_000, 1_000_000_000))
    assert list(folder.list_names(before=datetime.now(UTC) - timedelta(hours=1))) == [old]
    assert not draft.exists()


def test_a_folder_that_is_not_there_is_empty(folder: AttachmentsFolder) -> None:
    assert list(folder.list_names(before=datetime.now(UTC))) == []
