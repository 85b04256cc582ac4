"""One Markdown file of the articles folder, read and checked into an `ArticleSource`."""

from __future__ import annotations

import difflib
import hashlib
import posixpath
import re
from dataclasses import dataclass

from portal.content.fields import FrontMatterFields
from portal.content.front_matter import FrontMatter, split_front_matter
from portal.content.headings_in_markdown import FirstHeading, find_first_heading
from portal.content.locales import split_locale
from portal.content.slugs import slugify, title_from_slug
from portal.domain.articles import ArticleSource, Audience
from portal.domain.errors import ContentError

#: Largest article file, in bytes; a help article is a few thousand.
MAX_FILE_BYTES = 1_000_000
#: Longest id, slug and category, in characters; the database's columns hold no more.
MAX_KEY = 255
#: Place of an article without `order`: behind those that have one.
UNORDERED = 1_000
#: Category of files that lie in no folder.
DEFAULT_CATEGORY = "general"
#: File names that stand for their folder.
_INDEX_NAMES = frozenset({"index", "_index", "readme"})
_ID = re.compile(r"[^\s\x00-\x1f\"<>\\?#]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class _PathFacts:
    """What a file's path alone says."""

    stem: str
    name: str
    folder: str
    locale: str | None


def read_article(path: str, data: bytes, *, default_locale: str = "en") -> ArticleSource:
    """Read one article's file.

    Args:
        path: Relative to the articles folder, with forward slashes.
        data: The file's bytes: UTF-8, at most 1 MB.
        default_locale: Of files that name none in their front matter or file name.

    Returns:
        The article. What the file does not say is filled in: the title from the first heading or else the file name,
        the id from the path, the category from the first folder.

    Raises:
        ContentError: If the file is too large, not UTF-8 text, or has front matter that cannot be used.
    """
    front_matter = split_front_matter(_decode(path, data), path=path)
    fields = FrontMatterFields(front_matter, path)
    facts = _facts_of(path)
    locale = _locale(fields, facts, default_locale)
    heading = find_first_heading(front_matter.body)
    title = fields.text("title", longest=300) or (heading.text if heading else "") or title_from_slug(facts.name)
    return ArticleSource(
        id=_id(fields, facts, locale, default_locale),
        slug=_slug(fields, facts),
        title=title[:300],
        summary=fields.text("summary", "description", longest=2_000),
        category=_category(fields, facts),
        tags=fields.words("tags", longest=100),
        audience=_audience(fields),
        locale=locale,
        redirect_from=_old_urls(fields),
        updated=fields.day("updated", "last_updated", "last_modified_at", "date"),
        order=fields.number("order", "nav_order", "weight", default=UNORDERED),
        draft=fields.says("draft", True) or fields.says("published", False),
        extra=fields.rest(),
        body=_body_without_title(front_matter, heading, title),
        body_line=front_matter.body_line,
        path=path,
        sha256=hashlib.sha256(data).hexdigest(),
    )


def _decode(path: str, data: bytes) -> str:
    if len(data) > MAX_FILE_BYTES:
        message = f"The file has {len(data):,} bytes; {MAX_FILE_BYTES:,} is the most. Split the article."
        raise ContentError(message, path=path)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"The byte 0x{data[error.start]:02x} is not UTF-8. Save the file with the encoding UTF-8."
        raise ContentError(message, path=path, line=line) from error
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise ContentError("The file holds a NUL character, so it is not text.", path=path, line=line)
    return text


def _facts_of(path: str) -> _PathFacts:
    without_suffix = posixpath.splitext(path)[0]
    stem, locale = split_locale(without_suffix)
    folder, name = posixpath.split(stem)
    if name.lower() in _INDEX_NAMES and folder:
        name = posixpath.basename(folder)
    return _PathFacts(stem=stem, name=name, folder=folder.split("/")[0], locale=locale)


def _locale(fields: FrontMatterFields, facts: _PathFacts, default_locale: str) -> str:
    locale = fields.text("locale", "lang", longest=20) or facts.locale or default_locale
    if not re.fullmatch(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*", locale):
        raise fields.error("locale", f"“{locale}” is not a locale. Write one such as “en” or “pt-BR”.")
    return locale.replace("_", "-")


def _id(fields: FrontMatterFields, facts: _PathFacts, locale: str, default_locale: str) -> str:
    from_path = facts.stem if locale == default_locale else f"{facts.stem}.{locale}"
    given = fields.text("id", longest=MAX_KEY)
    if given and not _ID.fullmatch(given):
        raise fields.error("id", f"“{given}” is not an id. Use letters, digits, hyphens and slashes without spaces.")
    article_id = given or re.sub(r"[\s\"<>\\?#]+", "-", from_path)
    if len(article_id) > MAX_KEY:
        raise ContentError(f"The path is longer than {MAX_KEY} characters. Give the article an “id”.", path=fields.path)
    return article_id


def _slug(fields: FrontMatterFields, facts: _PathFacts) -> str:
    given = fields.text("slug", longest=MAX_KEY)
    return slugify(given) or slugify(facts.name) or "article"


def _category(fields: FrontMatterFields, facts: _PathFacts) -> str:
    return slugify(fields.text("category", longest=MAX_KEY)) or slugify(facts.folder) or DEFAULT_CATEGORY


def _audience(fields: FrontMatterFields) -> Audience:
    given = fields.text("audience", longest=MAX_KEY).lower()
    if not given:
        return Audience.PUBLIC
    try:
        return Audience(given)
    except ValueError as error:
        near = difflib.get_close_matches(given, list(Audience), n=1)
        hint = f"Did you mean “{near[0]}”?" if near else f"Use one of {', '.join(Audience)}."
        message = f"“{given}” is not an audience, and nobody is shown the article until it is. {hint}"
        raise fields.error("audience", message) from error


def _old_urls(fields: FrontMatterFields) -> tuple[str, ...]:
    """The addresses that must lead here, the one a Jekyll-like site gave the article last."""
    permalink = fields.text("permalink", longest=500)
    # a pattern such as /:categories/:title/ names no address
    own = () if not permalink.startswith("/") or ":" in permalink else (permalink,)
    return tuple(dict.fromkeys((*fields.words("redirect_from"), *fields.words("aliases"), *own)))


def _body_without_title(front_matter: FrontMatter, heading: FirstHeading | None, title: str) -> str:
    """Drop a heading at the very top that only says the title again; its lines stay, empty, so that numbers fit."""
    if heading is None or not heading.opens_the_text or heading.text != title:
        return front_matter.body
    lines = front_matter.body.split("\n")
    lines[heading.first_line : heading.last_line + 1] = [""] * (heading.last_line + 1 - heading.first_line)
    return "\n".join(lines)
