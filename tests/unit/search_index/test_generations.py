"""Generations on disk: locking, sealing, promoting, pruning, going back."""

from __future__ import annotations

import errno
import json
import multiprocessing
from pathlib import Path

import pytest

from search_index.errors import IndexCorrupt, IndexLocked, IndexMissing, IndexNotWritable
from search_index.generations import Draft, FileVerifier, GenerationStore, Manifest, writing


@pytest.fixture
def store(tmp_path: Path) -> GenerationStore:
    return GenerationStore(tmp_path / "index")


def manifest(draft: Draft) -> Manifest:
    return Manifest(
        name=draft.name,
        build_hash="b",
        model="m",
        model_fingerprint="f",
        dimensions=2,
        articles=1,
        passages=1,
        files={},
    )


def sealed(store: GenerationStore, content: str = "text", clone_of: str | None = None) -> str:
    draft = store.begin(clone_of)
    (draft.folder / "keyword").mkdir(exist_ok=True)
    (draft.folder / "arrays").mkdir(exist_ok=True)
    (draft.folder / "vectors").write_text(content)
    store.seal(draft, manifest(draft), FileVerifier())
    return draft.name


def promoted(store: GenerationStore, content: str = "text", clone_of: str | None = None) -> str:
    name = sealed(store, content, clone_of)
    store.promote(name)
    return name


def test_without_an_index_nothing_is_current(store: GenerationStore) -> None:
    with pytest.raises(IndexMissing):
        store.current()
    assert store.names() == []


def test_a_promoted_generation_is_current(store: GenerationStore) -> None:
    first = promoted(store)
    assert store.current() == first
    second = sealed(store)
    assert store.current() == first
    store.promote(second)
    assert store.current() == second
    assert store.names() == [first, second]


@pytest.mark.parametrize("pointer", ["", "g000009-00000000", "../../etc", "\x00", "g000001-xyz"])
def test_a_pointer_to_nowhere_is_corrupt(store: GenerationStore, pointer: str) -> None:
    promoted(store)
    store.current_file.write_text(pointer)
    with pytest.raises(IndexCorrupt, match="rebuild"):
        store.current()


def test_the_manifest_lists_every_file(store: GenerationStore) -> None:
    name = promoted(store)
    read = store.read_manifest(name)
    assert (read.name, read.model, read.dimensions) == (name, "m", 2)
    size, digest = read.files["vectors"]
    verifier = FileVerifier()
    verifier.verify(store.folder(name), "vectors", size, digest)


@pytest.mark.parametrize("content", ["", "{}", "nonsense", '{"format": 999}', "[1]"])
def test_a_damaged_manifest_is_corrupt(store: GenerationStore, content: str) -> None:
    name = promoted(store)
    (store.folder(name) / "manifest.json").write_text(content)
    with pytest.raises(IndexCorrupt, match=r"manifest\.json"):
        store.read_manifest(name)


@pytest.mark.parametrize("damage", ["shorter", "other", "gone"])
def test_a_damaged_file_is_found_out(store: GenerationStore, damage: str) -> None:
    name = promoted(store)
    size, digest = store.read_manifest(name).files["vectors"]
    path = store.folder(name) / "vectors"
    if damage == "gone":
        path.unlink()
    else:
        path.write_text("tex" if damage == "shorter" else "texT")
    with pytest.raises(IndexCorrupt, match="vectors"):
        FileVerifier().verify(store.folder(name), "vectors", size, digest)


def test_of_large_files_a_reader_compares_the_size(store: GenerationStore) -> None:
    name = promoted(store)
    size, digest = store.read_manifest(name).files["vectors"]
    path = store.folder(name) / "vectors"
    path.write_text("texT")
    FileVerifier({"vectors"}).verify(store.folder(name), "vectors", size, digest)
    path.write_text("tex")
    with pytest.raises(IndexCorrupt, match="vectors"):
        FileVerifier({"vectors"}).verify(store.folder(name), "vectors", size, digest)


