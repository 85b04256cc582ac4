from __future__ import annotations

from pathlib import Path

import pytest

from search_index.small_files import FollowedFile, replace_text


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def test_a_file_is_replaced_with_its_folder_made_and_nothing_left_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "new" / "words.txt"
    replace_text(path, "früher")
    replace_text(path, "später")
    assert read(path) == "später"
    assert [each.name for each in path.parent.iterdir()] == ["words.txt"]


def test_a_followed_file_comes_changes_and_goes(tmp_path: Path) -> None:
    path = tmp_path / "words.txt"
    followed = FollowedFile(path, read, "nothing")
    assert followed.get() == "nothing"
    replace_text(path, "first")
    assert followed.get() == "first"
    replace_text(path, "second")
    assert followed.get() == "second"
    path.unlink()
    assert followed.get() == "nothing"


def test_a_file_is_read_once_for_each_state(tmp_path: Path) -> None:
    path, times = tmp_path / "words.txt", []
    replace_text(path, "same")
    followed = FollowedFile(path, times.append, None)
    followed.get()
    followed.get()
    assert times == [path]


def test_what_cannot_be_read_is_tried_again(tmp_path: Path) -> None:
    path = tmp_path / "words.txt"
    path.write_bytes(b"\xff")
    followed = FollowedFile(path, read, "")
    for _ in range(2):
        with pytest.raises(UnicodeDecodeError):
            followed.get()
