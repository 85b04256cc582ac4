"""Saying why: an explanation from what a search saw. Nothing is scored a second time but what was no candidate."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from search_index.answering import Answer, Sight
from search_index.close_look import rank_articles
from search_index.explanations import (
    ExplainedAbsence,
    ExplainedArticle,
    ExplainedFeature,
    ExplainedPart,
    ExplainedVerdict,
    ExplainedWeights,
    ExplainedWord,
    Explanation,
    PartName,
    Standing,
    WordUse,
    differences_to,
)
from search_index.keyword.matching import MatchedWord, WordScores
from search_index.ranking.cross_reading import blend, blended_weights
from search_index.ranking.evidence import informative
from search_index.ranking.fusion import Candidate
from search_index.ranking.reranking import Parts, Ranked, part_weights
from search_index.ranking.verdict import thresholds, weigh
from search_index.reader import GenerationReader
from search_index.records import SearchMode, SearchResult
from search_index.text import fold, words_of

Scores = NDArray[np.float32]


def explain_answer(
    reader: GenerationReader, answer: Answer, result: SearchResult, article_id: str | None = None
) -> Explanation:
    """Explain a search.

    Args:
        answer: What the generation said.
        result: What the engine made of it.
        article_id: An article to tell of whether or not it is among the hits; None for none.
    """
    sight = answer.sight
    teller = _Teller(reader, sight)
    articles = tuple(teller.article(each, rank) for rank, each in enumerate(sight.ranked[: len(answer.hits)], start=1))
    return Explanation(
        result=result,
        words=tuple(_words(reader, sight)),
        weights=_weights(reader, sight),
        articles=articles,
        candidates=len(sight.ranked),
        verdict=_verdict(reader, answer, result) if articles else None,
        asked_about=teller.absence(article_id, articles) if article_id is not None else None,
    )


def explain_nothing(result: SearchResult, article_id: str | None = None) -> Explanation:
    """Explain a search that looked at no article."""
    asked = ExplainedAbsence(article_id=article_id, standing=Standing.NOT_SEARCHED) if article_id is not None else None
    return Explanation(result=result, asked_about=asked)


class _Teller:
    """Tells of articles in one search."""

    def __init__(self, reader: GenerationReader, sight: Sight) -> None:
        self._reader = reader
        self._sight = sight
        share = sight.reranker_share
        weights = _part_weights(reader, sight)
        self._weights = blended_weights(weights, share) if share else weights
        self._keyword = self._best(sight.words.scores)
        self._semantic = self._best(sight.cosines) if sight.cosines is not None else None

    def article(self, ranked: Ranked, rank: int | None) -> ExplainedArticle:
        """Explain the score of an article."""
        row = ranked.candidate.row
        passage = self._reader.row(row)
        cosines = self._sight.cosines
        return ExplainedArticle(
            article_id=passage.article_id,
            rank=rank,
            score=ranked.candidate.score,
            parts=_parts(ranked.parts, self._weights, reranked=self._sight.reranker_share > 0),
            section_heading=passage.heading,
            keyword_score=float(self._sight.words.scores[row]),
            keyword_rank=self._place(self._keyword, row, above=0.0),
            semantic_score=float(cosines[row]) if cosines is not None else 0.0,
            semantic_rank=self._place(self._semantic, row, above=-1.5) if self._semantic is not None else None,
        )

    def absence(self, article_id: str, hits: tuple[ExplainedArticle, ...]) -> ExplainedAbsence:
        """Say where an article stands, and why it is no hit."""
        standing = self._barred(article_id)
        if standing is not None:
            return ExplainedAbsence(article_id=article_id, standing=standing)
        found = self._ranked(article_id)
        if found is not None:
            ranked, rank = found
            article = self.article(ranked, rank)
            is_hit = rank <= len(hits)
            standing = Standing.HIT if is_hit else Standing.RANKED_BELOW
            first_look = self._first_look(article_id).score
        else:
            candidate = self._first_look(article_id)
            first_look, is_hit = candidate.score, False
            if first_look <= 0:
                return ExplainedAbsence(article_id=article_id, standing=Standing.NO_SCORE, needed=self._needed())
            standing = Standing.NO_CANDIDATE
            article = self.article(self._passed_over(candidate), None)
        return ExplainedAbsence(
            article_id=article_id,
            standing=standing,
            article=article,
            first_look=first_look,
            needed=self._needed(),
            differences=differences_to(article, hits[-1]) if hits and not is_hit else (),
        )

    def _barred(self, article_id: str) -> Standing | None:
        """Say why an article could not be a hit, whatever it says; None where it could."""
        rows = self._reader.rows_of(article_id)
        if not len(rows):
            return Standing.UNKNOWN
        entry = self._reader.articles[self._reader.numbers[article_id]]
        query = self._sight.query
        if entry.audience not in query.audiences:
            return Standing.OTHER_AUDIENCE
        if query.locale is not None and entry.locale != query.locale:
            return Standing.OTHER_LOCALE
        return None if self._sight.words.visible[rows].any() else Standing.WITHOUT_QUOTED_WORDS

    def _ranked(self, article_id: str) -> tuple[Ranked, int] | None:
        number = self._reader.numbers[article_id]
        places = enumerate(self._sight.ranked, start=1)
        return next(((each, rank) for rank, each in places if each.candidate.article == number), None)

    def _first_look(self, article_id: str) -> Candidate:
        """Take the best visible passage of an article by what the first look gave it."""
        rows = self._reader.rows_of(article_id)
        seen = rows[self._sight.words.visible[rows]]
        first = self._sight.look.first
        best = int(seen[first[seen].argmax()])
        return Candidate(article=self._reader.numbers[article_id], row=best, score=float(first[best]))

    def _passed_over(self, candidate: Candidate) -> Ranked:
        """Score an article that was no candidate: as one that a reranker did not read."""
        ranked = rank_articles(self._reader, self._sight.look, [candidate])
        return blend(ranked, (), self._sight.reranker_share)[0]

    def _needed(self) -> float:
        """Give the first-look score of the last candidate that it found."""
        found = (each.score for each in self._sight.look.candidates if each.score > 0)
        return min(found, default=0.0)

    def _best(self, scores: Scores) -> Scores:
        """Give the best visible score of each article, those without any far below: float32 of shape (runs,)."""
        masked = np.where(self._sight.words.visible, scores, np.float32(-2))
        return np.maximum.reduceat(masked, self._reader.run_starts) if len(masked) else masked

    def _place(self, best: Scores, row: int, *, above: float) -> int | None:
        """Give the place of a row's article by its best score alone; None where that is not above a least one."""
        own = best[int(np.searchsorted(self._reader.run_starts, row, side="right")) - 1]
        return 1 + int(np.count_nonzero(best > own)) if own > above else None