def test_a_clone_shares_files_and_leaves_locks_behind(store: GenerationStore) -> None:
    name = promoted(store)
    source = store.folder(name) / "keyword"
    (source / "MAIN_a.seg").write_text("segment")
    (source / "MAIN_WRITELOCK").write_text("")
    clone = store.begin(name).folder / "keyword"
    assert [path.name for path in clone.iterdir()] == ["MAIN_a.seg"]
    assert (clone / "MAIN_a.seg").samefile(source / "MAIN_a.seg")
    assert not (clone.parent / "vectors").exists(), "only files that are never changed in place are linked"


def test_a_clone_copies_where_links_fail(store: GenerationStore, monkeypatch: pytest.MonkeyPatch) -> None:
    name = promoted(store)
    (store.folder(name) / "keyword" / "MAIN_a.seg").write_text("segment")

    def refuse(source: Path, target: Path) -> None:
        raise OSError(errno.EXDEV, "no links here")

    monkeypatch.setattr("os.link", refuse)
    clone = store.begin(name).folder / "keyword" / "MAIN_a.seg"
    assert clone.read_text() == "segment"
    assert not clone.samefile(store.folder(name) / "keyword" / "MAIN_a.seg")


def test_only_the_newest_and_the_live_one_are_kept(store: GenerationStore) -> None:
    names = [promoted(store) for _ in range(5)]
    store.prune(3)
    assert store.names() == names[2:]
    store.promote(names[2])
    store.prune(1)
    assert store.names() == [names[2], names[4]]


def test_numbers_go_on_where_they_stopped(store: GenerationStore) -> None:
    names = [promoted(store) for _ in range(3)]
    assert [name.partition("-")[0] for name in names] == ["g000001", "g000002", "g000003"]


def test_previous_is_the_next_older_one(store: GenerationStore) -> None:
    first = promoted(store)
    with pytest.raises(IndexMissing, match="older"):
        store.previous()
    promoted(store)
    assert store.previous() == first


def test_the_lock_sweeps_away_what_a_crash_left(store: GenerationStore) -> None:
    live = promoted(store)
    unfinished = store.begin(None)
    unpromoted = sealed(store)
    with store.lock(0):
        assert not unfinished.folder.exists()
        assert store.names() == [live]
    assert unpromoted not in store.names()


def _hold(root: Path, held: object, release: object) -> None:
    with GenerationStore(root).lock(0):
        held.set()  # type: ignore[attr-defined]
        release.wait(30)  # type: ignore[attr-defined]


def test_a_second_indexer_waits_or_says_so(store: GenerationStore, tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    held, release = context.Event(), context.Event()
    other = context.Process(target=_hold, args=(tmp_path / "index", held, release))
    other.start()
    assert held.wait(30)
    with pytest.raises(IndexLocked, match="Another indexer"), store.lock(0.1):
        pytest.fail("two indexers at once")
    release.set()
    with store.lock(30):
        pass
    other.join()


def test_a_killed_indexer_leaves_no_lock(store: GenerationStore, tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    held = context.Event()
    other = context.Process(target=_hold, args=(tmp_path / "index", held, context.Event()))
    other.start()
    assert held.wait(30)
    other.kill()
    other.join()
    with store.lock(1):
        pass


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(IndexNotWritable, match="stays as it was"), GenerationStore(tmp_path / "file" / "index").lock(0):
        pytest.fail("written")


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EDQUOT])
def test_a_full_or_read_only_disk_is_told_apart(number: int) -> None:
    with pytest.raises(IndexNotWritable), writing(Path("/index")):
        raise OSError(number, "no")


def test_other_errors_pass() -> None:
    with pytest.raises(OSError, match="interrupted"), writing(Path("/index")):
        raise OSError(errno.EINTR, "interrupted")


def test_a_discarded_draft_is_gone(store: GenerationStore) -> None:
    draft = store.begin(None)
    store.discard(draft)
    assert not draft.folder.exists()


def test_the_manifest_is_json_for_people(store: GenerationStore) -> None:
    name = promoted(store)
    assert json.loads((store.folder(name) / "manifest.json").read_text())["articles"] == 1
