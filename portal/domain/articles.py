"""Articles: what a help page is, before any database or HTML template sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from search_index import Section


class ArticleState(StrEnum):
    """Where an article stands in its life."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    PUBLISHED = "published"
    ARCHIVED = "archived"


class Audience(StrEnum):
    """Who may see an article."""

    PUBLIC = "public"
    CUSTOMERS = "customers"
    AGENTS = "agents"
    WRITERS = "writers"


@dataclass(frozen=True, slots=True)
class SafeHtml:
    """HTML that has been through the sanitizer; templates print it unescaped.

    Only `portal.content` may build one; an architecture test holds that.
    """

    text: str

    def __html__(self) -> str:
        """Jinja's way to ask for markup that must not be escaped again."""
        return self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class TocEntry:
    """One line of an article's table of contents; level 2 is the topmost."""

    anchor: str
    text: str
    level: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleSource:
    """One Markdown file, read and checked, before it becomes a revision.

    Attributes:
        id: Stable and unique; from the front matter or else from the path.
        slug: Last part of the URL, unique in its locale.
        extra: Front-matter keys the portal does not know, kept as they were.
        body: Markdown below the front matter.
        path: The file relative to the articles folder, with forward slashes.
        sha256: Of the whole file's bytes, hexadecimal.
        body_line: 1-based line of the file on which the body begins, for naming places in it.
        draft: True when the front matter says ``draft: true`` or ``published: false``: kept, but shown to nobody.
    """

    id: str
    slug: str
    title: str
    summary: str
    category: str
    tags: tuple[str, ...]
    audience: Audience
    locale: str
    redirect_from: tuple[str, ...]
    updated: date | None
    order: int
    extra: Mapping[str, object]
    body: str
    path: str
    sha256: str
    body_line: int = 1
    draft: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentProblem:
    """Something in an article's file that a writer should look at.

    Attributes:
        path: The file, relative to the articles folder.
        line: 1-based line in the file, or None where no line is to blame.
        message: A sentence with the offending value and the way out.
        passed_over: Whether only this line was passed over and the rest of the file is used.
    """

    path: str
    line: int | None
    message: str
    passed_over: bool = False

    def __str__(self) -> str:
        """The problem as ``file:line: sentence``, which editors turn into a link."""
        where = self.path if self.line is None else f"{self.path}:{self.line}"
        return f"{where}: {self.message}"


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaFile:
    """A picture of the articles folder, its content checked.

    Attributes:
        path: The file relative to the articles folder, with forward slashes.
        url_path: Where the site serves it, below ``/media/``.
        media_type: Such as ``image/png``, from the content and not from the name.
        width, height: In CSS pixels; None where the file does not say.
    """

    path: str
    url_path: str
    media_type: str
    sha256: str
    size_bytes: int
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedArticle:
    """What the renderer makes of a Markdown body.

    Attributes:
        links: Internal targets as ``(article id, anchor)``, for checking.
        problems: Sentences about links, images or markup that a writer should look at.
    """

    html: SafeHtml
    sections: tuple[Section, ...]
    toc: tuple[TocEntry, ...]
    links: tuple[tuple[str, str], ...] = ()
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """A shelf of the help centre.

    Attributes:
        icon: Name of one of the icons in the icon sheet.
        position: Order on the home page, from 0.
    """

    slug: str
    title: str
    description: str = ""
    icon: str = "book"
    position: int = 0
    audience: Audience = Audience.PUBLIC


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleSummary:
    """An article as lists show it."""

    id: str
    slug: str
    title: str
    summary: str
    category: str
    audience: Audience
    locale: str
    updated: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """A published article, ready to be read."""

    id: str
    slug: str
    title: str
    summary: str
    category: str
    tags: tuple[str, ...]
    audience: Audience
    locale: str
    state: ArticleState
    updated: date | None
    published_at: datetime
    html: SafeHtml
    sections: tuple[Section, ...]
    toc: tuple[TocEntry, ...] = ()
    revision_id: int = 0
    path: str = ""
    extra: Mapping[str, object] = field(default_factory=dict)
