"""Where the links and pictures of articles lead: to articles by file, id, slug or old address, and to media."""

from __future__ import annotations

import difflib
import posixpath
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import quote, unquote, urlsplit

from portal.content.locales import split_locale
from portal.content.media import MEDIA_SUFFIXES
from portal.domain.articles import ArticleSource, Audience, MediaFile

_OUTSIDE = frozenset({"http", "https", "mailto", "tel"})
_ARTICLE_SUFFIXES = (".md", ".markdown", ".html", ".htm")
#: How like a known target a broken one must be for "did you mean", from 0 to 1.
_NEAR = 0.6


class LinkKind(StrEnum):
    """What a link leads to."""

    ARTICLE = "article"
    MEDIA = "media"
    SITE = "site"
    OUTSIDE = "outside"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """Where one link leads.

    Attributes:
        url: The address for the page; empty for a broken link.
        article_id, anchor: Of a link to an article; the anchor may be empty.
        media: Of a link to a picture.
    """

    kind: LinkKind
    url: str = ""
    article_id: str = ""
    anchor: str = ""
    media: MediaFile | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkTarget:
    """What a link needs to know of an article."""

    id: str
    slug: str
    path: str
    locale: str
    audience: Audience


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkMap:
    """Every target there is, for resolving the links of all articles.

    Attributes:
        by_path: Articles by their file without suffix and locale ending, in the site's main locale first.
        by_exact_path: Articles by their file's full path.
        by_old_url: Articles by addresses that must still lead to them, normalised.
        media: Pictures by their path in the articles folder.
        site_paths: Pages of the site itself that articles may link to, normalised.
    """

    by_id: Mapping[str, LinkTarget]
    by_path: Mapping[str, LinkTarget]
    by_exact_path: Mapping[str, LinkTarget]
    by_slug: Mapping[str, LinkTarget]
    by_old_url: Mapping[str, LinkTarget]
    media: Mapping[str, MediaFile] = field(default_factory=dict)
    site_paths: frozenset[str] = frozenset()

    def resolve(self, href: str, source: ArticleSource) -> Resolution:
        """Say where a link in an article leads.

        Args:
            href: As the writer wrote it.
            source: The article it stands in.
        """
        parts = _split(href)
        if parts is None:
            return Resolution(kind=LinkKind.BROKEN)
        scheme, host, path, query, fragment = parts
        if scheme or host:
            known = not scheme or scheme in _OUTSIDE
            return Resolution(kind=LinkKind.OUTSIDE, url=href.strip()) if known else Resolution(kind=LinkKind.BROKEN)
        if not path:
            return self._same_article(query, fragment, source)
        target = self._find_article(path, source)
        if target:
            return Resolution(
                kind=LinkKind.ARTICLE, url=_article_url(target, fragment), article_id=target.id, anchor=fragment
            )
        return self._find_other(path, query, fragment, source)

    def _same_article(self, query: str, fragment: str, source: ArticleSource) -> Resolution:
        if query and not fragment:
            return Resolution(kind=LinkKind.BROKEN)
        return Resolution(kind=LinkKind.ARTICLE, url=f"#{quote(fragment)}", article_id=source.id, anchor=fragment)

    def _find_article(self, path: str, source: ArticleSource) -> LinkTarget | None:
        local = _local_path(path, source)
        exact = self.by_exact_path.get(local)
        if exact:
            return exact
        stem, suffix = posixpath.splitext(local)
        stem = split_locale(stem if suffix.lower() in _ARTICLE_SUFFIXES else local)[0]
        found = self.by_path.get(f"{stem}.{source.locale}") or self.by_path.get(stem)
        if found:
            return found
        if not path.startswith("/"):
            return None
        slug = path.removeprefix("/articles/").strip("/")
        by_slug = self.by_slug.get(slug) if path.startswith("/articles/") else None
        return by_slug or self.by_old_url.get(normalise_url(path))

    def _find_other(self, path: str, query: str, fragment: str, source: ArticleSource) -> Resolution:
        media = self.media.get(_local_path(path, source)) or self.media.get(f"media/{path.removeprefix('/media/')}")
        if media:
            return Resolution(kind=LinkKind.MEDIA, url=f"/media/{quote(media.url_path)}", media=media)
        if path.startswith("/") and normalise_url(path) in self.site_paths:
            url = quote(path) + (f"?{query}" if query else "") + (f"#{quote(fragment)}" if fragment else "")
            return Resolution(kind=LinkKind.SITE, url=url)
        return Resolution(kind=LinkKind.BROKEN)

    def nearest(self, href: str, source: ArticleSource) -> str:
        """Find the target most like a broken one, for "did you mean".

        Args:
            href: A link or picture that `resolve` calls broken.
            source: The article it stands in.

        Returns:
            Written the way the broken one was, as an old address or a relative file; "" when nothing is near.
        """
        parts = _split(href)
        if parts is None or parts[0] or not parts[2]:
            return ""
        path, folder = parts[2], posixpath.dirname(source.path)
        is_media = posixpath.splitext(path)[1].lower() in MEDIA_SUFFIXES
        if path.startswith("/") and not is_media:
            near = difflib.get_close_matches(normalise_url(path), self.by_old_url, n=1, cutoff=_NEAR)
            if near:
                return near[0]
        known = [item for item in (self.media if is_media else self.by_exact_path) if item != source.path]
        local = _local_path(path, source)
        name = posixpath.basename(local)
        likely = [item for item in known if posixpath.basename(item) == name]
        likely += difflib.get_close_matches(local, known, n=3, cutoff=_NEAR)
        # a shared folder alone makes no likeness
        near = [item for item in likely if _likeness(posixpath.basename(item), name) >= _NEAR]
        return posixpath.relpath(near[0], folder or ".") if near else ""


