"""The tables of the portal, grouped by noun; those of requests for a human stand in `request_rows.py`. Rows never leave
this floor.

Search, vote and view rows name journeys and articles by plain ids without foreign keys to articles: what a customer
did stays true after an article is gone.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.storage.base import Base

#: Length of ids, slugs and paths; longer ones are refused before they come here.
KEY = 255


class UserRow(Base):
    """A person with an account. `takes_chats`: an agent wishes to be offered to customers who would like to chat."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(20))
    password_hash: Mapped[str] = mapped_column(String(255))
    session_epoch: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)
    takes_chats: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]


class SignInAttemptRow(Base):
    """A failed sign-in, for throttling; keys are hashes, never addresses."""

    __tablename__ = "sign_in_attempts"
    __table_args__ = (Index("ix_sign_in_attempts_key_at", "key", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]


class CategoryRow(Base):
    """A shelf of the help centre."""

    __tablename__ = "categories"

    slug: Mapped[str] = mapped_column(String(KEY), primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(String(500), default="")
    icon: Mapped[str] = mapped_column(String(40), default="book")
    position: Mapped[int] = mapped_column(default=0)
    audience: Mapped[str] = mapped_column(String(20), default="public")


class ArticleRow(Base):
    """An article with what its published revision renders to, so that a page needs one read.

    `source_sha256` is of the file last synced; `renderer` says which renderer made `html`.
    """

    __tablename__ = "articles"
    __table_args__ = (
        UniqueConstraint("locale", "slug"),
        Index("ix_articles_category_state", "category", "state"),
    )

    id: Mapped[str] = mapped_column(String(KEY), primary_key=True)
    slug: Mapped[str] = mapped_column(String(KEY))
    locale: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(300))
    summary: Mapped[str] = mapped_column(Text, default="")
    category: Mapped[str] = mapped_column(String(KEY))
    tags: Mapped[list[Any]]
    audience: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20))
    position: Mapped[int] = mapped_column(default=0)
    updated: Mapped[date | None]
    published_at: Mapped[datetime | None]
    revision_id: Mapped[int | None]
    html: Mapped[str] = mapped_column(Text, default="")
    sections: Mapped[list[Any]]
    toc: Mapped[list[Any]]
    extra: Mapped[dict[str, Any]]
    renderer: Mapped[str] = mapped_column(String(40), default="")
    source_path: Mapped[str] = mapped_column(String(1000), default="")
    source_sha256: Mapped[str] = mapped_column(String(64), default="")


