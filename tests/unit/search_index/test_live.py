"""Following the live generation."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

from search_index import DegradedReason
from search_index.generations import GenerationStore
from search_index.live import LiveIndex
from tests.unit.search_index.samples import SHOP, index


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def name_of(live: LiveIndex) -> str:
    reader = live.get().reader
    return reader.name if reader else ""


def test_nothing_there_is_named(tmp_path: Path) -> None:
    opened = LiveIndex(tmp_path / "index").get()
    assert (opened.reader, opened.problem) == (None, DegradedReason.INDEX_MISSING)
    assert "build" in opened.detail


def test_an_index_built_later_is_found(tmp_path: Path) -> None:
    live = LiveIndex(tmp_path)
    live.get()
    index(tmp_path)
    assert live.get().problem is None


def test_a_promotion_is_followed_at_once_and_the_reader_is_shared_until_then(tmp_path: Path) -> None:
    live = LiveIndex(index(tmp_path))
    first = live.get().reader
    assert live.get().reader is first
    index(tmp_path, SHOP[1:])
    assert name_of(live) == GenerationStore(tmp_path).current() != (first.name if first else "")


def test_a_damaged_new_generation_leaves_the_old_one_in_use(tmp_path: Path) -> None:
    clock = Clock()
    live = LiveIndex(index(tmp_path), clock)
    old = name_of(live)
    index(tmp_path, SHOP[1:])
    new = GenerationStore(tmp_path).current()
    broken = tmp_path / "generations" / new / "recipe.json"
    content = broken.read_bytes()
    broken.write_bytes(b"damage")
    opened = live.get()
    assert (name_of(live), opened.problem) == (old, DegradedReason.INDEX_CORRUPT)
    broken.write_bytes(content)
    assert name_of(live) == old, "not tried at every request"
    clock.now = 60
    assert name_of(live) == new
    assert live.get().problem is None


def test_an_index_deleted_under_a_running_site_is_still_searched_and_named(tmp_path: Path) -> None:
    live = LiveIndex(index(tmp_path))
    name = name_of(live)
    shutil.rmtree(tmp_path)
    assert (name_of(live), live.get().problem) == (name, DegradedReason.INDEX_MISSING)


def test_damaged_vectors_are_named_and_the_words_used(tmp_path: Path) -> None:
    index(tmp_path)
    next(tmp_path.rglob("half.npy")).write_bytes(b"damage")
    opened = LiveIndex(tmp_path).get()
    assert opened.reader is not None
    assert opened.problem is DegradedReason.VECTORS_MISSING


def test_many_threads_get_one_reader(tmp_path: Path) -> None:
    live = LiveIndex(index(tmp_path))
    readers: list[object] = []
    threads = [threading.Thread(target=lambda: readers.append(live.get().reader)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(map(id, readers))) == 1
    assert readers[0] is not None
