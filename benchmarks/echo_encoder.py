"""Vectors for invented passages without asking the model 50,000 times."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from benchmarks.corpus import INVENTED_MARK
from search_index import IndexedArticle, PassageEncoder

Matrix = NDArray[np.float32]
Vector = NDArray[np.float32]

#: Length of the noise added to a vector of length 1: the cosine to the original is about 0.86.
_NOISE = 0.6


class EchoEncoder:
    """Embeds shipped passages with the model; an invented one is seeded noise around the article it is shaped after.

    The vectors say nothing about quality. They are as many, as long and as crowded as real ones, which is
    all that the time of a search depends on.
    """

    def __init__(self, model: PassageEncoder, shipped: Sequence[IndexedArticle]) -> None:
        """Take the model and the articles that invented ones are shaped after; nothing is embedded yet."""
        self._model = model
        self._shipped = shipped

    @property
    def name(self) -> str:
        """Name for people; differs from the model's, so that nobody takes the index for a real one."""
        return f"{self._model.name}, invented passages by noise"

    @property
    def fingerprint(self) -> str:
        """The model's, because queries come from the model."""
        return self._model.fingerprint

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        return self._model.dimensions

    @property
    def max_tokens(self) -> int:
        """The model's limit, so that passages are cut as usual."""
        return self._model.max_tokens

    def count_tokens(self, text: str) -> int:
        """Count with the model's tokenizer."""
        return self._model.count_tokens(text)

    def encode_passages(self, texts: Sequence[str], on_done: Callable[[int], None] | None = None) -> Matrix:
        """Embed texts; see the class."""
        matrix = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        real = [row for row, text in enumerate(texts) if self._shape_of(text) is None]
        matrix[real] = self._model.encode_passages([texts[row] for row in real])
        for row, text in enumerate(texts):
            near = self._shape_of(text)
            if near is not None:
                matrix[row] = self._echo(text, near)
            if on_done is not None:
                on_done(row + 1)
        return matrix

    @cached_property
    def _near(self) -> dict[str, Matrix]:
        """Vectors of each shipped article's sections, by its title."""
        return {
            article.title: self._model.encode_passages([f"{article.title}\n{each.text}" for each in article.sections])
            for article in self._shipped
            if article.sections
        }

    def _shape_of(self, text: str) -> Matrix | None:
        title, mark, _ = text.partition(INVENTED_MARK)
        return self._near.get(title) if mark else None

    def _echo(self, text: str, near: Matrix) -> Vector:
        seed = zlib.crc32(text.encode())
        noise = np.random.default_rng(seed).standard_normal(self.dimensions)
        vector = near[seed % len(near)] + _NOISE * noise / np.linalg.norm(noise)
        echo: Vector = (vector / np.linalg.norm(vector)).astype(np.float32)
        return echo
