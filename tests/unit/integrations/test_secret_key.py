from __future__ import annotations

import stat
import threading
from pathlib import Path

import pytest

from portal.domain.errors import SetupError
from portal.integrations.secret_key import read_or_create_secret_key


def test_a_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    file = tmp_path / "instance" / "secret_key"
    key = read_or_create_secret_key(file)
    assert len(key) >= 43
    assert read_or_create_secret_key(file) == key
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [found.name for found in file.parent.iterdir()] == ["secret_key"]


def test_processes_that_start_together_agree_on_one_key(tmp_path: Path) -> None:
    keys: set[str] = set()
    gate = threading.Barrier(8)

    def start() -> None:
        gate.wait()
        keys.add(read_or_create_secret_key(tmp_path / "secret_key"))

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keys) == 1


@pytest.mark.parametrize("content", [b"", b"short\n", b"\xff\xfe" * 40])
def test_a_file_without_a_usable_key_is_named(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "secret_key"
    file.write_bytes(content)
    with pytest.raises(SetupError, match="secret_key"):
        read_or_create_secret_key(file)


def test_a_folder_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "secret_key").mkdir()
    with pytest.raises(SetupError, match="PORTAL_SECRET_KEY"):
        read_or_create_secret_key(tmp_path / "secret_key")