class RevisionRow(Base):
    """One immutable saved text of an article."""

    __tablename__ = "revisions"
    __table_args__ = (Index("ix_revisions_article_id", "article_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[str] = mapped_column(ForeignKey("articles.id"))
    parent_id: Mapped[int | None]
    author: Mapped[str] = mapped_column(String(200))
    note: Mapped[str] = mapped_column(String(500), default="")
    front_matter: Mapped[dict[str, Any]]
    body: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]


class RedirectRow(Base):
    """An old path that leads to an article."""

    __tablename__ = "redirects"
    __table_args__ = (Index("ix_redirects_article_id", "article_id"),)

    path: Mapped[str] = mapped_column(String(500), primary_key=True)
    article_id: Mapped[str] = mapped_column(ForeignKey("articles.id"))


class SynonymRow(Base):
    """Words that mean the same, as one line of the writers' list."""

    __tablename__ = "synonyms"

    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    rule: Mapped[str] = mapped_column(Text)


class JourneyRow(Base):
    """One visitor's visit; the id is random and lives in their session cookie."""

    __tablename__ = "journeys"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    user_id: Mapped[int | None]
    started_at: Mapped[datetime]
    last_at: Mapped[datetime]


class SearchRow(Base):
    """One search, its words redacted before they came here."""

    __tablename__ = "searches"
    __table_args__ = (
        Index("ix_searches_journey_id_at", "journey_id", "at"),
        Index("ix_searches_at", "at"),
        Index("ix_searches_wording", "wording"),
        Index("ix_searches_settled_at", "settled", "at"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    journey_id: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime]
    query: Mapped[str] = mapped_column(Text)
    wording: Mapped[str] = mapped_column(String(500))
    locale: Mapped[str] = mapped_column(String(20))
    surface: Mapped[str] = mapped_column(String(20))
    kind: Mapped[str] = mapped_column(String(20))
    verdict: Mapped[str] = mapped_column(String(20))
    answerability: Mapped[float]
    plain_answerability: Mapped[float | None]
    mode: Mapped[str] = mapped_column(String(20))
    degraded: Mapped[str] = mapped_column(String(40), default="")
    generation: Mapped[str] = mapped_column(String(80), default="")
    encode_ms: Mapped[float]
    keyword_ms: Mapped[float]
    vector_ms: Mapped[float]
    history_ms: Mapped[float] = mapped_column(default=0.0)
    fusion_ms: Mapped[float]
    snippet_ms: Mapped[float]
    total_ms: Mapped[float]
    settled: Mapped[bool] = mapped_column(default=False)


class SearchHitRow(Base):
    """A hit that was shown, and when it was clicked."""

    __tablename__ = "search_hits"
    __table_args__ = (Index("ix_search_hits_article_id", "article_id"),)

    search_id: Mapped[str] = mapped_column(ForeignKey("searches.id"), primary_key=True)
    rank: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[str] = mapped_column(String(KEY))
    section_anchor: Mapped[str] = mapped_column(String(KEY))
    score: Mapped[float]
    clicked_at: Mapped[datetime | None]


class FailedSearchRow(Base):
    """One way in which one search failed."""

    __tablename__ = "failed_searches"

    search_id: Mapped[str] = mapped_column(ForeignKey("searches.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    at: Mapped[datetime]


class ArticleViewRow(Base):
    """An article opened by somebody."""

    __tablename__ = "article_views"
    __table_args__ = (
        Index("ix_article_views_journey_id_at", "journey_id", "at"),
        Index("ix_article_views_at_article_id", "at", "article_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    journey_id: Mapped[str] = mapped_column(String(32))
    article_id: Mapped[str] = mapped_column(String(KEY))
    search_id: Mapped[str] = mapped_column(String(32), default="")
    section_anchor: Mapped[str] = mapped_column(String(KEY), default="")
    read_seconds: Mapped[int] = mapped_column(default=0)
    at: Mapped[datetime]


class VoteRow(Base):
    """One journey's opinion of one article."""

    __tablename__ = "votes"
    __table_args__ = (
        UniqueConstraint("journey_id", "article_id"),
        Index("ix_votes_article_id", "article_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    journey_id: Mapped[str] = mapped_column(String(32))
    article_id: Mapped[str] = mapped_column(String(KEY))
    helpful: Mapped[bool]
    reason: Mapped[str] = mapped_column(String(40), default="")
    comment: Mapped[str] = mapped_column(Text, default="")
    search_id: Mapped[str] = mapped_column(String(32), default="")
    at: Mapped[datetime]


class JobRow(Base):
    """Work for the worker. `lease_until` lets another worker take over after a crash."""

    __tablename__ = "jobs"
    __table_args__ = (Index("ix_jobs_state_run_at", "state", "run_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    key: Mapped[str] = mapped_column(String(KEY), default="")
    payload: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(20))
    attempts: Mapped[int] = mapped_column(default=0)
    run_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]


class PastQuestionRow(Base):
    """A question and the article that a person said answers it; `voter` is a hash, the question redacted."""

    __tablename__ = "past_questions"
    __table_args__ = (
        Index("ix_past_questions_article_id_wording", "article_id", "wording"),
        Index("ix_past_questions_voter", "voter"),
        Index("ix_past_questions_at", "at"),
        Index("ix_past_questions_conversation_id", "conversation_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    wording: Mapped[str] = mapped_column(String(500))
    article_id: Mapped[str] = mapped_column(String(KEY))
    source: Mapped[str] = mapped_column(String(30))
    voter: Mapped[str] = mapped_column(String(32), default="")
    conversation_id: Mapped[int | None]
    journey_id: Mapped[str] = mapped_column(String(32), default="")
    at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_reason: Mapped[str] = mapped_column(String(30), default="")
