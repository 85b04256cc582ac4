"""Texts to word pieces."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_index.errors import ModelNotFound
from search_index.semantic.pieces import Pieces
from tests.unit.search_index.semantic.tiny_model import write_tokenizer


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("tokenizer") / "tokenizer.json"
    write_tokenizer(path)
    return path


def test_counts_without_special_pieces_and_without_cutting(tokenizer: Path) -> None:
    pieces = Pieces(tokenizer, max_pieces=5)
    assert pieces.max_own_pieces == 3
    assert pieces.count("track the parcels") == 4
    assert pieces.count("parcel " * 100) == 100


def test_cuts_at_the_limit_and_pads_to_the_longest(tokenizer: Path) -> None:
    batch = Pieces(tokenizer, max_pieces=5).cut(["parcel", "parcel " * 100, ""])
    assert batch.ids.shape == batch.mask.shape == batch.types.shape == (3, 5)
    assert batch.mask.tolist() == [[1, 1, 1, 0, 0], [1, 1, 1, 1, 1], [1, 1, 0, 0, 0]]
    assert batch.own.sum(axis=1).tolist() == [1, 3, 0]
    assert not batch.types.any()
    assert batch.ids.dtype == np.int64


def test_lower_cases_for_a_tokenizer_that_does_not(tmp_path: Path) -> None:
    path = tmp_path / "tokenizer.json"
    write_tokenizer(path, lowers=False)
    lowered, kept = (Pieces(path, max_pieces=9, lower_case=lower) for lower in (True, False))
    assert lowered.cut(["PARCEL"]).ids.tolist() == kept.cut(["parcel"]).ids.tolist()
    assert kept.cut(["PARCEL"]).ids.tolist() != kept.cut(["parcel"]).ids.tolist()


@given(st.text(max_size=60))
def test_any_text_is_cut_within_the_limit(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.getbasetemp() / "any.json"
    if not path.exists():
        write_tokenizer(path)
    pieces = Pieces(path, max_pieces=7)
    assert pieces.cut([text]).own.sum() == min(5, pieces.count(text))


@pytest.mark.parametrize("content", [None, "", "{}", "not json"])
def test_a_file_that_is_no_tokenizer_is_named(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "tokenizer.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(ModelNotFound, match=r"tokenizer\.json"):
        Pieces(path, max_pieces=5)
