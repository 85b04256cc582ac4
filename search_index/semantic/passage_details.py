"""The sentences and word pieces of passages on disk, and how near they are to a question.

Beside the vectors of a segment lie

    sentences.npy   int8 of shape (sentences, dimensions), passage by passage …
    sentence_ends.npy   … and int64 of shape (passages,): where those of each end
    pieces.npy      int8 of shape (pieces, piece dimensions) …
    piece_ends.npy  … and where those of each passage end
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from search_index.semantic.passage_embedding import TOP_CODE, Codes, PassageEmbedding
from search_index.semantic.placing import split_rows
from search_index.semantic.ports import Matrix, Vector
from search_index.stored_array import StoredArray

Numbers = NDArray[np.int64]
Scores = NDArray[np.float32]

SENTENCES_FILE = "sentences.npy"
SENTENCE_ENDS_FILE = "sentence_ends.npy"
PIECES_FILE = "pieces.npy"
PIECE_ENDS_FILE = "piece_ends.npy"

#: Most multiplications at a time.
_UNSHARED_PRODUCTS = 2**18


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeRuns:
    """Codes passage by passage.

    Attributes:
        codes: int8 of shape (all, width); those on disk stay there, so that a worker's memory does not grow with them.
        starts: int64 of shape (passages + 1,): where those of each passage begin.
    """

    codes: Codes | StoredArray
    starts: Numbers

    def of(self, row: int) -> Codes:
        """Give the codes of one passage.

        Raises:
            ValueError: The file has been cut short.
        """
        return self._between(int(self.starts[row]), int(self.starts[row + 1]))

    def take(self, rows: Numbers) -> tuple[Codes, Numbers]:
        """Give the codes of some passages, one passage after another, and how many each has.

        Raises:
            ValueError: The file has been cut short.
        """
        starts, ends = self.starts[rows], self.starts[rows + 1]
        # Passages that follow one another are read together.
        breaks = np.flatnonzero(starts[1:] != ends[:-1]) + 1
        firsts, lasts = starts[np.append(0, breaks)[: len(rows)]], ends[np.append(breaks, len(rows))[: len(rows)] - 1]
        runs = [self._between(start, stop) for start, stop in zip(firsts.tolist(), lasts.tolist(), strict=True)]
        return np.concatenate(runs or [self._between(0, 0)]), ends - starts

    def _between(self, start: int, stop: int) -> Codes:
        codes: Codes = self.codes.rows(start, stop) if isinstance(self.codes, StoredArray) else self.codes[start:stop]
        return codes


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentDetails:
    """The sentences and pieces of a segment's passages."""

    sentences: CodeRuns
    pieces: CodeRuns

    def embedding(self, row: int, vector: NDArray[np.float16]) -> PassageEmbedding:
        """Give what there is of one passage."""
        return PassageEmbedding(vector=vector, sentences=self.sentences.of(row), pieces=self.pieces.of(row))


