"""The encoder without a model."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_index.semantic.hashing import HashingEncoder
from tests.contract.encoders import PassageEncoderContract, QueryEncoderContract

_SCRIPT = """
import sys
from search_index.semantic.hashing import HashingEncoder
print(HashingEncoder(64).encode_query("Where is my parcel?").tobytes().hex())
assert "torch" not in sys.modules
"""


class TestHashingEncoder(PassageEncoderContract, QueryEncoderContract):
    @pytest.fixture
    def encoder(self) -> HashingEncoder:
        return HashingEncoder()


def test_equal_in_every_process() -> None:
    here = HashingEncoder(64).encode_query("Where is my parcel?").tobytes().hex()
    for seed in ("0", "1"):
        other = subprocess.run(
            [sys.executable, "-c", _SCRIPT],
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(path for path in sys.path if path)},
        )
        assert other.stdout.strip() == here


def test_case_and_width_do_not_matter() -> None:
    encoder = HashingEncoder()
    np.testing.assert_array_equal(encoder.encode_query("PARCEL １２"), encoder.encode_query("parcel 12"))


def test_pieces_of_words_bring_texts_nearer() -> None:
    encoder = HashingEncoder()
    deliver, delivery, password = encoder.encode_passages(["deliver", "delivery", "password"])
    assert deliver @ delivery > 0.2 > deliver @ password


def test_chinese_is_split_without_spaces() -> None:
    encoder = HashingEncoder()
    assert encoder.count_tokens("重置密码") == 4
    assert encoder.encode_query("重置密码") @ encoder.encode_query("密码") > 0.5


def test_short_words_weigh_less() -> None:
    encoder = HashingEncoder()
    query = encoder.encode_query("the parcel")
    assert query @ encoder.encode_query("a parcel") > query @ encoder.encode_query("the refund")


def test_dimensions_and_limit_are_in_the_fingerprint() -> None:
    prints = {encoder.fingerprint for encoder in (HashingEncoder(), HashingEncoder(64), HashingEncoder(64, 10))}
    assert len(prints) == 3


@pytest.mark.parametrize(("dimensions", "limit"), [(0, 10), (-1, 10), (10, 0)])
def test_impossible_sizes_are_refused(dimensions: int, limit: int) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        HashingEncoder(dimensions, limit)


@given(st.text(max_size=200))
def test_any_text_has_a_vector_of_length_one_or_zero(text: str) -> None:
    length = float(np.linalg.norm(HashingEncoder(32).encode_query(text)))
    assert length == pytest.approx(1, abs=1e-5) or length == 0
