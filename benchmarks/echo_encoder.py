"""Vectors for invented passages without asking the model 50,000 times."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from benchmarks.corpus import INVENTED_MARK
from search_index import IndexedArticle, PassageEncoder, TextVectors

Matrix = NDArray[np.float32]
Vector = NDArray[np.float32]

#: Length of the noise added to a vector of length 1: the cosine to the original is about 0.86.
_NOISE = 0.6
_WORDS = re.compile(r"[^\W_]+")
#: Different noises that there are: a prime number, so that texts and words rarely share one.
_NOISES = 20_011


class EchoEncoder:
    """Embeds what is shipped with the model; what is invented gets seeded noise around the article it is shaped after.

    A text is taken for invented when its title is, or when it holds a made-up word.

    The vectors say nothing about quality. They are as many, as long and as crowded as real ones, which is
    all that the time of a search depends on.
    """

    def __init__(self, model: PassageEncoder, shipped: Sequence[IndexedArticle]) -> None:
        """Take the model and the articles that invented ones are shaped after; nothing is embedded yet."""
        self._model = model
        self._shipped = shipped
        self._known: dict[str, Vector] = {}
        noise = np.random.default_rng(_NOISES).standard_normal((_NOISES, model.dimensions)).astype(np.float32)
        self._noise = noise / np.linalg.norm(noise, axis=1, keepdims=True)

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
        matrix[real] = self._embed([texts[row] for row in real])
        for row, text in enumerate(texts):
            near = self._shape_of(text)
            if near is not None:
                matrix[row] = self._echo(text, near)
        if on_done is not None:
            on_done(len(texts))
        return matrix

    def encode_pieces(self, texts: Sequence[str]) -> list[TextVectors]:
        """Embed texts with their pieces; an invented one has a piece for each word, the same for the same word."""
        real = [text for text in texts if self._shape_of(text) is None]
        known = dict(zip(real, self._model.encode_pieces(real), strict=True)) if real else {}
        return [known[text] if text in known else self._echo_pieces(text) for text in texts]

    @cached_property
    def _near(self) -> dict[str, Matrix]:
        """Vectors of each shipped article's sections, by its title."""
        return {
            article.title: self._model.encode_passages([f"{article.title}\n{each.text}" for each in article.sections])
            for article in self._shipped
            if article.sections
        }

    @cached_property
    def _crowd(self) -> Matrix:
        """Vectors of all shipped sections."""
        return np.concatenate(list(self._near.values()))

    @cached_property
    def _words(self) -> frozenset[str]:
        """All words of the shipped articles."""
        texts = (text for each in self._shipped for part in each.sections for text in (part.heading, part.text))
        return frozenset(word for text in texts for word in _WORDS.findall(text.lower()))

    def _shape_of(self, text: str) -> Matrix | None:
        """Give vectors to echo for an invented text: those of its shape, or any for a sentence; None for a real one."""
        title, mark, _ = text.partition(INVENTED_MARK)
        if mark and title in self._near:
            return self._near[title]
        return None if self._words.issuperset(_WORDS.findall(text.lower())) else self._crowd

    def _embed(self, texts: Sequence[str]) -> Matrix:
        """Ask the model, once for each text: invented articles repeat shipped sentences."""
        missing = [text for text in dict.fromkeys(texts) if text not in self._known]
        self._known.update(zip(missing, self._model.encode_passages(missing), strict=True))
        known = [self._known[text] for text in texts]
        return np.stack(known) if known else np.zeros((0, self.dimensions), dtype=np.float32)

    def _echo(self, text: str, near: Matrix) -> Vector:
        seed = zlib.crc32(text.encode())
        echo: Vector = near[seed % len(near)] + np.float32(_NOISE) * self._noise[seed % _NOISES]
        return echo / np.float32(np.sqrt(echo @ echo))

    def _echo_pieces(self, text: str) -> TextVectors:
        near = self._shape_of(text)
        vector = self._echo(text, near if near is not None else self._crowd)
        words = list(_WORDS.finditer(text))[: self.max_tokens]
        pieces = self._noise[[zlib.crc32(word[0].lower().encode()) % _NOISES for word in words]] + vector
        return TextVectors(
            vector=vector,
            pieces=pieces / np.sqrt(np.einsum("ij,ij->i", pieces, pieces))[:, None],
            spans=np.array([word.span() for word in words], dtype=np.int32).reshape(-1, 2),
        )