def _parts(parts: Parts, weights: Parts, *, reranked: bool) -> tuple[ExplainedPart, ...]:
    return tuple(
        ExplainedPart(name=name, value=getattr(parts, name.value), weight=getattr(weights, name.value))
        for name in PartName
        if reranked or name is not PartName.RERANKER
    )


def _part_weights(reader: GenerationReader, sight: Sight) -> Parts:
    question = sight.look.question
    return part_weights(reader.recipe, question.words if question is not None else None)


def _weights(reader: GenerationReader, sight: Sight) -> ExplainedWeights:
    parts, fusion = _part_weights(reader, sight), reader.recipe.fusion
    return ExplainedWeights(
        semantic_share=fusion.semantic_share if sight.cosines is not None else 0.0,
        sentence_share=parts.sentences,
        piece_share=fusion.piece_share if sight.look.question is not None else 0.0,
        history_share=parts.history,
        identifier_bonus=parts.identifier,
        informative_words=int(np.count_nonzero(informative(sight.words.matches))),
        reranker_share=sight.reranker_share,
    )


def _words(reader: GenerationReader, sight: Sight) -> Iterator[ExplainedWord]:
    """Tell of each word once, in the order typed."""
    told: set[str] = set()
    for word, spoken in zip(words_of(sight.words.text), reader.analyzer.spoken(sight.words.text), strict=True):
        matched = {
            each.word.term: _word(each, _passages(found, sight.words.visible))
            for each, found in zip(sight.words.matches.words, sight.words.matches.found, strict=True)
            if each.word.term in spoken.asked and each.word.term not in told
        }
        yield from matched.values()
        if not matched and told.isdisjoint({spoken.term, *spoken.asked}):
            yield ExplainedWord(typed=fold(word.text), use=WordUse.STOP if spoken.stop else WordUse.LEFT_OUT)
        told.update(matched, {spoken.term})


def _passages(found: WordScores, visible: NDArray[np.bool_]) -> int:
    """Count the visible passages that hold a word, or what it stands for."""
    holding = np.unique(np.concatenate([scores.held()[0] for scores, _ in found.readings]))
    return int(np.count_nonzero(visible[holding]))


def _word(matched: MatchedWord, passages: int) -> ExplainedWord:
    others = matched.readings[1:]
    return ExplainedWord(
        typed=matched.word.surface,
        use=WordUse.EMPTY if matched.word.empty else WordUse.SCORED,
        term=matched.word.term,
        maximum=float(matched.maximum),
        passages=passages,
        synonyms=tuple(dict.fromkeys(" ".join(each.terms) for each in others if not each.surface)),
        corrections=tuple(dict.fromkeys(each.surface for each in others if each.surface)),
        identifier=matched.word.is_identifier,
    )


def _verdict(reader: GenerationReader, answer: Answer, result: SearchResult) -> ExplainedVerdict:
    recipe, semantic = reader.recipe.verdict, result.mode is SearchMode.HYBRID
    features = weigh(answer.evidence, recipe, semantic=semantic)
    answered_from, no_answer_below = thresholds(recipe, semantic=semantic)
    return ExplainedVerdict(
        features=tuple(ExplainedFeature(name=each.name, value=each.value, weight=each.weight) for each in features),
        total=sum(each.points for each in features),
        probability=result.answerability,
        answered_from=answered_from,
        no_answer_below=no_answer_below,
    )
