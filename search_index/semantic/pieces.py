"""Texts to the word pieces a model reads: the only file that knows the tokenizers library."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from search_index.errors import ModelNotFound

Ids = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class PieceBatch:
    """Texts as a model takes them, padded on the right to the longest: int64 of shape (texts, pieces).

    Attributes:
        mask: 1 where a piece is, 0 where padding is.
        types: Which of two joined texts a piece belongs to, 0 or 1; always 0 for single texts, but models ask for it.
        own: bool of shape (texts, pieces): which are pieces of the text itself, neither special nor padding.
        spans: int32 of shape (texts, pieces, 2): the characters each piece stands for.
    """

    ids: Ids
    mask: Ids
    types: Ids
    own: NDArray[np.bool_]
    spans: NDArray[np.int32]


class Pieces:
    """A model's tokenizer: cuts texts into word pieces, adds the special ones, keeps to the limit.

    Attributes:
        max_own_pieces: Most pieces of one text that reach the model, special ones excluded.
    """

    def __init__(self, path: Path, *, max_pieces: int, lower_case: bool = False) -> None:
        """Load a tokenizer.

        Args:
            path: A ``tokenizer.json``.
            max_pieces: Most pieces of one text, special ones included.
            lower_case: Whether the model was trained on lower-cased text that its tokenizer does not lower.

        Raises:
            ModelNotFound: If the file is missing or is not a tokenizer.
        """
        self._tokenizer = _read_tokenizer(path)
        special = self._tokenizer.num_special_tokens_to_add(False)
        self.max_own_pieces = max(1, max_pieces - special)
        self._lower_case = lower_case
        self._counter = Tokenizer.from_str(self._tokenizer.to_str())
        self._counter.no_truncation()
        self._counter.no_padding()
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(max_length=self.max_own_pieces + special)

    def count(self, text: str) -> int:
        """Count the pieces of a text, special ones excluded and nothing cut."""
        return len(self._counter.encode(self._clean(text), add_special_tokens=False).ids)

    def cut(self, texts: Sequence[str]) -> PieceBatch:
        """Cut texts into a padded batch; at least one text."""
        return _batch(self._tokenizer.encode_batch([self._clean(text) for text in texts]))

    def _clean(self, text: str) -> str:
        text = _whole_characters(text)
        return text.lower() if self._lower_case else text


class PairPieces:
    """The tokenizer of a model that reads two texts at once: a question, and a passage that is cut to what is left."""

    #: Most of the pieces that a question may take; only one longer than that is cut.
    _QUESTION_SHARE = 0.75

    def __init__(self, path: Path, *, max_pieces: int) -> None:
        """Load a tokenizer.

        Args:
            path: A ``tokenizer.json``.
            max_pieces: Most pieces of both texts together, special ones included.

        Raises:
            ModelNotFound: If the file is missing or is not a tokenizer.
        """
        self._tokenizer = _read_tokenizer(path)
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._questions = Tokenizer.from_str(self._tokenizer.to_str())
        room = max_pieces - self._tokenizer.num_special_tokens_to_add(True)
        self._most_of_question = max(1, int(room * self._QUESTION_SHARE))
        self._tokenizer.enable_truncation(max_length=max_pieces, strategy="only_second")

    def cut(self, question: str, passages: Sequence[str]) -> PieceBatch:
        """Cut pairs into a padded batch; at least one passage."""
        question = self._kept(_whole_characters(question))
        return _batch(self._tokenizer.encode_batch([(question, _whole_characters(passage)) for passage in passages]))

    def _kept(self, question: str) -> str:
        spans = self._questions.encode(question, add_special_tokens=False).offsets
        return question if len(spans) <= self._most_of_question else question[: spans[self._most_of_question - 1][1]]


def _read_tokenizer(path: Path) -> Tokenizer:
    try:
        return Tokenizer.from_file(str(path))
    except Exception as error:  # the library raises plain Exception for whatever it cannot read
        raise ModelNotFound(f"The tokenizer {path} cannot be read: {error}.") from error


def _whole_characters(text: str) -> str:
    """Take half surrogate pairs out: they cannot cross into the tokenizer's UTF-8."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _batch(encodings: Sequence[Encoding]) -> PieceBatch:
    return PieceBatch(
        ids=_padded([encoding.ids for encoding in encodings]),
        mask=_padded([encoding.attention_mask for encoding in encodings]),
        types=_padded([encoding.type_ids for encoding in encodings]),
        own=_padded([[1 - special for special in each.special_tokens_mask] for each in encodings]).astype(np.bool_),
        spans=_padded_spans(encodings),
    )


def _padded(rows: Sequence[Sequence[int]]) -> Ids:
    # Zero is right for ids too: padding is masked, so whichever piece has that number is never read.
    padded = np.zeros((len(rows), max(map(len, rows))), dtype=np.int64)
    for number, row in enumerate(rows):
        padded[number, : len(row)] = row
    return padded


def _padded_spans(encodings: Sequence[Encoding]) -> NDArray[np.int32]:
    spans = np.zeros((len(encodings), max(len(each.ids) for each in encodings), 2), dtype=np.int32)
    for number, encoding in enumerate(encodings):
        spans[number, : len(encoding.ids)] = encoding.offsets
    return spans
