"""Wordings are embedded once for every model."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from search_index import HashingEncoder, ModelError, WordingVectors, wording_vectors


class Counting(HashingEncoder):
    def __init__(self, name: str = "one") -> None:
        super().__init__()
        self.name_of_space = name
        self.asked: list[str] = []

    @property
    def fingerprint(self) -> str:
        return self.name_of_space

    def encode_query(self, text: str) -> NDArray[np.float32]:
        self.asked.append(text)
        return super().encode_query(text)


def test_vectors_are_those_of_the_encoder_and_kept(tmp_path: Path) -> None:
    encoder = Counting()
    assert not WordingVectors(tmp_path).any_known()
    first = WordingVectors(tmp_path).encode(["sell pianos", "rent boats"], encoder)
    again = WordingVectors(tmp_path).encode(["rent boats", "new words", "sell pianos"], encoder)
    assert encoder.asked == ["sell pianos", "rent boats", "new words"]
    assert first.dtype == np.float32
    np.testing.assert_array_equal(first, again[[2, 0]])
    np.testing.assert_array_equal(first[0], HashingEncoder().encode_query("sell pianos"))
    assert WordingVectors(tmp_path).any_known()


def test_another_model_begins_anew_and_the_old_vectors_go(tmp_path: Path) -> None:
    WordingVectors(tmp_path).encode(["sell pianos"], Counting("one"))
    other = Counting("other")
    WordingVectors(tmp_path).encode(["sell pianos"], other)
    assert other.asked == ["sell pianos"]
    assert [path.stem for path in tmp_path.rglob("*.vectors")] == ["other"]


def test_without_an_encoder_nothing_is_known(tmp_path: Path) -> None:
    assert not WordingVectors(tmp_path).encode(["a", "b"], None).any()
    assert WordingVectors(tmp_path).encode([], Counting()).shape == (0, 1)


def test_what_nobody_asks_any_more_is_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wording_vectors, "_FEWEST_DROPPED", 3)
    encoder = Counting()
    WordingVectors(tmp_path).encode([f"words {number}" for number in range(9)], encoder)
    kept = WordingVectors(tmp_path).encode(["words 1"], encoder)
    assert kept.any()
    WordingVectors(tmp_path).encode(["words 2"], encoder)
    assert encoder.asked.count("words 1") == 1
    assert encoder.asked.count("words 2") == 2


def test_a_damaged_file_costs_only_time(tmp_path: Path) -> None:
    encoder = Counting()
    WordingVectors(tmp_path).encode(["sell pianos", "rent boats"], encoder)
    (file,) = tmp_path.rglob("*.vectors")
    file.write_bytes(file.read_bytes()[:-5])
    assert WordingVectors(tmp_path).encode(["sell pianos", "rent boats"], encoder).all(axis=1).shape == (2,)
    assert encoder.asked == ["sell pianos", "rent boats", "rent boats"]


def test_what_was_embedded_before_a_failure_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wording_vectors, "_SAVED_EVERY", 1)

    class Broken(Counting):
        def encode_query(self, text: str) -> NDArray[np.float32]:
            if text == "bad":
                raise ModelError("broken")
            return super().encode_query(text)

    with pytest.raises(ModelError):
        WordingVectors(tmp_path).encode(["good", "bad"], Broken())
    encoder = Counting()
    WordingVectors(tmp_path).encode(["good"], encoder)
    assert encoder.asked == []
