"""Sentences and pieces on disk, and how near they are to a question."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_index.errors import IndexCorrupt
from search_index.recipe import VectorRecipe
from search_index.semantic.passage_details import (
    PIECE_ENDS_FILE,
    SENTENCES_FILE,
    PassageDetails,
    make_runs,
    multiply_codes,
    save_details,
)
from search_index.semantic.passage_embedding import PassageEmbedding, Projection, to_codes
from search_index.semantic.segment_vectors import load_vectors, make_vectors, save_vectors
from search_index.stored_array import StoredArray

RNG = np.random.default_rng(7)


def unit(count: int, width: int) -> np.ndarray:
    rows = RNG.standard_normal((count, width)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True) if count else rows


def embedding(sentences: int, pieces: int) -> PassageEmbedding:
    return PassageEmbedding(
        vector=unit(1, 8)[0].astype(np.float16),
        sentences=to_codes(unit(sentences, 8)),
        pieces=to_codes(unit(pieces, 4)),
    )


PASSAGES = [embedding(2, 3), None, embedding(0, 5), embedding(1, 0), embedding(4, 2)]


def stored(folder: Path, passages: list[PassageEmbedding | None]) -> PassageDetails:
    half = np.stack([each.vector if each else np.zeros(8, dtype=np.float16) for each in passages])
    save_vectors(make_vectors(half, [len(half)]), folder, VectorRecipe())
    save_details(passages, (8, 4), folder)
    details = load_vectors(folder, 8).details
    assert details is not None
    return PassageDetails([details])


def test_nearest_sentences_are_what_comparing_each_gives(tmp_path: Path) -> None:
    details = PassageDetails(
        [*stored(tmp_path / "one", PASSAGES[:2])._parts, *stored(tmp_path / "two", PASSAGES[2:])._parts]
    )
    asked = unit(1, 8)[0]
    rows = np.array([4, 0, 1, 2, 3])
    expected = []
    for row in rows:
        passage = PASSAGES[row]
        cosines = (passage.sentences @ asked / 127).tolist() if passage is not None else []
        expected.append(max([0.0, *cosines]))
    np.testing.assert_allclose(details.nearest_sentences(rows, asked), expected, atol=1e-5)


def test_late_interaction_is_the_weighted_mean_of_the_best_pieces(tmp_path: Path) -> None:
    details = stored(tmp_path / "s", PASSAGES)
    asked, weights = unit(3, 4), np.array([1, 2, 0], dtype=np.float32)
    passage = PASSAGES[0]
    assert passage is not None
    best = np.clip((passage.pieces @ asked.T / 127).max(axis=0), 0, 1)
    expected = float(best @ weights / weights.sum())
    scores = details.late_interaction(np.array([0, 1, 3]), asked, weights)
    np.testing.assert_allclose(scores, [expected, 0, 0], atol=1e-5)
    assert not details.late_interaction(np.array([0]), asked, np.zeros(3, dtype=np.float32)).any()


def test_a_passage_finds_itself(tmp_path: Path) -> None:
    details = stored(tmp_path / "s", PASSAGES)
    passage = PASSAGES[4]
    assert passage is not None
    own = passage.pieces.astype(np.float32) / 127
    own /= np.linalg.norm(own, axis=1, keepdims=True)
    scores = details.late_interaction(np.arange(5), own, np.ones(len(own), dtype=np.float32))
    assert scores.argmax() == 4
    assert scores[4] == pytest.approx(1, abs=0.02)


@pytest.mark.parametrize("name", [SENTENCES_FILE, PIECE_ENDS_FILE])
def test_damage_is_named(tmp_path: Path, name: str) -> None:
    stored(tmp_path / "s", PASSAGES)
    np.save(tmp_path / "s" / name, np.load(tmp_path / "s" / name)[:-1])
    with pytest.raises(IndexCorrupt, match="rebuild"):
        load_vectors(tmp_path / "s", 8)


def test_runs_must_fit() -> None:
    with pytest.raises(ValueError, match="not runs"):
        make_runs(np.zeros((3, 2), dtype=np.int8), np.array([1, 4]))


@given(st.integers(0, 5), st.integers(0, 5))
def test_an_embedding_survives_packing(sentences: int, pieces: int) -> None:
    one = embedding(sentences, pieces)
    other = PassageEmbedding.from_bytes(one.to_bytes(), 8, 4)
    np.testing.assert_array_equal(one.vector, other.vector)
    np.testing.assert_array_equal(one.sentences, other.sentences)
    np.testing.assert_array_equal(one.pieces, other.pieces)


def test_a_cut_embedding_is_refused() -> None:
    content = embedding(1, 1).to_bytes()
    for end in (0, 3, len(content) - 1):
        with pytest.raises(ValueError, match="bytes are"):
            PassageEmbedding.from_bytes(content[:end], 8, 4)


def test_a_projection_keeps_cosines_and_is_the_same_everywhere() -> None:
    rows = unit(200, 384)
    near = rows + 0.5 * unit(200, 384)
    near /= np.linalg.norm(near, axis=1, keepdims=True)
    turned, beside = Projection(384, 96)(rows), Projection(384, 96)(near)
    assert turned.shape == (200, 96)
    np.testing.assert_allclose(np.linalg.norm(turned, axis=1), 1, atol=1e-5)
    error = (turned * beside).sum(axis=1) - (rows * near).sum(axis=1)
    assert abs(float(error.mean())) < 0.02
    assert float(error.std()) < 0.1


def test_few_dimensions_are_left_as_they_are() -> None:
    rows = unit(5, 8)
    np.testing.assert_allclose(Projection(8, 96)(rows), rows, atol=1e-6)


@pytest.mark.parametrize(("rows", "columns"), [(0, 3), (1, 1), (700, 400), (3_000, 7), (5, 0), (2, 300_000)])
def test_codes_are_multiplied_bit_by_bit_as_in_one_piece(rows: int, columns: int) -> None:
    codes = to_codes(unit(rows, 4))
    asked = RNG.standard_normal((4, columns)).astype(np.float32)

    assert multiply_codes(codes, asked) == pytest.approx(codes.astype(np.float32) @ asked, abs=1e-3)


def test_codes_that_stay_on_disk_are_those_in_memory(tmp_path: Path) -> None:
    codes = RNG.integers(-127, 127, (6_000, 200), dtype=np.int8)
    ends = np.sort(RNG.integers(0, 6_000, 99))
    ends = np.append(ends, 6_000)
    np.save(tmp_path / "codes.npy", codes)
    stored, held = make_runs(StoredArray(tmp_path / "codes.npy"), ends), make_runs(codes, ends)

    for rows in ([], [0], [3, 4, 5, 99, 98, 7, 7], list(range(100))):
        (found, sizes), (wanted, counts) = (each.take(np.array(rows, dtype=np.int64)) for each in (stored, held))
        np.testing.assert_array_equal(found, wanted)
        assert sizes.tolist() == counts.tolist()
        assert found.tolist() == [code for row in rows for code in stored.of(row).tolist()]


def test_codes_cut_short_meanwhile_are_an_error_to_report(tmp_path: Path) -> None:
    np.save(tmp_path / "codes.npy", np.zeros((6_000, 200), dtype=np.int8))
    runs = make_runs(StoredArray(tmp_path / "codes.npy"), np.array([3_000, 6_000]))
    with (tmp_path / "codes.npy").open("r+b") as file:
        file.truncate(1_000)

    with pytest.raises(ValueError, match="cut short"):
        runs.of(1)
