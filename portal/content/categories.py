"""The shelves of the help centre: those that ``_categories.yml`` describes, and those that folders imply."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

from portal.content.fields import FrontMatterFields
from portal.content.front_matter import FrontMatter
from portal.content.slugs import slugify, title_from_slug
from portal.content.yaml_reader import read_yaml
from portal.domain.articles import Audience, Category
from portal.domain.errors import ContentError

#: Name of the file at the top of the articles folder.
CATEGORIES_FILE = "_categories.yml"
_DEFAULT_ICON = "book"


def read_categories(text: str, *, path: str = CATEGORIES_FILE) -> tuple[Category, ...]:
    """Read the list of categories, each with ``slug`` and, as wanted, title, description, icon and audience.

    Args:
        text: The YAML file; blank means no categories.
        path: For messages.

    Returns:
        In the order of the file, which is their order on the home page.

    Raises:
        ContentError: If the file is not such a list, or two entries have one slug.
    """
    value = read_yaml(text.removeprefix("\ufeff"), path=path).value
    if value is None:
        return ()
    if not isinstance(value, list):
        raise ContentError("The file must be a list of categories, each beginning with “- slug: …”.", path=path)
    categories = tuple(_category(entry, place, path) for place, entry in enumerate(value))
    seen: set[str] = set()
    for category in categories:
        if category.slug in seen:
            raise ContentError(f"The category “{category.slug}” is there twice. Remove one.", path=path)
        seen.add(category.slug)
    return categories


def complete_categories(known: Sequence[Category], used: Iterable[str]) -> tuple[Category, ...]:
    """Add a category for every slug that articles use and nobody described, behind the known ones, by slug."""
    described = {category.slug for category in known}
    missing = sorted(set(used) - described)
    added = (
        Category(slug=slug, title=title_from_slug(slug), icon=_DEFAULT_ICON, position=len(known) + place)
        for place, slug in enumerate(missing)
    )
    return (*known, *added)


def nearest_category(slug: str, known: Iterable[Category]) -> str:
    """Return the known slug most like this one, for "did you mean"; "" when none is near."""
    near = difflib.get_close_matches(slug, [category.slug for category in known], n=1)
    return near[0] if near else ""


def _category(entry: object, place: int, path: str) -> Category:
    if not isinstance(entry, dict):
        raise ContentError(f"Entry {place + 1} must have keys such as “slug” and “title”.", path=path)
    values = {str(key): value for key, value in entry.items()}
    fields = FrontMatterFields(FrontMatter(values=values, key_lines={}, body="", body_line=1), path)
    slug = slugify(fields.text("slug", "id", longest=200))
    if not slug:
        raise ContentError(f"Entry {place + 1} has no “slug”, the name of its folder.", path=path)
    audience = fields.text("audience") or Audience.PUBLIC
    if audience not in list(Audience):
        raise ContentError(f"“{audience}” of “{slug}” is not an audience. Use one of {', '.join(Audience)}.", path=path)
    return Category(
        slug=slug,
        title=fields.text("title", longest=200) or title_from_slug(slug),
        description=fields.text("description", "summary", longest=500),
        icon=fields.text("icon", longest=40) or _DEFAULT_ICON,
        position=place,
        audience=Audience(audience),
    )