class PassageDetails:
    """The details of all passages of a generation. Immutable, so safe for threads.

    Args:
        parts: Segment by segment, in the order of their rows.
    """

    def __init__(self, parts: Sequence[SegmentDetails]) -> None:
        self._parts = tuple(parts)
        self._firsts = np.cumsum([0, *(len(part.sentences.starts) - 1 for part in parts)], dtype=np.int64)

    def nearest_sentences(self, rows: Numbers, vector: Vector) -> Scores:
        """Give the cosine of each passage's nearest sentence: float32 of shape (rows,), in [0, 1]; 0 without any."""
        return self._best(rows, lambda part: part.sentences, vector[:, None])[:, 0]

    def sentence_cosines(self, row: int, vector: Vector) -> Scores:
        """Give the cosine of each sentence of one passage: float32 of shape (sentences,), in [0, 1]; in their order."""
        _, owner, (inner,) = next(split_rows(self._firsts, np.array([row])))
        codes = self._parts[owner].sentences.of(int(inner))
        return np.clip(multiply_codes(codes, vector[:, None] / np.float32(TOP_CODE))[:, 0], 0.0, 1.0)

    def late_interaction(self, rows: Numbers, pieces: Matrix, weights: Vector) -> Scores:
        """Score passages by their words in context: float32 of shape (rows,), in [0, 1].

        MaxSim of ColBERT (Khattab and Zaharia, 2020) with weights: of each piece of the question the cosine of the
        nearest piece of the passage, and of these the weighted mean.

        Args:
            pieces: float32 of shape (n, piece dimensions), the question's, L2-normalised.
            weights: float32 of shape (n,), 0 or more: how much each piece says.
        """
        total = float(weights.sum())
        if not total:
            return np.zeros(len(rows), dtype=np.float32)
        scores: Scores = self._best(rows, lambda part: part.pieces, pieces.T) @ (weights / np.float32(total))
        return scores

    def _best(self, rows: Numbers, runs_of: Callable[[SegmentDetails], CodeRuns], asked: Matrix) -> Scores:
        """Give the largest cosine of each passage with each column asked for: float32 of shape (rows, columns)."""
        best = np.zeros((len(rows), asked.shape[1]), dtype=np.float32)
        for at, owner, inner in split_rows(self._firsts, rows):
            codes, sizes = runs_of(self._parts[owner]).take(inner)
            filled = np.flatnonzero(sizes)
            if len(filled):
                likeness = multiply_codes(codes, asked / np.float32(TOP_CODE))
                firsts = (np.cumsum(sizes) - sizes)[filled]
                best[at[filled]] = np.maximum.reduceat(likeness, firsts, axis=0)
        return np.clip(best, 0.0, 1.0, out=best)


def multiply_codes(codes: Codes, asked: Matrix) -> Matrix:
    """Multiply rows of codes with columns: float32 of shape (rows, columns).

    Bit by bit: a product as small as this is not shared among threads by the library below numpy, whose threads
    would wait for one another where other workers have the cores; and its floats never leave the processor's cache.
    """
    products = np.empty((len(codes), asked.shape[1]), dtype=np.float32)
    rows = max(1, _UNSHARED_PRODUCTS // max(asked.size, 1))
    for first in range(0, len(codes), rows):
        block = codes[first : first + rows].astype(np.float32)
        np.matmul(block, asked, out=products[first : first + len(block)])
    return products


def save_details(embeddings: Sequence[PassageEmbedding | None], widths: tuple[int, int], folder: Path) -> None:
    """Write the details of a segment beside its vectors.

    Args:
        embeddings: Of each passage; None where there is none.
        widths: Dimensions of a sentence and of a piece.

    Raises:
        OSError: The folder cannot be written.
    """
    for name, ends_name, width, runs in (
        (SENTENCES_FILE, SENTENCE_ENDS_FILE, widths[0], [each.sentences if each else None for each in embeddings]),
        (PIECES_FILE, PIECE_ENDS_FILE, widths[1], [each.pieces if each else None for each in embeddings]),
    ):
        empty = np.zeros((0, width), dtype=np.int8)
        kept = [run if run is not None else empty for run in runs]
        np.save(folder / name, np.concatenate([empty, *kept]), allow_pickle=False)
        np.save(folder / ends_name, np.cumsum([len(run) for run in kept], dtype=np.int64), allow_pickle=False)


def make_runs(codes: Codes | StoredArray, ends: Numbers) -> CodeRuns:
    """Put codes and the ends of their runs together.

    Raises:
        ValueError: They do not fit.
    """
    starts = np.concatenate(([0], ends))
    if len(codes.shape) != 2 or codes.dtype != np.int8 or int(starts[-1]) != len(codes) or (np.diff(starts) < 0).any():  # noqa: PLR2004
        raise ValueError(f"{len(codes)} codes are not runs that end at {int(starts[-1])}.")
    return CodeRuns(codes=codes, starts=starts)
