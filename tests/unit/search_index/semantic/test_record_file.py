"""Records kept between runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from search_index.semantic.record_file import RecordFile

KEYS = ["0" * 32, "1" * 32, "f" * 32]
RECORDS = {key: bytes([number]) * 8 for number, key in enumerate(KEYS)}


def some(start: int, end: int) -> dict[str, bytes]:
    return {key: RECORDS[key] for key in KEYS[start:end]}


def read(file: RecordFile) -> dict[str, bytes]:
    return {key: bytes(record) for key, record in file.read().items()}


def test_the_file_gives_back_what_was_added(tmp_path: Path) -> None:
    file = RecordFile(tmp_path / "deep" / "cache")
    assert file.read() == {}
    file.append(some(0, 2))
    file.append(some(2, 3))
    again = read(RecordFile(tmp_path / "deep" / "cache"))
    assert list(again) == KEYS
    assert again == RECORDS
    file.clear()
    file.clear()
    assert file.read() == {}


@pytest.mark.parametrize("torn", [1, 15, 16, 23])
def test_a_torn_record_is_dropped_and_written_over(tmp_path: Path, torn: int) -> None:
    path = tmp_path / "cache"
    file = RecordFile(path)
    file.append(some(0, 1))
    whole = path.read_bytes()
    path.write_bytes(whole + whole[:torn])
    assert list(file.read()) == KEYS[:1]
    file.append(some(1, 2))
    assert list(file.read()) == KEYS[:2]


def test_what_is_written_after_a_damaged_record_is_found(tmp_path: Path) -> None:
    path = tmp_path / "cache"
    RecordFile(path).append(some(0, 2))
    content = bytearray(path.read_bytes())
    content[-1] ^= 0xFF
    path.write_bytes(content)
    file = RecordFile(path)
    file.append(some(2, 3))
    assert read(file) == {KEYS[0]: RECORDS[KEYS[0]], KEYS[2]: RECORDS[KEYS[2]]}


def test_two_runs_may_share_a_file(tmp_path: Path) -> None:
    one, other = RecordFile(tmp_path / "cache"), RecordFile(tmp_path / "cache")
    one.append(some(0, 1))
    other.append(some(1, 2))
    one.append(some(2, 3))
    assert read(other) == RECORDS
