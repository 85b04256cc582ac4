"""The piece of a passage shown under a hit: whole sentences, those that answer best, the query's words marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from search_index.lines import LineKind
from search_index.prose import Sentence, rate_sentences, read_sentences, terms_by_sentence, without_notes
from search_index.question_types import QuestionType
from search_index.records import Fragment, Snippet
from search_index.text import Analyzer, Match

#: Longest snippet in characters; sentences beyond are left out, one longer sentence is cut at a word.
MAX_SNIPPET_CHARACTERS = 240

_ELLIPSIS = "…"
#: What a line may end with and run on into the next; after others, such as rows of a table, a pause is put.
_PAUSES = ".!?…:;,。！？｡，、"


@dataclass(frozen=True, slots=True)
class _Span:
    start: int
    end: int


def make_snippet(
    text: str,
    weights: Mapping[str, float],
    analyzer: Analyzer,
    asked: QuestionType = QuestionType.ANY,
    meanings: Mapping[str, float] = MappingProxyType({}),
) -> Snippet:
    """Choose the sentences that answer best and mark the words that match.

    Args:
        text: The passage with the marks of its lines; may be empty.
        weights: How informative each index term of the query is.
        asked: What the question asks for.
        meanings: How near sentences are to the question, in [0, 1], by their text; empty where nobody knows.

    Returns:
        The snippet; empty for an empty passage; the passage's beginning when nothing speaks for another place.
    """
    sentences = without_notes(read_sentences(text))
    if not sentences:
        return ()
    folded, spans = _lay_out(sentences)
    matches = analyzer.find(folded, frozenset(weights))
    found = terms_by_sentence([(span.start, span.end) for span in spans], matches)
    ratings = rate_sentences(sentences, found, weights, asked, meanings)
    span = _fitted(folded, _grown(sentences, spans, ratings.index(max(ratings))), matches)
    before, after = _cut_marks(span, spans)
    return (*before, *_fragments(folded, span, matches), *after)


def mark_words(text: str, terms: frozenset[str], analyzer: Analyzer) -> Snippet:
    """Split a text into fragments, those that match one of the terms marked; empty for an empty text."""
    return tuple(_fragments(text, _Span(0, len(text)), analyzer.find(text, terms)))


def _lay_out(sentences: Sequence[Sentence]) -> tuple[str, list[_Span]]:
    """Join sentences, with a pause after lines that have none, and say where each stands."""
    folded = ""
    spans: list[_Span] = []
    for sentence in sentences:
        shown = f"{sentence.number}. {sentence.text}" if _is_numbered(sentence) else sentence.text
        folded += _joint(folded, sentence)
        spans.append(_Span(len(folded), len(folded) + len(shown)))
        folded += shown
    return folded, spans


def _is_numbered(sentence: Sentence) -> bool:
    return sentence.kind is LineKind.STEP and sentence.opens


def _joint(before: str, sentence: Sentence) -> str:
    if not before:
        return ""
    return " " if before[-1] in _PAUSES or not sentence.opens else "; "


def _grown(sentences: Sequence[Sentence], spans: Sequence[_Span], best: int) -> _Span:
    """Take the best sentence, then what follows it, then what stands before, while it fits.

    Steps are shown from the first on, if the best is still among those that fit.
    """
    first = last = _first_step(sentences, best)
    if spans[best].end - spans[first].start > MAX_SNIPPET_CHARACTERS:
        first = last = best
    while last + 1 < len(spans) and spans[last + 1].end - spans[first].start <= MAX_SNIPPET_CHARACTERS:
        last += 1
    while first > 0 and spans[last].end - spans[first - 1].start <= MAX_SNIPPET_CHARACTERS:
        first -= 1
    return _Span(spans[first].start, spans[last].end)


def _first_step(sentences: Sequence[Sentence], best: int) -> int:
    """Find where the list of steps begins that a sentence belongs to; its own place when it is no step."""
    first = best
    while first > 0 and sentences[first].number > 0 and sentences[first - 1].block == sentences[best].block:
        first -= 1
    return first


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
