"""The index follows the articles, cheaply and safely."""

from __future__ import annotations

import errno
import multiprocessing
import os
import random
import resource
import signal
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from search_index import (
    GateRefused,
    HashingEncoder,
    IndexedArticle,
    Indexer,
    IndexLocked,
    IndexMissing,
    IndexNotWritable,
    IndexReport,
    RebuildNeeded,
    Recipe,
    SearchMode,
    Section,
)
from search_index.generations import GenerationStore
from search_index.reader import GenerationReader, open_generation
from search_index.recipe import BuildRecipe, KeywordRecipe
from tests.unit.search_index.samples import DELIVERY, ERRORS, REFUND, SHOP, article, ask, engine

STEPS = ("begin", "embed", "keyword", "arrays", "vectors", "catalogue", "manifest", "gate", "promote", "prune")
ENCODER = HashingEncoder()


def sync(root: Path, *articles: IndexedArticle) -> IndexReport:
    return Indexer(root, ENCODER).sync(articles)


def open_live(root: Path) -> GenerationReader:
    store = GenerationStore(root)
    return open_generation(store, store.current())


def contents(root: Path) -> dict[tuple[str, int], tuple[str, bytes, tuple[float, ...]]]:
    """All that a live generation holds, by article and passage, whatever its order on disk."""
    reader = open_live(root)
    terms = sorted({term for segment in reader.segments for term in segment.arrays.terms})
    every = np.arange(reader.size)
    scores = {term: reader.keyword.score_term(term).at(every) for term in terms}
    held = {}
    for row in np.flatnonzero(reader.row_articles >= 0):
        shown = reader.row(int(row))
        vector = reader.vectors.take([row]).tobytes() if reader.vectors is not None else b""
        weights = tuple(sorted(round(float(scores[term][row]), 4) for term in terms if scores[term][row]))
        held[shown.article_id, shown.number] = (shown.text, vector, weights)
    return held


def test_a_first_sync_builds_a_generation(tmp_path: Path) -> None:
    report = sync(tmp_path, *SHOP)
    assert (report.promoted, report.articles, report.articles_added, report.semantic) == (True, 4, 4, True)
    assert report.passages == report.passages_embedded == len(contents(tmp_path))


def test_nothing_changed_nothing_done(tmp_path: Path) -> None:
    first = sync(tmp_path, *SHOP)
    second = sync(tmp_path, *reversed(SHOP))
    assert (second.promoted, second.generation, second.passages_embedded) == (False, first.generation, 0)
    assert len(list((tmp_path / "generations").iterdir())) == 1


def test_an_edit_embeds_only_the_changed_passages(tmp_path: Path) -> None:
    sync(tmp_path, *SHOP)
    sections = (DELIVERY.sections[0], replace(DELIVERY.sections[1], text="Something else."))
    report = sync(tmp_path, replace(DELIVERY, sections=sections), *SHOP[1:])
    assert (report.articles_changed, report.articles_added, report.passages_embedded) == (1, 0, 1)


def test_a_change_of_audience_embeds_nothing(tmp_path: Path) -> None:
    sync(tmp_path, *SHOP)
    report = sync(tmp_path, replace(DELIVERY, audience="agents"), *SHOP[1:])
    assert (report.promoted, report.articles_changed, report.passages_embedded) == (True, 1, 0)


def test_a_removed_article_is_gone(tmp_path: Path) -> None:
    sync(tmp_path, *SHOP)
    report = sync(tmp_path, *SHOP[1:])
    assert (report.articles, report.articles_removed) == (3, 1)
    assert not any(article_id == DELIVERY.id for article_id, _ in contents(tmp_path))


def test_all_articles_may_go(tmp_path: Path) -> None:
    sync(tmp_path, *SHOP)
    report = sync(tmp_path)
    assert (report.articles, report.passages, report.articles_removed) == (0, 0, 4)
    assert ask(engine(tmp_path), "refund").hits == ()


def test_an_empty_help_centre_is_an_index_too(tmp_path: Path) -> None:
    assert sync(tmp_path).promoted
    assert not sync(tmp_path).promoted
    assert ask(engine(tmp_path), "refund").mode is SearchMode.HYBRID


def test_apply_leaves_the_others_alone(tmp_path: Path) -> None:
    sync(tmp_path, *SHOP)
    indexer = Indexer(tmp_path, ENCODER)
    report = indexer.apply([replace(REFUND, title="Money back")], [ERRORS.id, "unknown"])
    assert (report.articles, report.articles_changed, report.articles_removed) == (3, 1, 1)
    assert not indexer.apply([replace(REFUND, title="Money back")], ["unknown"]).promoted