def build_link_map(
    sources: Iterable[ArticleSource],
    media: Iterable[MediaFile] = (),
    *,
    site_paths: Iterable[str] = (),
    default_locale: str = "en",
) -> LinkMap:
    """Collect every target from all articles, whose slugs must be settled already.

    Where two articles claim one old address the first by path has it.
    """
    targets = [
        LinkTarget(id=item.id, slug=item.slug, path=item.path, locale=item.locale, audience=item.audience)
        for item in sorted(sources, key=lambda item: item.path)
    ]
    by_path: dict[str, LinkTarget] = {}
    for target in sorted(targets, key=lambda item: item.locale != default_locale):
        stem = split_locale(posixpath.splitext(target.path)[0])[0]
        by_path.setdefault(stem, target)
        by_path.setdefault(f"{stem}.{target.locale}", target)
    by_slug: dict[str, LinkTarget] = {}
    for target in sorted(targets, key=lambda item: item.locale != default_locale):
        by_slug.setdefault(target.slug, target)
    by_id = {target.id: target for target in targets}
    return LinkMap(
        by_id=by_id,
        by_path=by_path,
        by_exact_path={target.path: target for target in targets},
        by_slug=by_slug,
        by_old_url={url: by_id[owner] for url, owner in old_urls(sources).items()},
        media={item.path: item for item in media},
        site_paths=frozenset(normalise_url(path) for path in site_paths),
    )


def old_urls(sources: Iterable[ArticleSource]) -> dict[str, str]:
    """Map every old address, normalised, to the id of the article that has it; the first by path wins."""
    owners: dict[str, str] = {}
    for source in sorted(sources, key=lambda item: item.path):
        for url in source.redirect_from:
            normal = normalise_url(url)
            if normal not in ("", "/"):
                owners.setdefault(normal, source.id)
    return owners


def normalise_url(url: str) -> str:
    """Bring an address to the form in which old ones are compared: its path, lower case, without a final slash.

    Args:
        url: A path or a whole address; query and fragment are dropped.

    Returns:
        Begins with a slash; "" when there is no path or the address cannot be read.
    """
    parts = _split(url)
    if parts is None:
        return ""
    path = "/" + unquote(parts[2]).strip().lower().strip("/")
    for ending in ("/index.html", "/index.htm"):
        path = path.removesuffix(ending) or "/"
    return path[:500]


def _likeness(name: str, other: str) -> float:
    """How like two file names are, their suffixes left aside, from 0 to 1."""
    stems = (posixpath.splitext(name)[0], posixpath.splitext(other)[0])
    return difflib.SequenceMatcher(None, *stems).ratio()


def _split(href: str) -> tuple[str, str, str, str, str] | None:
    """Split an address into scheme, host, path, query and fragment, the path and fragment unquoted."""
    try:
        parts = urlsplit("".join(href.split()) if ":" in href.partition("/")[0] else href.strip())
    except ValueError:
        return None
    return parts.scheme, parts.netloc, unquote(parts.path), parts.query, unquote(parts.fragment)


def _local_path(path: str, source: ArticleSource) -> str:
    """The path in the articles folder that a link means; outside of the folder it begins with ``../``."""
    if path.startswith("/"):
        return posixpath.normpath(path.lstrip("/") or ".")
    return posixpath.normpath(posixpath.join(posixpath.dirname(source.path), path))


def _article_url(target: LinkTarget, fragment: str) -> str:
    return f"/articles/{quote(target.slug)}" + (f"#{quote(fragment)}" if fragment else "")
