"""From the scores of all rows to a ranked list of articles: who is looked at closely, and what is seen there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from search_index.keyword.matching import KeywordMatches
from search_index.past_votes import HistoryEvidence
from search_index.ranking.evidence import informative
from search_index.ranking.fusion import Candidate, best_articles
from search_index.ranking.reranking import CloseQuestion, Parts, Ranked, combine, history_part, look_closely
from search_index.reader import GenerationReader
from search_index.semantic.ports import TextVectors
from search_index.text import words_of

Scores = NDArray[np.float32]
Rows = NDArray[np.bool_]

#: Most articles that are looked at only because past questions led to them.
_REMEMBERED = 20


def rank_articles(
    reader: GenerationReader,
    fused: Scores,
    matches: KeywordMatches,
    visible: Rows,
    limit: int,
    *,
    question: CloseQuestion | None,
    history: HistoryEvidence | None,
) -> list[Ranked]:
    """Rank the articles that have any score.

    Args:
        fused: float32 of shape (rows,), without what identifiers add.
        limit: Fewest articles to rank where there are so many.
        question: None for one look only, where the semantic side takes no part.
        history: What past questions say; None where there are none.

    Returns:
        Articles, best first; equal scores in the order of their rows.
    """
    recipe = reader.recipe.fusion
    identified = matches.holds_identifier() & visible
    first: Scores = fused + np.float32(recipe.identifier_bonus) * identified.astype(np.float32)
    candidates = best_articles(
        first, visible, reader.row_articles, reader.run_starts, max(limit, recipe.candidates if question else 0)
    )
    votes = _votes(reader, visible, history) if question else {}
    candidates += _remembered(reader, first, votes, {each.article for each in candidates})
    if not candidates:
        return []
    runs = [reader.run_of(each.row) for each in candidates]
    if question is not None and reader.details is not None:
        seen = look_closely(runs, fused, reader.details, question, recipe)
    else:
        seen = [(Parts(passages=float(fused[each.row])), each.row) for each in candidates]
    words = question.words if question is not None and reader.details is not None else None
    ranked = []
    for candidate, run, (parts, row) in zip(candidates, runs, seen, strict=True):
        marked = run[identified[run]]
        whole = replace(
            parts,
            history=history_part(votes.get(candidate.article, 0.0), recipe),
            identifier=float(len(marked) > 0),
        )
        # What holds the identifier is the section that is meant.
        shown = int(marked[first[marked].argmax()]) if len(marked) else row
        score = combine(whole, recipe, words)
        ranked.append(Ranked(candidate=replace(candidate, row=shown, score=score), parts=whole))
    return sorted(ranked, key=lambda each: -each.candidate.score)


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


def _piece_weights(reader: GenerationReader, text: str, spans: NDArray[np.int32]) -> Scores:
    """Weigh each piece by the idf of the word it belongs to, log(1 + (N − n + ½) / (n + ½))."""
    size = max(reader.keyword.live_count, 1)
    found = np.full(len(spans), size, dtype=np.float64)
    for word in words_of(text):
        inside = (spans[:, 0] >= word.start) & (spans[:, 0] < word.end)
        if inside.any():
            found[inside] = min(size, *(reader.keyword.frequency(form) for form in reader.analyzer.forms(word)), size)
    return np.log1p((size - found + 0.5) / (found + 0.5)).astype(np.float32)


def _votes(reader: GenerationReader, visible: Rows, history: HistoryEvidence | None) -> dict[int, float]:
    """Give the votes of past questions for the visible articles, by number."""
    said = history.articles.items() if history is not None else ()
    rows = {key: reader.rows_of(key) for key, _ in said}
    return {reader.numbers[key]: each.votes for key, each in said if len(rows[key]) and visible[rows[key][0]]}


def _remembered(
    reader: GenerationReader, first: Scores, votes: dict[int, float], known: Iterable[int]
) -> list[Candidate]:
    """Make candidates of the articles that past questions led to and the first look did not find."""
    missing = sorted(set(votes).difference(known), key=lambda number: -votes[number])[:_REMEMBERED]
    runs = [(number, reader.rows_of(reader.articles[number].id)) for number in missing]
    return [Candidate(article=number, row=int(run[first[run].argmax()]), score=0.0) for number, run in runs]
