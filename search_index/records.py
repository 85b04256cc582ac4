"""What goes into the index and what comes out of it: plain, frozen records.

The library knows articles only as `IndexedArticle`s (text in, opaque ids and labels) and answers a
`SearchQuery` with a `SearchResult`. No Flask, no database, no user ever crosses this border.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from search_index.lines import LineKind
from search_index.synonyms import SynonymRule


class Verdict(StrEnum):
    """What the engine believes of its own hits."""

    ANSWERED = "answered"
    UNSURE = "unsure"
    NO_ANSWER = "no_answer"


class SearchMode(StrEnum):
    """Which sides of the engine took part in an answer."""

    HYBRID = "hybrid"
    KEYWORD = "keyword"
    NONE = "none"


class DegradedReason(StrEnum):
    """Why a search was answered with less than the full engine."""

    INDEX_MISSING = "index_missing"
    INDEX_CORRUPT = "index_corrupt"
    ENCODER_MISSING = "encoder_missing"
    ENCODER_FAILED = "encoder_failed"
    ENCODER_SLOW = "encoder_slow"
    VECTORS_MISSING = "vectors_missing"


class SearchSides(StrEnum):
    """Which sides of the engine a query wants: all that there is, or one alone, for comparing them."""

    KEYWORD = "keyword"
    SEMANTIC = "semantic"
    FULL = "full"


class QueryKind(StrEnum):
    """What a text typed into the search box is, before any article is looked at."""

    QUESTION = "question"
    BLANK = "blank"
    ASKS_FOR_HUMAN = "asks_for_human"
    GREETING = "greeting"
    GIBBERISH = "gibberish"


class SearchNote(StrEnum):
    """What a person should know of how a query was read."""

    QUOTES_IGNORED = "quotes_ignored"


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading of an article with the plain text below it.

    Attributes:
        anchor: The id of the heading in the page; empty for the text before the first heading.
        heading: The heading's own words; empty for the text before the first heading.
        path: The headings above this one, outermost first, without the article's title.
        text: Plain text, paragraphs separated by blank lines; may be empty.
    """

    anchor: str
    heading: str
    path: tuple[str, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexedArticle:
    """One article as the index sees it.

    Attributes:
        id: Opaque and unique in the index.
        audience: Opaque label; a query names the labels it may see.
        locale: BCP 47 tag such as ``en``.
    """

    id: str
    title: str
    summary: str = ""
    tags: tuple[str, ...] = ()
    audience: str = "public"
    locale: str = "en"
    sections: tuple[Section, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchQuery:
    """A question put to the engine.

    Attributes:
        text: What was typed, any length; the engine normalises and cuts it.
        audiences: Labels that may appear in hits; an empty set finds nothing.
        locale: Only articles of this locale; None for all.
        limit: Most articles to return, 1 to 100.
        sides: One side alone orders by its own scores: keywords, or the cosine of an article's best passage.
        synonyms: Rules to try besides those of the index; nothing of them is kept.
        asked_at: When it is asked, aware: only past questions before it count. None counts all of them.
    """

    text: str
    audiences: frozenset[str]
    locale: str | None = None
    limit: int = 10
    sides: SearchSides = SearchSides.FULL
    synonyms: tuple[SynonymRule, ...] = ()
    asked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Fragment:
    """A run of a snippet's text, marked where it matches the query's words."""

    text: str
    marked: bool = False


Snippet = tuple[Fragment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotedPart:
    """A paragraph, a list of steps or items, or rows of a table, quoted from an article.

    Attributes:
        lines: Whole sentences; of prose as they follow one another.
        number: Of the first step; 1 for others.
    """

    kind: LineKind
    lines: tuple[Snippet, ...]
    number: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotedAnswer:
    """The words of an article that answer the question, with the place they stand.

    Like a hit it says nothing about rights: whoever shows it must check first that the viewer may see it.

    Attributes:
        section_anchor: Of the section; empty for the article's beginning.
        parts: In reading order, at least one.
        cut: Whether the section goes on with more of the same list or paragraph.
    """

    article_id: str
    section_anchor: str
    section_heading: str
    parts: tuple[QuotedPart, ...]
    cut: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """An article that matches, with the section that matches best.

    A hit says nothing about rights: whoever shows it must check first that the viewer may see it.

    Attributes:
        score: Fused score in [0, 1].
        keyword_score: BM25F of the best passage over the query's theoretical maximum, in [0, 1].
        semantic_score: Cosine of the best passage, in [-1, 1]; 0.0 when the semantic side took no part.
        section_anchor: Anchor of the best section; empty for the article's beginning.
        snippet: At most about 240 characters at sentence borders, matching words marked.
    """

    article_id: str
    score: float
    keyword_score: float
    semantic_score: float
    section_anchor: str
    section_heading: str
    snippet: Snippet


@dataclass(frozen=True, slots=True, kw_only=True)
class Timings:
    """Milliseconds spent in each part of one search."""

    encode_ms: float = 0.0
    keyword_ms: float = 0.0
    vector_ms: float = 0.0
    history_ms: float = 0.0
    fusion_ms: float = 0.0
    snippet_ms: float = 0.0
    total_ms: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult:
    """The engine's answer to one query.

    Attributes:
        query: The normalised text that was searched.
        answerability: Probability in [0, 1] that the top hits answer the question.
        plain_answerability: The same before the outcomes of the site's own searches corrected it.
        generation: Name of the index generation that answered; empty when there was none.
        correction: A "did you mean" spelling, or None.
        notes: How the query was read otherwise than typed; mostly empty.
        answer: The best hit's own words on the question; None unless the verdict is answered.
    """

    query: str
    kind: QueryKind
    hits: tuple[Hit, ...]
    verdict: Verdict
    answerability: float
    mode: SearchMode
    plain_answerability: float = 0.0
    degraded: DegradedReason | None = None
    generation: str = ""
    correction: str | None = None
    notes: tuple[SearchNote, ...] = ()
    answer: QuotedAnswer | None = None
    timings: Timings = field(default_factory=Timings)


class SuggestionKind(StrEnum):
    """Where a suggestion comes from."""

    ARTICLE = "article"
    QUERY = "query"


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A completion offered while a query is typed: an article's title, one of its headings, or a past query.

    Attributes:
        article_id: The article it names; of a past query, the one that helped.
    """

    text: str
    article_id: str
    section_anchor: str = ""
    kind: SuggestionKind = SuggestionKind.ARTICLE


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexReport:
    """What an indexing run did.

    Attributes:
        generation: The generation that is live now.
        promoted: False when nothing had changed and the old generation stayed.
        passages_embedded: Passages that went through the model; the rest kept their vectors.
        embed_seconds: Time in the model, part of total_seconds.
        semantic: False when no encoder was available and the index answers by keyword only.
    """

    generation: str
    promoted: bool
    articles: int
    passages: int
    articles_added: int = 0
    articles_changed: int = 0
    articles_removed: int = 0
    passages_embedded: int = 0
    embed_seconds: float = 0.0
    total_seconds: float = 0.0
    semantic: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineStatus:
    """Health of the index and the encoder, for admins and `portal doctor`.

    Attributes:
        problem: Why searches are degraded now, or None when all is well.
        detail: A sentence for an admin with the way out; empty when all is well.
        reranker: Name of the reranker; empty where none is set up or it cannot be used.
        reranker_problem: Why searches go without it, with the way out; empty when all is well or none is set up.
    """

    generation: str
    articles: int
    passages: int
    model: str
    problem: DegradedReason | None
    detail: str
    reranker: str = ""
    reranker_problem: str = ""


#: Called with (stage, done, total); stages are "embed", "keyword", "write". Drawing is the caller's business.
Progress = Callable[[str, int, int], None]


def no_progress(stage: str, done: int, total: int) -> None:
    """The progress callback that shows nothing."""
