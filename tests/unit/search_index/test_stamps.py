"""Noticing that a file was replaced."""

from __future__ import annotations

import os
from pathlib import Path

from search_index.stamps import stamp_of


def test_another_file_in_its_place_has_another_stamp(tmp_path: Path) -> None:
    path = tmp_path / "file"
    assert stamp_of(path) is None
    path.write_text("one")
    first = stamp_of(path)
    assert first == stamp_of(path)
    fresh = tmp_path / "fresh"
    fresh.write_text("two")
    fresh.replace(path)
    assert stamp_of(path) not in (None, first)
    os.utime(path, ns=(0, 0))
    assert stamp_of(path) not in (None, first)
