"""From hits of the index to hits that may be shown: what the database has not confirmed is left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote

from portal.domain.explanations import ExplainedExpectation, ExplainedHit, ShownExplanation
from portal.domain.searches import ShownAnswer, ShownHit, ShownSuggestion, VisibleArticle
from search_index import (
    ExplainedAbsence,
    ExplainedWord,
    Explanation,
    Fragment,
    Hit,
    QuotedAnswer,
    SearchResult,
    Snippet,
    Standing,
    Suggestion,
    SuggestionKind,
    Verdict,
    differences_to,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmedAnswer:
    """What is left of a search result after the check.

    Attributes:
        quoted: Left out when its article is not the best that may be shown, or its section is gone.
        correction: Left out when any hit was: its words may come from an article that this viewer may not see.
        confirmed: Ids of all hits that may be shown, those beyond the limit among them.
    """

    hits: tuple[ShownHit, ...]
    verdict: Verdict
    answerability: float
    correction: str | None
    quoted: ShownAnswer | None = None
    confirmed: frozenset[str] = frozenset()


def confirm_answer(result: SearchResult, visible: Mapping[str, VisibleArticle], limit: int) -> ConfirmedAnswer:
    """Keep the hits that may be shown, and believe less of the answer where the best of it is gone.

    Args:
        visible: By id, the articles that the database has confirmed.
        limit: Most hits to keep.
    """
    kept = [hit for hit in result.hits if hit.article_id in visible]
    hits = tuple(_shown(hit, visible[hit.article_id], rank) for rank, hit in enumerate(kept[:limit], start=1))
    verdict, answerability = _believed(result, hits)
    correction = result.correction if len(kept) == len(result.hits) else None
    quoted = _quoted(result.answer, hits, visible) if verdict is Verdict.ANSWERED else None
    return ConfirmedAnswer(
        hits=hits,
        verdict=verdict,
        answerability=answerability,
        correction=correction,
        quoted=quoted,
        confirmed=frozenset(hit.article_id for hit in kept),
    )


def confirm_explanation(
    explanation: Explanation, answer: ConfirmedAnswer, expected: ExplainedExpectation | None
) -> ShownExplanation:
    """Keep of an explanation what tells of hits that are shown, and of the article that was expected.

    Args:
        answer: What is left of the result that is explained.
        expected: As the database knows it; its absence becomes what the explanation says of it.
    """
    known = {each.article_id: each for each in explanation.articles}
    hits = tuple(
        ExplainedHit(title=hit.title, url=hit.url, article=replace(known[hit.article_id], rank=hit.rank))
        for hit in answer.hits
        if hit.article_id in known
    )
    # What a word was taken for may stand in the hits that were left out.
    whole = {hit.article_id for hit in explanation.result.hits} <= {*answer.confirmed}
    return ShownExplanation(
        words=explanation.words if whole else tuple(_as_typed(word) for word in explanation.words),
        weights=explanation.weights,
        hits=hits,
        candidates=explanation.candidates,
        verdict=explanation.verdict,
        expected=_expected(explanation, hits, expected) if expected is not None else None,
    )


def _expected(
    explanation: Explanation, hits: tuple[ExplainedHit, ...], expected: ExplainedExpectation
) -> ExplainedExpectation:
    """Tell of the article that was expected, compared with the last hit that is shown."""
    absence = explanation.asked_about or expected.absence
    if absence.standing not in {Standing.HIT, Standing.RANKED_BELOW}:
        return replace(expected, absence=absence, last_title=hits[-1].title if hits else "")
    shown = next((hit for hit in hits if hit.article.article_id == absence.article_id), None)
    return replace(
        expected,
        absence=_among(absence, hits) if shown is None else replace(absence, article=shown.article, differences=()),
        last_title=hits[-1].title if hits else "",
    )


def _among(absence: ExplainedAbsence, hits: tuple[ExplainedHit, ...]) -> ExplainedAbsence:
    """Tell of an article that is ranked and not shown."""
    article = absence.article
    costs = differences_to(article, hits[-1].article) if article is not None and hits else ()
    return replace(absence, standing=Standing.RANKED_BELOW, differences=costs)


def _as_typed(word: ExplainedWord) -> ExplainedWord:
    return replace(word, synonyms=(), corrections=())


def confirm_suggestions(
    suggestions: tuple[Suggestion, ...], visible: Mapping[str, VisibleArticle], limit: int
) -> tuple[ShownSuggestion, ...]:
    """Keep the suggestions that may be shown: titles as they are now, headings that are still there, past queries."""
    shown = [
        _suggested(each, visible[each.article_id])
        for each in suggestions
        if each.article_id in visible and _has_section(visible[each.article_id], each.section_anchor)
    ]
    return tuple(shown[:limit])


def search_url(query: str) -> str:
    """Build the path of a search."""
    return f"/search?q={quote(query, safe='')}"


def article_url(slug: str, anchor: str = "") -> str:
    """Build the path of an article, leading to a section if one is named."""
    return f"/articles/{quote(slug)}" + (f"#{quote(anchor)}" if anchor else "")


def _suggested(suggestion: Suggestion, article: VisibleArticle) -> ShownSuggestion:
    if suggestion.kind is SuggestionKind.QUERY:
        return ShownSuggestion(text=suggestion.text, url=search_url(suggestion.text), kind=suggestion.kind)
    return ShownSuggestion(
        text=suggestion.text if suggestion.section_anchor else article.title,
        url=article_url(article.slug, suggestion.section_anchor),
    )


def _believed(result: SearchResult, hits: tuple[ShownHit, ...]) -> tuple[Verdict, float]:
    if not hits:
        return Verdict.NO_ANSWER, 0.0
    best = result.hits[0]
    if best.article_id == hits[0].article_id:
        return result.verdict, result.answerability
    share = min(hits[0].score / best.score, 1.0) if best.score > 0 else 0.0
    verdict = Verdict.UNSURE if result.verdict is Verdict.ANSWERED else result.verdict
    return verdict, result.answerability * share


def _shown(hit: Hit, article: VisibleArticle, rank: int) -> ShownHit:
    """Show a hit; where its section is gone from the article, so are the words the index remembers of it."""
    there = _has_section(article, hit.section_anchor)
    anchor = hit.section_anchor if there else ""
    return ShownHit(
        rank=rank,
        article_id=article.id,
        title=article.title,
        category=article.category,
        url=article_url(article.slug, anchor),
        section_heading=hit.section_heading if there else "",
        section_anchor=anchor,
        snippet=hit.snippet if there else _as_snippet(article.summary),
        score=hit.score,
        keyword_score=hit.keyword_score,
        semantic_score=hit.semantic_score,
    )


def _quoted(
    answer: QuotedAnswer | None, hits: tuple[ShownHit, ...], visible: Mapping[str, VisibleArticle]
) -> ShownAnswer | None:
    """Show the quoted answer if it is from the best hit shown, and from a section that is still there."""
    if answer is None or not hits or hits[0].article_id != answer.article_id:
        return None
    article = visible[answer.article_id]
    if not _has_section(article, answer.section_anchor):
        return None
    return ShownAnswer(
        article_id=article.id,
        title=article.title,
        category=article.category,
        url=article_url(article.slug, answer.section_anchor),
        section_heading=answer.section_heading,
        parts=answer.parts,
        cut=answer.cut,
        updated=article.updated,
    )


def _has_section(article: VisibleArticle, anchor: str) -> bool:
    return not anchor or anchor in article.anchors


def _as_snippet(text: str) -> Snippet:
    return (Fragment(text),) if text else ()
