"""Everything an index is built and asked by that could have been chosen otherwise.

A recipe is stored in each generation. Its *build* half decides what lies on disk: when that changes, the
index is built anew beside the live one. Its *ranking* half is only read when searching.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field, fields
from typing import Any, TypeVar

import numpy as np

from search_index.errors import IndexCorrupt

#: Raise when files of a generation change their meaning; older generations are then rebuilt.
FORMAT = 4

#: The fields a passage is searched in, in the order of the scoring arrays.
FIELDS = ("title", "headings", "summary", "tags", "body")


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildRecipe:
    """What an index is built from."""

    #: Raise when `text.py` finds other words in the same text.
    analyzer: int = 1
    #: Most word pieces of one passage, title and headings included; the model's own limit may be lower.
    passage_tokens: int = 200
    #: Of these, at most this share for title and headings: the text must not be crowded out.
    prefix_share: float = 0.4
    #: Numbers kept of the vector of each word piece, for late interaction; 96 instead of 384 lose .002 nDCG@10.
    piece_dimensions: int = 96
    #: Most characters of a passage in languages and indexes without an encoder to count word pieces.
    passage_words: int = 150

    def kept_dimensions(self, dimensions: int) -> int:
        """Say how many numbers are kept of the vector of a word piece, for a model of so many dimensions."""
        return min(self.piece_dimensions, dimensions)


@dataclass(frozen=True, slots=True, kw_only=True)
class VectorRecipe:
    """How vectors are kept and compared; written segments stay as they are when it changes."""

    #: Passages from which a segment gets an int8 copy for a first look: below, exact cosines take under 2 ms.
    coarse_from: int = 8_000
    #: Best rows of a first look, or of a graph, that are compared exactly. No ranking looks beyond the best 100.
    exact: int = 400
    #: Passages from which a segment gets a graph of neighbours, where usearch is installed.
    graph_from: int = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class KeywordRecipe:
    """How words score: BM25F, and what a mistyped word is worth."""

    #: Weight of a match in each field of `FIELDS`.
    weights: tuple[float, ...] = (1.6, 1.2, 0.4, 0.8, 1.0)
    #: How fast repeating a word stops helping.
    k1: float = 1.4
    #: How much a field's length counts against it, 0 to 1, for each field.
    b: tuple[float, ...] = (0.5, 0.5, 0.5, 0.3, 0.6)
    #: Most query words that are scored, known and rare ones first: pasted letters must stay fast.
    max_words: int = 24
    #: What a match of a corrected word is worth, by the number of edits.
    typo_weights: tuple[float, ...] = (1.0, 0.8, 0.6)
    #: What a match of a synonym is worth, and how many of them are looked up for one word at most.
    synonym_weight: float = 0.7
    synonym_readings: int = 12
    #: Shortest word, in letters, in which one edit is forgiven, and two.
    typo_lengths: tuple[int, int] = (5, 9)
    #: Most corrections tried for one unknown word.
    typo_candidates: int = 3
    #: Most unknown words of one query that are corrected: beyond that it is no mistyped question.
    typo_words: int = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class FusionRecipe:
    """How the two sides become one score. Every number was chosen on all development sets at once."""

    #: Share of the cosine in the fused score of a passage; the rest is the scaled keyword score.
    semantic_share: float = 0.5
    #: Added to an article that holds an error code or another identifier of the query: nothing else is meant.
    identifier_bonus: float = 0.25
    #: Added to an article whose title is the query, word by word: whoever types a title wants that article.
    title_bonus: float = 0.15
    #: Articles that are looked at closely; from 30 on more change nothing.
    candidates: int = 30
    #: Best passages of an article whose mean counts, and best ones by their nearest sentence.
    passages: int = 5
    sentences: int = 3
    #: Weight of each of them beside the next better one: an article with one section about the question, such as
    #: a page of questions and answers, must not lose to one that is vaguely about it throughout.
    fade: float = 0.7
    #: Share of late interaction beside the fused scores of passages.
    piece_share: float = 0.25
    #: Share of sentences: this, less so much for each informative word, within the bounds.
    sentence_share: float = 0.45
    sentence_share_per_word: float = 0.06
    sentence_share_bounds: tuple[float, float] = (0.15, 0.35)


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryRecipe:
    """How past questions vote for the articles that answered them."""

    #: Most ballots (the past questions of one voter for one article) that are counted, the nearest ones.
    neighbours: int = 50
    #: How fast a vote falls with distance: e-fold for each such step of the cosine below 1.
    temperature: float = 0.15
    #: Days after which a vote counts half: articles and products change.
    half_life_days: float = 365.0
    #: What all further votes in one ballot add at most to its strongest one; below 1, so that two voters outvote one.
    repeat_share: float = 0.5
    #: Votes that bring half of the full support: one far neighbour proves little.
    half_votes: float = 0.5
    #: What full support adds to the score of an article.
    share: float = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class RerankerRecipe:
    """How a cross-encoder changes the order, where there is one. Chosen by judgement: none was at hand to measure."""

    #: Best articles of the second look that it reads; time grows with each, and few readers look further.
    articles: int = 10
    #: Share of what it says in the score; the rest is the score of the second look.
    share: float = 0.5


# What a threshold does to the worst of the three sets named below, each judged by a model learned on the other two:
# (share of the questions it gets wrong, threshold), falling and rising in turn.
_WRONGLY_ANSWERED = (
    (0.014, 0.98),
    (0.042, 0.88),
    (0.06, 0.8),
    (0.104, 0.74),
    (0.126, 0.66),
    (0.15, 0.62),
    (0.206, 0.5),
)
_SENT_AWAY = ((0.02, 0.04), (0.047, 0.07), (0.059, 0.1), (0.079, 0.16), (0.103, 0.19), (0.123, 0.28), (0.15, 0.37))


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictRecipe:
    """The logistic model of answerability and where its probability becomes a verdict."""

    # Fitted by logistic regression on three sets of real questions at once (a mail program's support forum, a
    # mattress shop's chat, requests to an assistant; 931 answerable, 497 not), each set and class of equal
    # weight. Learned on two and tried on the third, the area under the ROC curve is .945, .896 and .980 (keywords
    # alone .874, .874, .940). Few features, because more of them carried over worse from site to site.
    #: Intercept and weights of the features of `ranking.verdict.Evidence`, by name.
    hybrid: tuple[tuple[str, float], ...] = (
        ("intercept", -8.814),
        ("score", 19.914),
        ("spread", 5.33),
        ("length", 0.806),
        ("identifier", 3.0),  # not fitted: the sets hold none; an error code makes a fair score an answer
    )
    #: The same where only the keyword side took part.
    by_keyword: tuple[tuple[str, float], ...] = (
        ("intercept", -5.139),
        ("keyword", 10.222),
        ("length", 1.287),
        ("coverage", 2.626),
        ("identifier", 1.5),
    )
    #: From this probability on the hits are shown as the answer. On the worst set 11 % of the unanswerable
    #: questions were (13 % by a model learned on the other two sets).
    answered_from: float = 0.66
    #: Below this one the site says that it has no article: on the worst set 7 % of the answerable ones (8 %).
    no_answer_below: float = 0.18
    #: The same for keywords alone, which are less sure of anything.
    keyword_answered_from: float = 0.75
    keyword_no_answer_below: float = 0.2
    #: Below this one no other spelling is offered: the hits were ranked by it already and are no better for it.
    correction_from: float = 0.1

    @staticmethod
    def for_error_rates(wrongly_answered: float, sent_away: float) -> VerdictRecipe:
        """Choose the thresholds by the errors that are put up with.

        Args:
            wrongly_answered: Most of the unanswerable questions that may be shown as answered, in (0, 1).
            sent_away: Most of the answerable questions that may be told that there is no article, in (0, 1).

        Returns:
            Thresholds that kept these rates on the hardest of the sets they were measured on; between the measured
            ones they are interpolated, beyond them the nearest is taken. The upper one is never below the lower.
        """
        answered = _read_off(_WRONGLY_ANSWERED, wrongly_answered)
        no_answer = _read_off(_SENT_AWAY, sent_away)
        return VerdictRecipe(answered_from=max(answered, no_answer), no_answer_below=no_answer)


def _read_off(curve: tuple[tuple[float, float], ...], rate: float) -> float:
    return float(np.interp(rate, [each for each, _ in curve], [each for _, each in curve]))


_Part = TypeVar(
    "_Part", BuildRecipe, VectorRecipe, KeywordRecipe, FusionRecipe, HistoryRecipe, RerankerRecipe, VerdictRecipe
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """All of it."""

    build: BuildRecipe = field(default_factory=BuildRecipe)
    vectors: VectorRecipe = field(default_factory=VectorRecipe)
    keyword: KeywordRecipe = field(default_factory=KeywordRecipe)
    fusion: FusionRecipe = field(default_factory=FusionRecipe)
    history: HistoryRecipe = field(default_factory=HistoryRecipe)
    reranker: RerankerRecipe = field(default_factory=RerankerRecipe)
    verdict: VerdictRecipe = field(default_factory=VerdictRecipe)

    def build_hash(self, model_fingerprint: str) -> str:
        """Hash what lies on disk depends on; two equal hashes mean that an index can be carried on.

        Args:
            model_fingerprint: Of the passage encoder; empty for a keyword-only index.
        """
        content = json.dumps([FORMAT, FIELDS, asdict(self.build), model_fingerprint], sort_keys=True)
        return hashlib.sha256(content.encode()).hexdigest()[:32]

    def to_json(self) -> str:
        """Write the recipe as JSON."""
        return json.dumps(asdict(self), indent=1, sort_keys=True)

    @staticmethod
    def from_json(text: str) -> Recipe:
        """Read a recipe back; what an older or newer release called otherwise keeps its default.

        Raises:
            IndexCorrupt: The text is not a recipe.
        """
        try:
            content = json.loads(text)
            return Recipe(
                build=_read(BuildRecipe, content["build"]),
                vectors=_read(VectorRecipe, content.get("vectors", {})),
                keyword=_read(KeywordRecipe, content["keyword"]),
                fusion=_read(FusionRecipe, content["fusion"]),
                history=_read(HistoryRecipe, content.get("history", {})),
                reranker=_read(RerankerRecipe, content.get("reranker", {})),
                verdict=_read(VerdictRecipe, content["verdict"]),
            )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise IndexCorrupt(f"The recipe of the index cannot be read ({error}); rebuild the index.") from error


def _read(kind: type[_Part], content: dict[str, Any]) -> _Part:
    known = {each.name for each in fields(kind)}
    return kind(**{key: _tuples(value) for key, value in content.items() if key in known})


def _tuples(value: Any) -> Any:
    return tuple(_tuples(each) for each in value) if isinstance(value, list) else value
