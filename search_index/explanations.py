"""Why a search came out as it did: plain, frozen records, made of the very numbers that ranked.

An explanation names articles and words that a customer may have no business with. Like a hit it says nothing about
rights: whoever shows it must check first who reads it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from search_index.records import SearchResult


class WordUse(StrEnum):
    """What became of a word that was typed."""

    SCORED = "scored"
    EMPTY = "empty"
    STOP = "stop"
    LEFT_OUT = "left_out"


class PartName(StrEnum):
    """What the score of an article is made of."""

    PASSAGES = "passages"
    SENTENCES = "sentences"
    PIECES = "pieces"
    HISTORY = "history"
    IDENTIFIER = "identifier"
    TITLE = "title"
    RERANKER = "reranker"


class Standing(StrEnum):
    """Where an article that was asked about stands, from the hits down to not being known at all."""

    HIT = "hit"
    RANKED_BELOW = "ranked_below"
    NO_CANDIDATE = "no_candidate"
    NO_SCORE = "no_score"
    WITHOUT_QUOTED_WORDS = "without_quoted_words"
    OTHER_LOCALE = "other_locale"
    OTHER_AUDIENCE = "other_audience"
    UNKNOWN = "unknown"
    NOT_SEARCHED = "not_searched"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedWord:
    """A word of the query and how it was read.

    Attributes:
        typed: As it was typed, folded.
        term: What it is looked up as; empty for a word that is not.
        maximum: The most it could add to a passage's keyword score: rare words more than common ones.
        passages: How many visible passages hold it, or what it was taken for.
        synonyms: What counts as this word too; several words must stand together.
        corrections: Known words that it was taken for because it is unknown.
        identifier: Whether it is an error code or the like.
    """

    typed: str
    use: WordUse
    term: str = ""
    maximum: float = 0.0
    passages: int = 0
    synonyms: tuple[str, ...] = ()
    corrections: tuple[str, ...] = ()
    identifier: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedWeights:
    """What counted how much in this search, each in [0, 1].

    Attributes:
        semantic_share: Of the cosine in the score of a passage; the rest is the keyword score's.
        sentence_share: Of the nearest sentences, for a question of this length.
        piece_share: Of words in context, in what sentences leave.
        history_share: Added at most for past questions.
        identifier_bonus: Added for an identifier of the question.
        informative_words: How many words of the question say something.
        reranker_share: Of the reranker in the whole score, the others share the rest; 0.0 where it took no part.
    """

    semantic_share: float
    sentence_share: float
    piece_share: float
    history_share: float
    identifier_bonus: float
    informative_words: int
    reranker_share: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedPart:
    """One part of an article's score.

    Attributes:
        value: In [0, 1].
        weight: The same for all articles of one search.
    """

    name: PartName
    value: float
    weight: float

    @property
    def points(self) -> float:
        """What it adds to the score."""
        return self.value * self.weight


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedArticle:
    """An article and what put it in its place.

    Attributes:
        rank: From 1; None for one that was no candidate, whose score is what it would have been.
        score: In [0, 1]: the sum of the points of its parts, cut to that range.
        parts: In the order of `PartName`; the reranker's only where it took part.
        section_heading: Of its best passage; empty for the article's beginning.
        keyword_score: BM25F of its best passage over the query's theoretical maximum, in [0, 1].
        keyword_rank: Its place by its best keyword score alone; None without one.
        semantic_score: Cosine of its best passage, in [-1, 1].
        semantic_rank: Its place by its best cosine alone; None when the semantic side took no part.
    """

    article_id: str
    rank: int | None
    score: float
    parts: tuple[ExplainedPart, ...]
    section_heading: str
    keyword_score: float
    keyword_rank: int | None
    semantic_score: float
    semantic_rank: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PartDifference:
    """What one part does for an article in comparison with another: points, negative where it costs."""

    name: PartName
    points: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedAbsence:
    """Why an article that was asked about is not among the hits; or that it is.

    Attributes:
        article: Its scores; None where it has none, as it could not be a hit.
        first_look: Its score at the first look; 0.0 where there is none.
        needed: Score of the last candidate at the first look; 0.0 where there is none.
        differences: Against the last hit, what costs it most first; empty for a hit.
    """

    article_id: str
    standing: Standing
    article: ExplainedArticle | None = None
    first_look: float = 0.0
    needed: float = 0.0
    differences: tuple[PartDifference, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedFeature:
    """A feature that the verdict is judged by; see `Evidence`. The intercept is one whose value is always 1."""

    name: str
    value: float
    weight: float

    @property
    def points(self) -> float:
        """What it adds to the sum."""
        return self.value * self.weight


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedVerdict:
    """How the verdict came about.

    Attributes:
        total: Sum of the features' points; the probability is its logistic.
        answered_from: From this probability on the hits are shown as the answer.
        no_answer_below: Below this one the site says that it has no article.
    """

    features: tuple[ExplainedFeature, ...]
    total: float
    probability: float
    answered_from: float
    no_answer_below: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """A search with its reasons.

    Attributes:
        result: What the search came to; the rest explains it.
        words: In the order typed.
        weights: None where nothing could be searched.
        articles: The hits, best first.
        candidates: How many articles were ranked.
        verdict: None where nothing could be searched, or nothing was found.
        asked_about: None where no article was asked about.
    """

    result: SearchResult
    words: tuple[ExplainedWord, ...] = ()
    weights: ExplainedWeights | None = None
    articles: tuple[ExplainedArticle, ...] = ()
    candidates: int = 0
    verdict: ExplainedVerdict | None = None
    asked_about: ExplainedAbsence | None = None


def differences_to(article: ExplainedArticle, other: ExplainedArticle) -> tuple[PartDifference, ...]:
    """Compare an article with another of the same search, part by part, what costs it most first."""
    found = [
        PartDifference(name=own.name, points=own.points - theirs.points)
        for own, theirs in zip(article.parts, other.parts, strict=True)
    ]
    return tuple(sorted(found, key=lambda each: each.points))
