"""The piece of a passage shown under a hit: whole sentences, as many query words as can be had, marked."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence, Set

from search_index.records import Fragment, Snippet
from search_index.text import Analyzer, Word, words_of

#: Longest snippet in characters; sentences beyond are left out, one longer sentence is cut at a word.
MAX_SNIPPET_CHARACTERS = 240

_SENTENCE_ENDS = re.compile(r"(?<=[.!?…])\s+|(?<=[。！？｡])|\n+")
_ELLIPSIS = "…"


def make_snippet(
    text: str, terms: Set[str], analyzer: Analyzer, weigh: Callable[[str], float] | None = None
) -> Snippet:
    """Choose the sentences that answer best and mark the words that match.

    Args:
        text: The passage; may be empty.
        terms: Index terms of the query.
        weigh: How informative a term is; all alike when None.

    Returns:
        The snippet; empty for an empty passage; the passage's beginning when nothing matches.
    """
    sentences = _sentences(text)
    if not sentences:
        return ()
    found = [frozenset(terms & set(analyzer.terms(sentence))) for sentence in sentences]
    chosen = _grown(sentences, found, _best(sentences, found, weigh or (lambda _: 1.0)))
    return mark_words(_fitted(" ".join(chosen), terms, analyzer), terms, analyzer)


def mark_words(text: str, terms: Set[str], analyzer: Analyzer) -> Snippet:
    """Split a text into fragments, those that match one of the terms marked."""
    fragments: list[Fragment] = []
    end = 0
    for word in words_of(text):
        if not _matches(word, terms, analyzer) or word.start < end:
            continue
        if word.start > end:
            fragments.append(Fragment(text[end : word.start]))
        fragments.append(Fragment(text[word.start : word.end], marked=True))
        end = word.end
    if end < len(text):
        fragments.append(Fragment(text[end:]))
    return tuple(fragments)


def _matches(word: Word, terms: Set[str], analyzer: Analyzer) -> bool:
    return any(term in terms for term in analyzer.forms(word))


def _sentences(text: str) -> list[str]:
    return [" ".join(part.split()) for part in _SENTENCE_ENDS.split(text) if part.strip()]


def _best(sentences: Sequence[str], found: Sequence[frozenset[str]], weigh: Callable[[str], float]) -> int:
    """Number of the sentence with the weightiest words; of equals the first, of almost equals no heading-like one."""
    weights = [sum(weigh(term) for term in terms) for terms in found]
    return max(range(len(sentences)), key=lambda at: (weights[at], -at))


def _grown(sentences: Sequence[str], found: Sequence[frozenset[str]], best: int) -> list[str]:
    """Take the best sentence, then what follows it, then what stands before, while it fits."""
    first = last = best
    size = len(sentences[best])
    while last + 1 < len(sentences) and size + 1 + len(sentences[last + 1]) <= MAX_SNIPPET_CHARACTERS:
        last += 1
        size += 1 + len(sentences[last])
    while first > 0 and size + 1 + len(sentences[first - 1]) <= MAX_SNIPPET_CHARACTERS:
        first -= 1
        size += 1 + len(sentences[first])
    return list(sentences[first : last + 1])


def _fitted(sentence: str, terms: Set[str], analyzer: Analyzer) -> str:
    """Cut a sentence that is too long at words, around its first match."""
    if len(sentence) <= MAX_SNIPPET_CHARACTERS:
        return sentence
    matches = [word.start for word in words_of(sentence) if _matches(word, terms, analyzer)]
    room = MAX_SNIPPET_CHARACTERS - 2
    start = 0 if not matches or matches[0] < room * 2 // 3 else matches[0] - room // 4
    if start:
        start = sentence.find(" ", start) + 1 or start
    end = start + room
    if end < len(sentence):
        end = max(sentence.rfind(" ", start, end), start + room // 2)
    head, tail = (_ELLIPSIS if start else ""), (_ELLIPSIS if end < len(sentence) else "")
    return f"{head}{sentence[start:end].strip()}{tail}"
