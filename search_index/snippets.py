"""The piece of a passage shown under a hit: whole sentences, as many query words as can be had, marked."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from search_index.records import Fragment, Snippet
from search_index.text import Analyzer, Match

#: Longest snippet in characters; sentences beyond are left out, one longer sentence is cut at a word.
MAX_SNIPPET_CHARACTERS = 240

_SENTENCE_ENDS = re.compile(r"(?<=[.!?…])\s+|(?<=[。！？｡])|\n+")
_ELLIPSIS = "…"
#: What a line may end with and run on into the next; after others, such as rows of a table, a pause is put.
_PAUSES = ".!?…:;,。！？｡，、"


@dataclass(frozen=True, slots=True)
class _Span:
    start: int
    end: int


def make_snippet(
    text: str, terms: frozenset[str], analyzer: Analyzer, weigh: Callable[[str], float] | None = None
) -> Snippet:
    """Choose the sentences that answer best and mark the words that match.

    Args:
        text: The passage; may be empty.
        terms: Index terms of the query.
        weigh: How informative a term is; all alike when None.

    Returns:
        The snippet; empty for an empty passage; the passage's beginning when nothing matches.
    """
    folded, sentences = _lay_out(text)
    if not sentences:
        return ()
    matches = analyzer.find(folded, terms)
    best = _best(sentences, matches, weigh or (lambda _: 1.0))
    span = _fitted(folded, _grown(sentences, best), matches)
    before, after = _cut_marks(span, sentences)
    return (*before, *_fragments(folded, span, matches), *after)


def mark_words(text: str, terms: frozenset[str], analyzer: Analyzer) -> Snippet:
    """Split a text into fragments, those that match one of the terms marked; empty for an empty text."""
    return tuple(_fragments(text, _Span(0, len(text)), analyzer.find(text, terms)))


def _lay_out(text: str) -> tuple[str, list[_Span]]:
    """Join the sentences of a text, with a pause after lines that have none, and say where each stands."""
    folded = ""
    spans: list[_Span] = []
    for part in _SENTENCE_ENDS.split(text):
        sentence = " ".join(part.split())
        if sentence:
            folded += _joint(folded)
            spans.append(_Span(len(folded), len(folded) + len(sentence)))
            folded += sentence
    return folded, spans


def _joint(before: str) -> str:
    if not before:
        return ""
    return " " if before[-1] in _PAUSES else "; "


def _best(sentences: Sequence[_Span], matches: Sequence[Match], weigh: Callable[[str], float]) -> int:
    """Give the sentence whose matching words weigh most; of equals the first."""
    found: list[set[str]] = [set() for _ in sentences]
    at = 0
    for match in matches:
        while match.start >= sentences[at].end:
            at += 1
        found[at] |= match.terms
    weights = [sum(map(weigh, terms)) for terms in found]
    return weights.index(max(weights))


def _grown(sentences: Sequence[_Span], best: int) -> _Span:
    """Take the best sentence, then what follows it, then what stands before, while it fits."""
    first = last = best
    while last + 1 < len(sentences) and sentences[last + 1].end - sentences[first].start <= MAX_SNIPPET_CHARACTERS:
        last += 1
    while first > 0 and sentences[last].end - sentences[first - 1].start <= MAX_SNIPPET_CHARACTERS:
        first -= 1
    return _Span(sentences[first].start, sentences[last].end)


def _fitted(text: str, span: _Span, matches: Sequence[Match]) -> _Span:
    """Cut a single sentence that is too long at words, around its first match."""
    room = MAX_SNIPPET_CHARACTERS - 2 * len(_ELLIPSIS)
    if span.end - span.start <= MAX_SNIPPET_CHARACTERS:
        return span
    first = next((match.start for match in matches if span.start <= match.start < span.end), span.start)
    start = span.start
    if first - start > room * 2 // 3:
        start = text.find(" ", first - room // 4, first) + 1 or first
    end = min(start + room, span.end)
    if end < span.end:
        end = max(text.rfind(" ", start, end), start + room // 2)
    return _Span(start, end)


def _cut_marks(span: _Span, sentences: Sequence[_Span]) -> tuple[Snippet, Snippet]:
    """Show with an ellipsis that a sentence goes on."""
    whole_start = any(span.start == each.start for each in sentences)
    whole_end = any(span.end == each.end for each in sentences)
    mark = (Fragment(_ELLIPSIS),)
    return () if whole_start else mark, () if whole_end else mark


def _fragments(text: str, span: _Span, matches: Sequence[Match]) -> list[Fragment]:
    fragments: list[Fragment] = []
    end = span.start
    for match in matches:
        start, stop = max(match.start, end), min(match.end, span.end)
        if start >= stop:
            continue
        if start > end:
            fragments.append(Fragment(text[end:start]))
        if fragments and fragments[-1].marked:  # pairs of characters overlap
            fragments[-1] = Fragment(fragments[-1].text + text[start:stop], marked=True)
        else:
            fragments.append(Fragment(text[start:stop], marked=True))
        end = stop
    if end < span.end:
        fragments.append(Fragment(text[end : span.end]))
    return fragments
