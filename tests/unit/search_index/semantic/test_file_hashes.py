"""Hashes of files, remembered while the files stay the same."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import pytest

from search_index.semantic.file_hashes import FileHashes


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    path = tmp_path / "weights"
    path.write_bytes(b"weights")
    return path


def test_hashes_the_content(weights: Path) -> None:
    assert FileHashes(None).sha256(weights) == hashlib.sha256(b"weights").hexdigest()


def test_an_unchanged_file_is_not_read_again(weights: Path, tmp_path: Path) -> None:
    memory = tmp_path / "deep" / "checks.json"
    hashes = FileHashes(memory)
    before = hashes.sha256(weights)
    hashes.save()
    # Same size and time, other content: only a second reading would notice.
    stat = weights.stat()
    weights.write_bytes(b"WEIGHTS")
    os.utime(weights, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert FileHashes(memory).sha256(weights) == before


def test_a_changed_file_is_read_again(weights: Path, tmp_path: Path) -> None:
    memory = tmp_path / "checks.json"
    hashes = FileHashes(memory)
    before = hashes.sha256(weights)
    hashes.save()
    weights.write_bytes(b"other weights")
    assert FileHashes(memory).sha256(weights) != before


@pytest.mark.parametrize("content", ["", "{", "[1]", '{"x": 1}', "\0"])
def test_a_broken_memory_is_no_memory(weights: Path, tmp_path: Path, content: str) -> None:
    memory = tmp_path / "checks.json"
    memory.write_text(content)
    hashes = FileHashes(memory)
    assert hashes.sha256(weights) == hashlib.sha256(b"weights").hexdigest()
    hashes.save()
    assert json.loads(memory.read_text())


def test_a_memory_that_cannot_be_written_does_no_harm(weights: Path) -> None:
    hashes = FileHashes(weights / "below a file" / "checks.json")
    assert hashes.sha256(weights)
    hashes.save()


def test_nothing_new_is_not_written(tmp_path: Path) -> None:
    memory = tmp_path / "checks.json"
    FileHashes(memory).save()
    assert not memory.exists()
