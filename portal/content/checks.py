"""What a writer should look at in the articles: links and pictures that lead nowhere, and clashes between files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from portal.content.categories import nearest_category
from portal.content.fences import blank_code
from portal.content.links import LinkKind, LinkMap, Resolution, normalise_url
from portal.content.liquid import find_liquid
from portal.content.references import Reference, find_references
from portal.content.sanitizer import find_unsafe
from portal.content.slugs import first_free, slugify
from portal.domain.articles import ArticleSource, Audience, Category, ContentProblem

#: Characters of a template tag that a message shows.
_LONGEST_TAG = 60
#: Audiences from the widest to the narrowest.
_NARROWNESS = {audience: place for place, audience in enumerate(Audience)}


def check_articles(
    sources: Sequence[ArticleSource],
    link_map: LinkMap,
    *,
    anchors: Mapping[str, frozenset[str]],
    categories: Sequence[Category],
) -> tuple[ContentProblem, ...]:
    """Check all articles against each other, once every one is known.

    Args:
        sources: The articles, with settled slugs.
        link_map: Made from the same articles.
        anchors: The anchors of each article's page by article id; links into an absent article's page are not checked.
        categories: Those that were described; empty means that categories are not checked.

    Returns:
        By path and line. Empty when there is nothing to say.
    """
    problems = [problem for source in sources for problem in check_source(source, link_map, anchors=anchors)]
    problems += _check_categories(sources, categories)
    problems += _check_old_urls(sources)
    return tuple(sorted(set(problems), key=lambda item: (item.path, item.line or 0, item.message)))


def check_source(
    source: ArticleSource, link_map: LinkMap, *, anchors: Mapping[str, frozenset[str]]
) -> Iterator[ContentProblem]:
    """Yield what is wrong inside of one article; for the arguments see `check_articles`."""
    for reference in find_references(source.body):
        message = _complaint(reference, source, link_map, anchors)
        if message:
            yield _problem(source, reference.line, message)
    text = blank_code(source.body)
    for place, name in find_unsafe(text):
        message = f"“{name}” is not allowed in articles and was left out."
        yield _problem(source, text.count("\n", 0, place), message)
    for line, tag in find_liquid(source.body):
        shown = tag if len(tag) <= _LONGEST_TAG else f"{tag[:_LONGEST_TAG]}…"
        yield _problem(source, line, f"The template tag “{shown}” means nothing here and was left out.")


def drop_duplicate_ids(
    sources: Iterable[ArticleSource],
) -> tuple[tuple[ArticleSource, ...], tuple[ContentProblem, ...]]:
    """Keep the first file by path of every id, and name both files of each clash."""
    kept: dict[str, ArticleSource] = {}
    problems: list[ContentProblem] = []
    for source in sorted(sources, key=lambda item: item.path):
        first = kept.setdefault(source.id, source)
        if first is not source:
            message = (
                f"The id “{source.id}” belongs to {first.path} already. Give this file another “id”; it was not loaded."
            )
            problems.append(ContentProblem(path=source.path, line=None, message=message))
    return tuple(kept.values()), tuple(problems)


def settle_slugs(
    sources: Sequence[ArticleSource], stored: Mapping[str, str], reserved: Mapping[tuple[str, str], str] | None = None
) -> tuple[Mapping[str, str], tuple[ContentProblem, ...]]:
    """Give every article a slug that no other of its locale has.

    An article that is known keeps its place: whoever holds the slug in the database goes first, then the first by
    path. The others get one made from their path.

    Args:
        sources: Articles with the slugs they ask for, ids unique.
        stored: Slugs by article id as they are now.
        reserved: Whose a slug is, by locale and slug, of articles that are not among these and keep theirs.

    Returns:
        Slugs by article id, and a problem for each article that did not get the one it asked for.
    """
    taken = dict(reserved or {})
    slugs: dict[str, str] = {}
    problems: list[ContentProblem] = []
    for source in sorted(sources, key=lambda item: (stored.get(item.id) != item.slug, item.path)):
        holder = taken.get((source.locale, source.slug))
        slug = source.slug if holder is None else _path_slug(source, stored, taken)
        taken[source.locale, slug] = source.path
        slugs[source.id] = slug
        if holder is not None:
            message = f"The address “{source.slug}” belongs to {holder}; this article is at /articles/{slug}."
            problems.append(ContentProblem(path=source.path, line=None, message=message))
    return slugs, tuple(problems)


def _path_slug(source: ArticleSource, stored: Mapping[str, str], taken: Mapping[tuple[str, str], str]) -> str:
    stem = source.path.rsplit(".", 1)[0]
    folders = [slugify(part) for part in stem.split("/")[:-1]]
    # the nearest folder says most; more of them only where it does not suffice
    wanted = [slugify("-".join([*folders[-depth:], source.slug])) for depth in range(1, len(folders) + 1)]
    before = stored.get(source.id, "")
    if before and before in wanted and (source.locale, before) not in taken:
        return before
    free = [slug for slug in wanted if (source.locale, slug) not in taken]
    return free[0] if free else first_free(source.slug, lambda slug: (source.locale, slug) in taken)


def _complaint(
    reference: Reference, source: ArticleSource, link_map: LinkMap, anchors: Mapping[str, frozenset[str]]
) -> str:
    found = link_map.resolve(reference.target, source)
    if reference.is_picture:
        return _picture_complaint(reference, found, link_map, source)
    if found.kind is LinkKind.BROKEN:
        hint = _did_you_mean(link_map.nearest(reference.target, source))
        return f"The link to “{reference.target}” leads nowhere.{hint}"
    if found.kind is not LinkKind.ARTICLE:
        return ""
    known = anchors.get(found.article_id)
    if found.anchor and known is not None and found.anchor not in known:
        return f"The link to “{reference.target}” names the section “{found.anchor}”, which is not on that page."
    target = link_map.by_id.get(found.article_id)
    if target and _NARROWNESS[target.audience] > _NARROWNESS[source.audience]:
        return (
            f"The link to “{reference.target}” leads to an article for {target.audience} only; others will not find it."
        )
    return ""


def _picture_complaint(reference: Reference, found: Resolution, link_map: LinkMap, source: ArticleSource) -> str:
    if found.kind is LinkKind.OUTSIDE:
        return (
            f"The picture “{reference.target}” is on another site. Copy it beside the articles; it is shown as a link."
        )
    if found.kind is not LinkKind.MEDIA:
        hint = _did_you_mean(link_map.nearest(reference.target, source))
        return f"There is no picture “{reference.target}”; its words are shown instead.{hint}"
    if not (reference.alt or "").strip():
        return f"The picture “{reference.target}” has no words for people who cannot see it. Describe it."
    return ""


def _did_you_mean(nearest: str) -> str:
    return f" Did you mean “{nearest}”?" if nearest else ""


def _check_categories(sources: Iterable[ArticleSource], categories: Sequence[Category]) -> Iterator[ContentProblem]:
    known = {category.slug for category in categories}
    for source in sources:
        if known and source.category not in known:
            near = nearest_category(source.category, categories)
            hint = f"Did you mean “{near}”?" if near else "Add it to _categories.yml."
            message = f"The category “{source.category}” is not described. {hint}"
            yield ContentProblem(path=source.path, line=None, message=message)


def _check_old_urls(sources: Iterable[ArticleSource]) -> Iterator[ContentProblem]:
    owners: dict[str, list[ArticleSource]] = defaultdict(list)
    for source in sorted(sources, key=lambda item: item.path):
        for url in {normalise_url(url) for url in source.redirect_from}:
            owners[url].append(source)
    for url, claimants in owners.items():
        for later in claimants[1:]:
            message = f"The old address “{url}” leads to {claimants[0].path} already; it can lead to one article only."
            yield ContentProblem(path=later.path, line=None, message=message)


def _problem(source: ArticleSource, body_line: int, message: str) -> ContentProblem:
    return ContentProblem(path=source.path, line=source.body_line + body_line, message=message)