def test_apply_needs_an_index_of_the_same_recipe(tmp_path: Path) -> None:
    with pytest.raises(RebuildNeeded):
        Indexer(tmp_path, ENCODER).apply([REFUND])
    sync(tmp_path, *SHOP)
    with pytest.raises(RebuildNeeded):
        Indexer(tmp_path, HashingEncoder(64)).apply([REFUND])


def test_another_model_rebuilds_and_embeds_everything(tmp_path: Path) -> None:
    sync(tmp_path, *SHOP)
    report = Indexer(tmp_path, HashingEncoder(64)).sync(SHOP)
    assert report.passages_embedded == report.passages
    assert open_live(tmp_path).manifest.dimensions == 64


def test_other_passages_rebuild(tmp_path: Path) -> None:
    first = sync(tmp_path, *SHOP)
    recipe = Recipe(build=BuildRecipe(passage_tokens=16))
    assert Indexer(tmp_path, ENCODER, recipe).sync(SHOP).passages > first.passages


def test_other_weights_are_promoted_without_rebuilding(tmp_path: Path) -> None:
    sync(tmp_path, *SHOP)
    recipe = Recipe(keyword=KeywordRecipe(k1=3.0))
    report = Indexer(tmp_path, ENCODER, recipe).sync(SHOP)
    assert (report.promoted, report.articles_changed, report.passages_embedded) == (True, 0, 0)
    assert open_live(tmp_path).recipe == recipe


def test_rebuild_uses_the_vectors_it_has(tmp_path: Path) -> None:
    sync(tmp_path, *SHOP)
    report = Indexer(tmp_path, ENCODER).rebuild(SHOP)
    assert (report.promoted, report.passages_embedded) == (True, 0)


def test_without_an_encoder_the_index_has_words_only(tmp_path: Path) -> None:
    report = Indexer(tmp_path, None).sync(SHOP)
    assert (report.semantic, report.passages_embedded) == (False, 0)
    assert open_live(tmp_path).vectors is None
    assert sync(tmp_path, *SHOP).passages_embedded == report.passages


def test_an_edit_without_the_model_is_found_and_gets_its_vectors_later(tmp_path: Path) -> None:
    sync(tmp_path, *SHOP)
    edited = replace(DELIVERY, title="Pigeon post", summary="By pigeon.", sections=())
    blind = Indexer(tmp_path, None)
    report = blind.sync((edited, *SHOP[1:]))
    assert (report.semantic, report.passages_embedded, report.articles_changed) == (True, 0, 1)
    assert not blind.sync((edited, *SHOP[1:])).promoted
    assert "delivery-late" in [hit.article_id for hit in ask(engine(tmp_path), "pigeon").hits]
    healed = sync(tmp_path, edited, *SHOP[1:])
    assert (healed.promoted, healed.passages_embedded) == (True, 1)


def test_two_articles_of_one_id_are_refused_and_nothing_changes(tmp_path: Path) -> None:
    first = sync(tmp_path, *SHOP)
    with pytest.raises(ValueError, match="refunds"):
        sync(tmp_path, REFUND, REFUND)
    assert GenerationStore(tmp_path).current() == first.generation


def test_odd_articles_are_indexed(tmp_path: Path) -> None:
    odd = (
        IndexedArticle(id="empty", title=""),
        IndexedArticle(id="emoji 📦/ü", title="📦", summary="🤷"),
        article("long", "x" * 20_000),
        article("zh", "如果您的包裹没有送达", title="我的包裹在哪里", locale="zh"),
        article("surrogate", "lone \ud800 one", title="\ud800"),
        article("nul", "nul \x00 byte"),
        IndexedArticle(id="many", title="t", sections=tuple(Section(anchor=f"s{n}", heading="h") for n in range(300))),
    )
    assert sync(tmp_path, *odd).articles == len(odd)
    assert ask(engine(tmp_path), "我的包裹", locale="zh").hits[0].article_id == "zh"


def _random_article(dice: random.Random, article_id: str) -> IndexedArticle:
    words = [f"word{number}" for number in range(30)]
    sections = tuple(
        Section(anchor=f"s{n}", heading=dice.choice(words), text=" ".join(dice.choices(words, k=dice.randint(0, 40))))
        for n in range(dice.randint(0, 3))
    )
    return IndexedArticle(id=article_id, title=" ".join(dice.choices(words, k=3)), sections=sections)


