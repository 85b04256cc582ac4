"""From the scores of all rows to a ranked list of articles: who is looked at closely, and what is seen there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from search_index.keyword.matching import KeywordMatches
from search_index.lines import without_marks
from search_index.past_votes import HistoryEvidence
from search_index.ranking.evidence import informative
from search_index.ranking.fusion import Candidate, best_articles
from search_index.ranking.reranking import CloseQuestion, Parts, Ranked, combine, look_closely
from search_index.reader import GenerationReader
from search_index.semantic.ports import TextVectors
from search_index.text import fold, words_of

Scores = NDArray[np.float32]
Rows = NDArray[np.bool_]

#: Most articles that are looked at only because past questions led to them.
_REMEMBERED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstLook:
    """What the first look at all passages found.

    Attributes:
        fused: float32 of shape (rows,): the scores of passages, without what identifiers add.
        first: The same with it.
        identified: bool of shape (rows,): visible passages that hold an identifier of the question.
        candidates: The articles to look at closely, best first; those that only past questions led to come last.
        support: Of past questions in [0, 1), by number of the article.
        question: None where there is no second look.
        spelled: The words of the question, to be compared with titles.
    """

    fused: Scores
    first: Scores
    identified: Rows
    candidates: tuple[Candidate, ...] = ()
    support: Mapping[int, float] = field(default_factory=dict)
    question: CloseQuestion | None = None
    spelled: tuple[str, ...] = ()


def choose_candidates(
    reader: GenerationReader,
    fused: Scores,
    matches: KeywordMatches,
    visible: Rows,
    limit: int,
    *,
    text: str,
    question: CloseQuestion | None,
    history: HistoryEvidence | None,
) -> FirstLook:
    """Choose the articles that are ranked.

    Args:
        fused: float32 of shape (rows,), without what identifiers add.
        limit: Fewest articles to rank where there are so many.
        text: The normalised query.
        question: None for one look only, where the semantic side takes no part.
        history: What past questions say; None where there are none.
    """
    recipe = reader.recipe.fusion
    identified = matches.holds_identifier() & visible
    first: Scores = fused + np.float32(recipe.identifier_bonus) * identified.astype(np.float32)
    candidates = best_articles(
        first, visible, reader.row_articles, reader.run_starts, max(limit, recipe.candidates if question else 0)
    )
    support = _support_of(reader, visible, history) if question else {}
    candidates += _remembered(reader, first, support, {each.article for each in candidates})
    return FirstLook(
        fused=fused,
        first=first,
        identified=identified,
        candidates=tuple(candidates),
        support=support,
        question=question,
        spelled=_spelled(text),
    )


def rank_articles(reader: GenerationReader, look: FirstLook, candidates: Sequence[Candidate]) -> list[Ranked]:
    """Score articles by all that is known of them.

    Returns:
        The candidates, best first; equal scores in the order given.
    """
    if not candidates:
        return []
    recipe, fused, first, identified = reader.recipe.fusion, look.fused, look.first, look.identified
    question, support = look.question, look.support
    runs = [reader.run_of(each.row) for each in candidates]
    if question is not None and reader.details is not None:
        seen = look_closely(runs, fused, reader.details, question, recipe)
    else:
        seen = [(Parts(passages=float(fused[each.row])), each.row) for each in candidates]
    words = question.words if question is not None else None
    ranked = []
    for candidate, run, (parts, row) in zip(candidates, runs, seen, strict=True):
        marked = run[identified[run]]
        whole = Parts(
            passages=parts.passages,
            sentences=parts.sentences,
            pieces=parts.pieces,
            history=support.get(candidate.article, 0.0),
            identifier=float(len(marked) > 0),
            title=float(bool(look.spelled) and _spelled(reader.articles[candidate.article].title) == look.spelled),
        )
        # What holds the identifier is the section that is meant.
        shown = int(marked[first[marked].argmax()]) if len(marked) else row
        score = combine(whole, reader.recipe, words)
        ranked.append(Ranked(candidate=Candidate(article=candidate.article, row=shown, score=score), parts=whole))
    return sorted(ranked, key=lambda each: -each.candidate.score)


def text_to_read(reader: GenerationReader, candidate: Candidate) -> str:
    """Give the best passage of an article below its title and headings, as a cross-encoder reads it."""
    passage, title = reader.row(candidate.row), reader.articles[candidate.article].title
    return "\n".join(filter(None, (title, " > ".join(passage.headings), without_marks(passage.text))))


def close_question(
    reader: GenerationReader, text: str, vectors: TextVectors, matches: KeywordMatches
) -> CloseQuestion | None:
    """Make a question ready for the second look; None where the index keeps no details."""
    if reader.details is None:
        return None
    return CloseQuestion(
        vector=vectors.vector,
        pieces=reader.project(vectors.pieces),
        weights=_piece_weights(reader, text, vectors.spans),
        words=int(np.count_nonzero(informative(matches))),
    )


def _spelled(text: str) -> tuple[str, ...]:
    """Give the words of a text as they are compared: folded, without signs."""
    return tuple(fold(word.text) for word in words_of(text))


def _piece_weights(reader: GenerationReader, text: str, spans: NDArray[np.int32]) -> Scores:
    """Weigh each piece by the idf of the word it belongs to, log(1 + (N − n + ½) / (n + ½))."""
    size = max(reader.keyword.live_count, 1)
    found = np.full(len(spans), size, dtype=np.float64)
    for word in words_of(text):
        inside = (spans[:, 0] >= word.start) & (spans[:, 0] < word.end)
        if inside.any():
            found[inside] = min(size, *(reader.keyword.frequency(form) for form in reader.analyzer.forms(word)), size)
    return np.log1p((size - found + 0.5) / (found + 0.5)).astype(np.float32)


def _support_of(reader: GenerationReader, visible: Rows, history: HistoryEvidence | None) -> dict[int, float]:
    """Give the support of past questions for the visible articles, by number."""
    said = history.articles.items() if history is not None else ()
    rows = {key: reader.rows_of(key) for key, _ in said}
    return {reader.numbers[key]: each.support for key, each in said if len(rows[key]) and visible[rows[key][0]]}


def _remembered(
    reader: GenerationReader, first: Scores, support: dict[int, float], known: Iterable[int]
) -> list[Candidate]:
    """Make candidates of the articles that past questions led to and the first look did not find."""
    missing = sorted(set(support).difference(known), key=lambda number: -support[number])[:_REMEMBERED]
    runs = [(number, reader.rows_numbered(number)) for number in missing]
    return [Candidate(article=number, row=int(run[first[run].argmax()]), score=0.0) for number, run in runs]
