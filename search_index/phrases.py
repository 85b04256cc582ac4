"""Words in quotation marks: they must stand in a passage as they were typed, one after the other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from search_index.reader import GenerationReader
from search_index.text import Analyzer, words_of

#: Pairs of quotation marks; what stands alone is a sign like any other.
_QUOTED = re.compile(r'"([^"“”„«»]+)"|[“„«»]([^"“”„«»]+)[”“«»]')
#: Most passages that are read for one phrase, those that hold its words most often.
_MOST_READ = 500

Rows = NDArray[np.bool_]
Terms = tuple[str, ...]


def find_phrases(text: str, analyzer: Analyzer) -> tuple[Terms, ...]:
    """List what stands between quotation marks, each as the terms that must follow one another; perhaps nothing."""
    phrases = (_sequence(one or other, analyzer) for one, other in _QUOTED.findall(text))
    return tuple(dict.fromkeys(phrase for phrase in phrases if phrase))


def rows_with_phrases(reader: GenerationReader, phrases: Sequence[Terms], visible: Rows) -> Rows:
    """Mark the visible passages that hold every phrase in one of their fields: bool of shape (rows,)."""
    marked = np.zeros(reader.size, dtype=np.bool_)
    marked[[row for row in _candidates(reader, phrases, visible) if _holds(reader, row, phrases)]] = True
    return marked


def _candidates(reader: GenerationReader, phrases: Sequence[Terms], visible: Rows) -> list[int]:
    """List the passages with all words of all phrases, best first."""
    rows, scores = reader.keyword.score_together(tuple(chain.from_iterable(phrases))).held()
    seen = visible[rows]
    best: list[int] = rows[seen][np.argsort(-scores[seen], kind="stable")][:_MOST_READ].tolist()
    return best


def _holds(reader: GenerationReader, row: int, phrases: Sequence[Terms]) -> bool:
    fields = [_sequence(text, reader.analyzer) for text in _fields(reader, row)]
    return all(any(_follows(phrase, field) for field in fields) for phrase in phrases)


def _fields(reader: GenerationReader, row: int) -> Iterator[str]:
    shown = reader.row(row)
    yield shown.text
    yield from shown.headings
    yield reader.articles[int(reader.row_articles[row])].title


def _follows(phrase: Terms, field: Terms) -> bool:
    size = len(phrase)
    return any(field[at : at + size] == phrase for at, term in enumerate(field) if term == phrase[0])


def _sequence(text: str, analyzer: Analyzer) -> Terms:
    """Give the term of each word of a text, compounds in their pieces."""
    return tuple(chain.from_iterable(analyzer.forms(word)[-max(1, len(word.parts)) :] for word in words_of(text)))