@pytest.mark.parametrize("seed", range(4))
def test_edited_bit_by_bit_equals_built_anew(tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)
    articles = {f"a{n}": _random_article(dice, f"a{n}") for n in range(8)}
    indexer = Indexer(tmp_path / "edited", ENCODER)
    indexer.sync(articles.values())
    for _ in range(6):
        article_id = f"a{dice.randint(0, 11)}"
        if dice.random() < 0.3:
            articles.pop(article_id, None)
            indexer.apply([], [article_id])
        else:
            articles[article_id] = _random_article(dice, article_id)
            indexer.apply([articles[article_id]])
    sync(tmp_path / "fresh", *articles.values())
    assert contents(tmp_path / "edited") == contents(tmp_path / "fresh")


class Killed(BaseException):
    """As sudden as a kill, but the test lives on."""


@pytest.mark.parametrize("step", STEPS)
def test_a_kill_at_any_step_leaves_the_old_or_the_new_generation(tmp_path: Path, step: str) -> None:
    sync(tmp_path, *SHOP)
    old = contents(tmp_path)
    edited = (replace(DELIVERY, title="Another title"), *SHOP[1:])

    def kill(name: str) -> None:
        if name == step:
            raise Killed

    with pytest.raises(Killed):
        Indexer(tmp_path, ENCODER, step=kill).sync(edited)
    sync(tmp_path / "new", *edited)
    assert contents(tmp_path) == (contents(tmp_path / "new") if step == "prune" else old)
    assert sync(tmp_path, *edited).promoted is (step != "prune")
    assert contents(tmp_path) == contents(tmp_path / "new")


def _die_at(root: Path, step: str) -> None:
    def kill(name: str) -> None:
        if name == step:
            os.kill(os.getpid(), signal.SIGKILL)

    Indexer(root, ENCODER, step=kill).sync(SHOP[1:])


@pytest.mark.parametrize("step", ["keyword", "manifest", "promote"])
def test_a_process_really_killed_leaves_the_old_generation_and_no_lock(tmp_path: Path, step: str) -> None:
    report = sync(tmp_path, *SHOP)
    child = multiprocessing.get_context("fork").Process(target=_die_at, args=(tmp_path, step))
    child.start()
    child.join()
    assert child.exitcode == -9
    assert GenerationStore(tmp_path).current() == report.generation
    assert sync(tmp_path, *SHOP[1:]).promoted
    assert not list((tmp_path / "generations").glob(".*"))


@pytest.mark.parametrize("step", STEPS[:-1])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS])
def test_a_disk_that_cannot_be_written_leaves_the_old_generation(tmp_path: Path, step: str, number: int) -> None:
    report = sync(tmp_path, *SHOP)

    def fail(name: str) -> None:
        if name == step:
            raise OSError(number, "no")

    with pytest.raises(IndexNotWritable, match="stays as it was"):
        Indexer(tmp_path, ENCODER, step=fail).sync(SHOP[1:])
    assert GenerationStore(tmp_path).current() == report.generation
    assert ask(engine(tmp_path), "delivery").hits


def _index_with_little_room(root: Path, room: int, outcome: object) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
    try:
        Indexer(root, ENCODER).sync([article(f"n{n}", "many words " * 500) for n in range(20)])
    except IndexNotWritable:
        outcome.value = 1  # type: ignore[attr-defined]


@pytest.mark.parametrize("room", [0, 200, 4_000])
def test_files_that_may_not_grow_leave_the_old_generation(tmp_path: Path, room: int) -> None:
    report = sync(tmp_path, *SHOP)
    context = multiprocessing.get_context("fork")
    outcome = context.Value("i", 0)
    child = context.Process(target=_index_with_little_room, args=(tmp_path, room, outcome))
    child.start()
    child.join()
    assert outcome.value == 1
    assert GenerationStore(tmp_path).current() == report.generation
    assert ask(engine(tmp_path), "delivery").hits


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(IndexNotWritable):
        sync(tmp_path / "file" / "index", *SHOP)


