"""What every encoder must do, whatever it is made of. Inherit and give `encoder`."""

from __future__ import annotations

from typing import Protocol

import numpy as np
import pytest

from search_index.semantic.ports import Matrix, PassageEncoder, QueryEncoder, Vector

ODD_TEXTS = (
    "",
    "   \n\t ",
    "\0",
    "reset\0my password",
    "😀",
    "🇨🇭 👩‍👩‍👧 ok",
    "我的包裹在哪里？",
    "أين طردي؟",
    "the of and",
    "\ud800 half a pair",
    "<script>alert(1)</script>",
    "x" * 10_000,
    "the parcel never arrived " * 2_000,
)


class BothPorts(PassageEncoder, QueryEncoder, Protocol):
    """An encoder of passages and queries."""


class PassageEncoderContract:
    """For anything that embeds passages."""

    @pytest.fixture
    def encoder(self) -> PassageEncoder:
        raise NotImplementedError

    def passage(self, encoder: PassageEncoder, text: str) -> Vector:
        vector: Vector = encoder.encode_passages([text])[0]
        return vector

    def test_says_what_it_is(self, encoder: PassageEncoder) -> None:
        assert encoder.name
        assert encoder.dimensions > 0
        assert encoder.max_tokens > 0
        assert encoder.fingerprint.replace("-", "").replace("_", "").isalnum(), "usable as a folder name"

    def test_shape_kind_and_length(self, encoder: PassageEncoder) -> None:
        vectors = encoder.encode_passages(["reset your password", "track a parcel", "cancel"])
        assert vectors.shape == (3, encoder.dimensions)
        assert vectors.dtype == np.float32
        assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(3), abs=1e-5)

    def test_no_texts(self, encoder: PassageEncoder) -> None:
        vectors = encoder.encode_passages([])
        assert vectors.shape == (0, encoder.dimensions)
        assert vectors.dtype == np.float32

    def test_odd_texts_have_a_finite_vector_of_length_one_or_none(self, encoder: PassageEncoder) -> None:
        vectors = encoder.encode_passages(ODD_TEXTS)
        assert np.isfinite(vectors).all()
        lengths = np.linalg.norm(vectors, axis=1)
        assert all(length == 0 or length == pytest.approx(1, abs=1e-5) for length in lengths)

    @pytest.mark.parametrize("text", ["", "  \n", "\0"])
    def test_a_text_without_tokens_is_zeros(self, encoder: PassageEncoder, text: str) -> None:
        assert encoder.count_tokens(text) == 0
        assert not self.passage(encoder, text).any()

    def test_order_is_kept_whatever_the_lengths(self, encoder: PassageEncoder) -> None:
        texts = ["a parcel", "reset your password on the sign-in page " * 9, "gift", "cancel Plus today " * 3]
        together = encoder.encode_passages(texts)
        for text, vector in zip(texts, together, strict=True):
            assert self.passage(encoder, text) @ vector == pytest.approx(1, abs=1e-4)

    def test_same_text_same_vector(self, encoder: PassageEncoder) -> None:
        np.testing.assert_allclose(
            self.passage(encoder, "a late parcel"), self.passage(encoder, "a late parcel"), atol=1e-6
        )

    def test_nearer_where_words_are_shared(self, encoder: PassageEncoder) -> None:
        query, near, far = encoder.encode_passages(
            ["how do I reset my password", "reset your password", "gift cards and vouchers"]
        )
        assert query @ near > query @ far + 0.1

    def test_what_is_beyond_the_limit_does_not_count(self, encoder: PassageEncoder) -> None:
        full = "parcel " * (encoder.max_tokens + 10)
        assert self.passage(encoder, full) @ self.passage(encoder, full + "password") == pytest.approx(1, abs=1e-4)

    def test_tokens_are_counted_beyond_the_limit(self, encoder: PassageEncoder) -> None:
        assert encoder.count_tokens("parcel") == 1
        assert encoder.count_tokens("parcel " * 1_000) == 1_000

    def test_progress_ends_at_the_number_of_texts(self, encoder: PassageEncoder) -> None:
        seen: list[int] = []
        encoder.encode_passages([f"passage {number}" for number in range(70)], seen.append)
        assert seen == sorted(seen)
        assert seen[-1] == 70

    def test_progress_of_nothing_is_silent(self, encoder: PassageEncoder) -> None:
        seen: list[int] = []
        encoder.encode_passages([], seen.append)
        assert seen == []


class QueryEncoderContract:
    """For anything that embeds queries as well as passages."""

    def query_matches_passage(self, encoder: BothPorts, text: str) -> float:
        return float(encoder.encode_query(text) @ encoder.encode_passages([text])[0])

    def test_query_shape_kind_and_length(self, encoder: BothPorts) -> None:
        vector = encoder.encode_query("cannot log in")
        assert vector.shape == (encoder.dimensions,)
        assert vector.dtype == np.float32
        assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)

    def test_query_and_passage_share_a_space(self, encoder: BothPorts) -> None:
        assert self.query_matches_passage(encoder, "where is my parcel") == pytest.approx(1, abs=1e-4)

    @pytest.mark.parametrize("number", range(len(ODD_TEXTS)))
    def test_odd_queries(self, encoder: BothPorts, number: int) -> None:
        vector = encoder.encode_query(ODD_TEXTS[number])
        assert np.isfinite(vector).all()
        assert np.linalg.norm(vector) == pytest.approx(float(encoder.count_tokens(ODD_TEXTS[number]) > 0), abs=1e-5)


def rows_that_agree(one: Matrix, other: Matrix) -> float:
    """Give the least cosine between rows of the same place; rows of zeros must be zeros in both."""
    assert (one.any(axis=1) == other.any(axis=1)).all()
    kept = one.any(axis=1)
    return float((one[kept] * other[kept]).sum(axis=1).min())
