"""Articles of a small shop, and ways to index and ask them in one line."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from search_index import (
    HashingEncoder,
    IndexedArticle,
    Indexer,
    SearchEngine,
    SearchQuery,
    SearchResult,
    Section,
)

PUBLIC = frozenset({"public"})

#: What people really paste into search boxes.
BAD_QUERIES = (
    "",
    "   \t\n ",
    "\x00",
    "\x00\x00parcel\x00",
    "x" * 10_000,
    "parcel " * 2_000,
    "🤷🏽‍♀️",
    "parcel 📦 late",
    "أين طردي؟",
    "\u202eparcel\u202c",
    "我的包裹在哪里",
    "小包はどこ",
    "the of and to",
    "?!…---",
    "<script>alert('x')</script>",
    "'; DROP TABLE articles; --",
    '"unclosed AND (OR NOT * ~ ^2 title:',
    "\ud800 lone",
    "e\u0301" * 400,
    "ﷺ" * 500,
    "a-b-c-d-e-f" * 200,
    "../../etc/passwd",
    "%00%ff{{7*7}}",
)

DELIVERY = IndexedArticle(
    id="delivery-late",
    title="Your delivery has not arrived",
    summary="Find a package that is late.",
    tags=("package", "carrier"),
    sections=(
        Section(anchor="", heading="", text="Most packages arrive within three working days."),
        Section(
            anchor="search-for-it",
            heading="Let us search for it",
            text="Wait until the expected date has gone by.\n\nThen open the order and choose Search. "
            "The carrier looks for the package for five days.",
        ),
    ),
)
REFUND = IndexedArticle(
    id="refunds",
    title="Get a refund",
    summary="When money comes back to your card.",
    sections=(
        Section(anchor="how-long", heading="How long it takes", text="A refund takes five to ten days."),
        Section(anchor="cards", heading="Expired cards", text="Your bank moves a refund to your new card."),
    ),
)
ERRORS = IndexedArticle(
    id="error-codes",
    title="Error codes",
    sections=(
        Section(anchor="e-101", heading="E-101: no internet", text="Restart the router."),
        Section(anchor="e-204", heading="E-204: wrong time", text="Set the clock."),
    ),
)
STAFF = IndexedArticle(
    id="staff-refunds",
    title="Refund by hand",
    audience="agents",
    sections=(Section(anchor="console", heading="The console", text="Type the zanzibar password."),),
)
SHOP = (DELIVERY, REFUND, ERRORS, STAFF)


def article(article_id: str, text: str = "", title: str = "", **more: str) -> IndexedArticle:
    """Make an article of one section."""
    sections = (Section(anchor="body", heading="Body", text=text),) if text else ()
    return IndexedArticle(id=article_id, title=title or article_id, sections=sections, **more)


def index(root: Path, articles: Iterable[IndexedArticle] = SHOP) -> Path:
    """Index articles by hashing; returns the folder."""
    Indexer(root, HashingEncoder()).sync(articles)
    return root


def engine(root: Path) -> SearchEngine:
    """Open an engine that embeds by hashing."""
    return SearchEngine(root, HashingEncoder())


def ask(asked: SearchEngine, text: str, *audiences: str, locale: str | None = None, limit: int = 10) -> SearchResult:
    """Ask as someone who may see the given audiences; the public one by default."""
    labels = frozenset(audiences) if audiences else PUBLIC
    return asked.search(SearchQuery(text=text, audiences=labels, locale=locale, limit=limit))