@pytest.mark.parametrize(
    "damaged",
    [
        "CURRENT",
        "manifest.json",
        "half.npy",
        "centroids.npy",
        "live.npy",
        "segments.txt",
        "names.json",
    ],
)
def test_a_damaged_index_is_rebuilt_by_the_next_sync(tmp_path: Path, damaged: str) -> None:
    sync(tmp_path, *SHOP)
    whole = contents(tmp_path)
    next(path for path in tmp_path.rglob(damaged)).write_bytes(b"\x00damage")
    assert sync(tmp_path, *SHOP).promoted
    assert contents(tmp_path) == whole


def test_a_damaged_keyword_file_is_not_carried_on(tmp_path: Path) -> None:
    sync(tmp_path, *SHOP)
    for path in tmp_path.rglob("*.seg"):
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 0xFF
        path.write_bytes(content)
    with pytest.raises(RebuildNeeded):
        Indexer(tmp_path, ENCODER).apply([replace(REFUND, title="x")])
    assert sync(tmp_path, *SHOP).promoted


def test_the_gate_refuses_and_the_old_generation_stays(tmp_path: Path) -> None:
    report = sync(tmp_path, *SHOP)
    indexer = Indexer(tmp_path, ENCODER, step=lambda name: _spoil(tmp_path) if name == "manifest" else None)
    with pytest.raises(GateRefused, match="not promoted"):
        indexer.sync([replace(DELIVERY, title="Late"), *SHOP[1:]])
    assert GenerationStore(tmp_path).current() == report.generation


def _spoil(root: Path) -> None:
    """Damage the vectors that were just written."""
    found = (root / "generations").glob(".g*/vectors/*/half.npy")
    (vectors,) = (path for path in found if path.stat().st_nlink == 1)
    spoiled = np.full_like(np.load(vectors), np.nan)
    vectors.unlink()
    np.save(vectors, spoiled)


def test_rolling_back(tmp_path: Path) -> None:
    indexer = Indexer(tmp_path, ENCODER)
    first = indexer.sync(SHOP).generation
    indexer.sync(SHOP[1:])
    assert indexer.roll_back() == first
    assert GenerationStore(tmp_path).names() == [first]
    with pytest.raises(IndexMissing):
        indexer.roll_back()
    assert indexer.sync(SHOP[1:]).articles_removed == 1


def _sync_slowly(root: Path, started: object, go_on: object) -> None:
    def wait(name: str) -> None:
        if name == "keyword":
            started.set()  # type: ignore[attr-defined]
            go_on.wait(30)  # type: ignore[attr-defined]

    Indexer(root, ENCODER, step=wait).sync(SHOP[:2])


def test_of_two_indexers_one_waits_or_says_so(tmp_path: Path) -> None:
    sync(tmp_path, *SHOP)
    context = multiprocessing.get_context("fork")
    started, go_on = context.Event(), context.Event()
    other = context.Process(target=_sync_slowly, args=(tmp_path, started, go_on))
    other.start()
    assert started.wait(30)
    with pytest.raises(IndexLocked, match="nothing was changed"):
        Indexer(tmp_path, ENCODER, lock_wait_seconds=0.1).sync(SHOP[2:])
    go_on.set()
    Indexer(tmp_path, ENCODER, lock_wait_seconds=30).sync(SHOP[2:])
    other.join()
    assert {article_id for article_id, _ in contents(tmp_path)} == {each.id for each in SHOP[2:]}


def test_progress_is_told_by_stage(tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    Indexer(tmp_path, ENCODER).sync(SHOP, lambda *each: told.append(each))
    assert list(dict.fromkeys(stage for stage, _, _ in told)) == ["embed", "keyword", "write"]
    assert all(0 <= done <= total for _, done, total in told)
    last = {stage: (done, total) for stage, done, total in told}
    assert all(done == total for done, total in last.values())


def test_what_was_embedded_before_a_kill_is_not_embedded_again(tmp_path: Path) -> None:
    def kill(name: str) -> None:
        if name == "keyword":
            raise Killed

    with pytest.raises(Killed):
        Indexer(tmp_path, ENCODER, step=kill).sync(SHOP)
    assert sync(tmp_path, *SHOP).passages_embedded == 0
    assert not list((tmp_path / "embeddings").iterdir())


def test_kept_vectors_serve_the_next_index(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    first = Indexer(tmp_path / "one", ENCODER, kept_vectors=kept).sync([DELIVERY, REFUND])
    second = Indexer(tmp_path / "two", ENCODER, kept_vectors=kept).sync([DELIVERY, REFUND, ERRORS])
    assert first.passages_embedded == first.passages
    assert second.passages_embedded == second.passages - first.passages
