"""A generation opened for searching."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from search_index import HashingEncoder, Indexer
from search_index.errors import IndexCorrupt
from search_index.generations import FileVerifier, GenerationStore
from search_index.reader import GenerationReader, open_generation, verify_generation
from search_index.synonyms import parse_rule
from tests.unit.search_index.samples import DELIVERY, PUBLIC, REFUND, SHOP, article, index


def open_live(root: Path, verifier: FileVerifier | None = None) -> GenerationReader:
    store = GenerationStore(root)
    return open_generation(store, store.current(), verifier)


def test_rows_lead_to_passages(tmp_path: Path) -> None:
    reader = open_live(index(tmp_path))
    rows = reader.rows_of(DELIVERY.id)
    assert [reader.row(int(row)).number for row in rows] == [0, 1, 2]
    assert [reader.row(int(row)).anchor for row in rows] == ["", "", "search-for-it"]
    assert len(reader.rows_of("unknown")) == 0


def test_rows_lead_to_passages_across_segments_and_deletions(tmp_path: Path) -> None:
    index(tmp_path, [*SHOP, *(article(f"a{number}", f"text {number}") for number in range(30))])
    Indexer(tmp_path, HashingEncoder()).apply([replace(REFUND, title="Money back")], [DELIVERY.id])
    reader = open_live(tmp_path)
    assert len(reader.segments) == 2
    assert {reader.row(int(row)).article_id for row in reader.rows_of(REFUND.id)} == {REFUND.id}
    assert len(reader.rows_of(DELIVERY.id)) == 0
    assert int((reader.row_articles < 0).sum()) == 6


def test_each_run_of_rows_is_one_article(tmp_path: Path) -> None:
    reader = open_live(index(tmp_path))
    owners = reader.row_articles[reader.run_starts]
    assert len(set(owners.tolist())) == len(owners) == 4


def test_audience_and_locale_decide_what_is_visible(tmp_path: Path) -> None:
    reader = open_live(index(tmp_path, [*SHOP, article("de", "Wort", locale="de")]))

    def visible(audiences: frozenset[str], locale: str | None) -> set[str]:
        rows = np.flatnonzero(reader.visible(audiences, locale))
        return {reader.row(int(row)).article_id for row in rows}

    assert visible(PUBLIC, "en") == {"delivery-late", "refunds", "error-codes"}
    assert visible(PUBLIC, "de") == {"de"}
    assert visible(PUBLIC | {"agents"}, None) == {"delivery-late", "refunds", "error-codes", "staff-refunds", "de"}
    assert visible(frozenset(), None) == set()


def test_likeness_is_highest_to_itself_and_by_words_without_vectors(tmp_path: Path) -> None:
    for encoder in (HashingEncoder(), None):
        root = tmp_path / str(encoder is None)
        Indexer(root, encoder).sync(SHOP)
        reader = open_live(root)
        number = reader.numbers[REFUND.id]
        likeness = reader.likeness(number)
        assert int(likeness.argmax()) == number
        assert likeness[reader.numbers["staff-refunds"]] > likeness[reader.numbers["error-codes"]]


@pytest.mark.parametrize(
    "damaged", ["columns.json", "live.npy", "segments.txt", "names.json", "rows.npy", "recipe.json"]
)
def test_damage_is_corrupt_with_or_without_looking_for_it(tmp_path: Path, damaged: str) -> None:
    index(tmp_path)
    next(tmp_path.rglob(damaged)).write_bytes(b"damage")
    for verifier in (None, FileVerifier()):
        with pytest.raises(IndexCorrupt, match="rebuild"):
            open_live(tmp_path, verifier)


def test_damage_of_a_single_bit_is_found_by_looking_for_it(tmp_path: Path) -> None:
    index(tmp_path)
    path = next(tmp_path.rglob("counts.npy"))
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(IndexCorrupt, match="counts"):
        open_live(tmp_path, FileVerifier())


@pytest.mark.parametrize("damage", ["nonsense", "shape", "gone"])
def test_damaged_vectors_leave_the_words(tmp_path: Path, damage: str) -> None:
    index(tmp_path)
    path = next(tmp_path.rglob("half.npy"))
    if damage == "gone":
        path.unlink()
    elif damage == "shape":
        np.save(path, np.zeros((1, 1), dtype=np.float16))
    else:
        path.write_bytes(b"nonsense")
    reader = open_live(tmp_path, FileVerifier())
    assert reader.vectors is None
    assert "half.npy" in reader.vectors_problem
    with pytest.raises(IndexCorrupt):
        verify_generation(GenerationStore(tmp_path), reader.name, FileVerifier())


def test_a_keyword_only_index_misses_nothing(tmp_path: Path) -> None:
    Indexer(tmp_path, None).sync(SHOP)
    reader = open_live(tmp_path)
    assert (reader.vectors, reader.vectors_problem) == (None, "")


def test_synonyms_are_made_ready_once(tmp_path: Path) -> None:
    store = GenerationStore(index(tmp_path))
    first = open_generation(store, store.current())
    second = open_generation(store, store.current(), analyzer=first.analyzer, shared=first)
    assert second.matcher.synonyms is first.matcher.synonyms
    assert open_generation(store, store.current(), shared=first).matcher.synonyms is not first.matcher.synonyms

    Indexer(tmp_path, HashingEncoder(), synonyms=[parse_rule("parcel, box")]).sync(SHOP)
    other = open_generation(store, store.current(), analyzer=first.analyzer, shared=first)
    assert other.matcher.synonyms is not first.matcher.synonyms
