"""The docs say what the code does, their links lead somewhere, and the shipped articles keep what they promise."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from portal.cli.main import COMMANDS
from portal.content.articles import ArticleRenderer
from portal.content.checks import check_articles, drop_duplicate_ids, settle_slugs
from portal.content.links import LinkMap, build_link_map
from portal.content.sections import plain_text
from portal.domain.articles import Audience, RenderedArticle
from portal.domain.sync import FolderSnapshot
from portal.services.sync_plan import SITE_PATHS
from portal.settings import Settings
from portal.storage.articles_folder import read_articles_folder

REPOSITORY = Path(__file__).resolve().parents[2]
ARTICLES = REPOSITORY / "articles"
PICTURES = REPOSITORY / "docs" / "pictures"
RUN = REPOSITORY / "docs" / "run.md"
PAGES = (
    *(REPOSITORY / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")),
    *sorted((REPOSITORY / "docs").rglob("*.md")),
)
FRONT_MATTER = ("id", "title", "summary", "category", "tags", "audience", "locale", "redirect_from", "updated")
FEWEST_WORDS, MOST_WORDS = 150, 500
FEWEST_PUBLIC_ARTICLES, FEWEST_CATEGORIES = 60, 8

_SETTING = re.compile(r"\bPORTAL_[A-Z0-9_]+\b")
_LINK = re.compile(r"!?\[[^\]]*\]\((?P<target>[^()\s]+)\)")
_CODE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
_SQL = re.compile(r"^```sql\n(?P<text>.*?)^```", re.DOTALL | re.MULTILINE)
_HEADING = re.compile(r"^#+ +(?P<text>.+?)\s*$", re.MULTILINE)


@pytest.fixture(scope="module")
def shipped() -> FolderSnapshot:
    """The shipped articles, read as a sync reads them."""
    return read_articles_folder(ARTICLES)


@pytest.fixture(scope="module")
def link_map(shipped: FolderSnapshot) -> LinkMap:
    """Where the links of the shipped articles may lead."""
    return build_link_map(shipped.sources, shipped.media, site_paths=SITE_PATHS)


@pytest.fixture(scope="module")
def pages(shipped: FolderSnapshot, link_map: LinkMap) -> Mapping[str, RenderedArticle]:
    """The shipped articles as the site shows them, by id."""
    renderer = ArticleRenderer()
    return {source.id: renderer.render(source, link_map) for source in shipped.sources}


def setting_names() -> set[str]:
    return {f"PORTAL_{name.upper()}" for name in Settings.model_fields}


def names_in(text: str) -> set[str]:
    return set(_SETTING.findall(text))


def rows_of_settings() -> Mapping[str, str]:
    """The table rows of docs/run.md that describe a setting: its name, and its default as written."""
    rows = re.findall(r"^\| `(PORTAL_\w+)` \| (.+?) \|", RUN.read_text(encoding="utf-8"), re.MULTILINE)
    return dict(rows)


def written_default(value: object) -> str:
    """A default in the words of the table."""
    if hasattr(value, "get_secret_value"):
        value = value.get_secret_value()
    if isinstance(value, bool):
        value = str(value).lower()
    if isinstance(value, tuple):
        value = "[" + ", ".join(f'"{item}"' for item in value) + "]"
    return f"`{value}`" if str(value) else "empty"


def test_every_setting_is_in_the_table_with_its_default() -> None:
    defaults = {
        f"PORTAL_{name.upper()}": written_default(field.default) for name, field in Settings.model_fields.items()
    }
    assert dict(rows_of_settings()) == defaults


def test_docs_name_no_setting_that_does_not_exist() -> None:
    texts = {page: page.read_text(encoding="utf-8") for page in (*PAGES, *ARTICLES.rglob("*.md"))}
    unknown = {
        str(page.relative_to(REPOSITORY)): strange
        for page, text in texts.items()
        if (strange := names_in(text) - setting_names())
    }
    assert unknown == {}


def test_messages_of_the_program_name_no_setting_that_does_not_exist() -> None:
    files = [*(REPOSITORY / "portal").rglob("*.py"), *(REPOSITORY / "search_index").rglob("*.py")]
    unknown = {
        str(file.relative_to(REPOSITORY)): strange
        for file in files
        if (strange := names_in(file.read_text(encoding="utf-8")) - setting_names() - {"PORTAL_"})
    }
    assert unknown == {}


def test_every_command_is_in_the_readme() -> None:
    text = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    assert [name for name in COMMANDS if f"portal {name}" not in text] == []


def test_the_docs_name_no_command_that_does_not_exist() -> None:
    called = re.compile(r"(?:`|^|bin/|&& )portal ([a-z]+)", re.MULTILINE)
    found = {name for page in PAGES for name in called.findall(page.read_text(encoding="utf-8"))}
    assert found - set(COMMANDS) == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(REPOSITORY)))
def test_every_relative_link_leads_to_a_file_and_a_heading(page: Path) -> None:
    assert list(dead_links(page)) == []


def dead_links(page: Path) -> Iterator[str]:
    """Yield the links of a page to files that are not there, and to headings that are not on the page they name."""
    for match in _LINK.finditer(_CODE.sub("", page.read_text(encoding="utf-8"))):
        target = match["target"]
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        is_dead = not may_be_missing(file) and not file.exists()
        if is_dead or (anchor and file.suffix == ".md" and anchor not in anchors_of(file)):
            yield target


def may_be_missing(file: Path) -> bool:
    """Whether a file is a picture in a checkout where none has been taken yet."""
    return file.parent == PICTURES and file.suffix == ".png" and not any(PICTURES.glob("*.png"))


def anchors_of(page: Path) -> set[str]:
    """The anchors that GitHub gives the headings of a page."""
    headings = _HEADING.findall(_CODE.sub("", page.read_text(encoding="utf-8")))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_sql_in_the_docs_runs(migrated_file: Path, tmp_path: Path) -> None:
    scripts = [match["text"] for match in _SQL.finditer(RUN.read_text(encoding="utf-8"))]
    assert scripts
    copy = tmp_path / "portal.sqlite3"
    copy.write_bytes(migrated_file.read_bytes())
    connection = sqlite3.connect(copy)
    for script in scripts:
        connection.executescript(script)
    connection.close()


def test_the_help_centre_is_as_large_as_it_is_promised(shipped: FolderSnapshot) -> None:
    public = [source for source in shipped.sources if source.audience is Audience.PUBLIC]
    assert len(public) >= FEWEST_PUBLIC_ARTICLES
    assert len({source.category for source in public}) >= FEWEST_CATEGORIES


def test_the_manual_is_for_those_who_work_here(shipped: FolderSnapshot) -> None:
    audiences = {source.category: source.audience for source in shipped.sources if source.category.startswith("for-")}
    assert audiences == {"for-agents": Audience.AGENTS, "for-writers": Audience.WRITERS}


def test_every_article_has_all_keys_and_no_others_but_a_place(shipped: FolderSnapshot) -> None:
    incomplete = {
        source.path: keys
        for source in shipped.sources
        if (keys := set(FRONT_MATTER) ^ (set(keys_of(ARTICLES / source.path)) - {"order"}))
    }
    assert incomplete == {}
    assert [source.path for source in shipped.sources if not (source.summary and source.tags and source.updated)] == []


def keys_of(file: Path) -> list[str]:
    front_matter = file.read_text(encoding="utf-8").split("---\n")[1]
    return re.findall(r"^(\w+):", front_matter, re.MULTILINE)


def test_every_article_has_a_sensible_length(shipped: FolderSnapshot, pages: Mapping[str, RenderedArticle]) -> None:
    lengths = {source.path: len(plain_text(pages[source.id].html).split()) for source in shipped.sources}
    assert {path: words for path, words in lengths.items() if not FEWEST_WORDS <= words <= MOST_WORDS} == {}


def test_no_article_has_a_problem(
    shipped: FolderSnapshot, link_map: LinkMap, pages: Mapping[str, RenderedArticle]
) -> None:
    anchors = {key: frozenset(entry.anchor for entry in page.toc) for key, page in pages.items()}
    _, clashes = drop_duplicate_ids(shipped.sources)
    _, moved = settle_slugs(shipped.sources, {})
    found = check_articles(shipped.sources, link_map, anchors=anchors, categories=shipped.categories or ())
    assert [str(problem) for problem in (*shipped.errors, *clashes, *moved, *found)] == []


def test_every_picture_is_shown_by_an_article(shipped: FolderSnapshot, pages: Mapping[str, RenderedArticle]) -> None:
    shown = "".join(page.html.text for page in pages.values())
    assert [media.path for media in shipped.media if f"/media/{media.url_path}" not in shown] == []


def test_every_category_holds_articles(shipped: FolderSnapshot) -> None:
    described = {category.slug for category in shipped.categories or ()}
    assert described == {source.category for source in shipped.sources}
