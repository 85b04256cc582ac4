"""A small help centre with a real index, embedded by hashing instead of a model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from portal.container import Container
from portal.domain.articles import Audience
from search_index import (
    HashingEncoder,
    IndexedArticle,
    Indexer,
    ModelNotFound,
    Recipe,
    SearchEngine,
    Section,
    Verdict,
)
from tests.search_builders import put_article

RESET = Section(
    anchor="reset-the-hub",
    heading="Reset the Hub",
    text="Press the pin-hole on the bottom of the Hub for ten seconds until the status ring turns white.",
)
OFFLINE = Section(
    anchor="check-the-ring",
    heading="Check the status ring",
    text="An amber ring means that the Hub has no internet. Restart your router, then wait two minutes.",
)
LABEL = Section(
    anchor="print-the-label",
    heading="Print the return label",
    text="Open your order, choose Return an item and print the label. Sending the package back is free.",
)
REFUND = Section(
    anchor="refund-by-hand",
    heading="Refund by hand",
    text="Agents refund an order by hand in the payment console with the zanzibar password.",
)

#: Article ids with their audience and sections.
ARTICLES: Mapping[str, tuple[Audience, tuple[Section, ...]]] = {
    "hub-offline": (Audience.PUBLIC, (OFFLINE, RESET)),
    "return-an-item": (Audience.PUBLIC, (LABEL,)),
    "agents-refund-orders": (Audience.AGENTS, (REFUND,)),
}


def open_help_centre(
    container: Container, labels: Mapping[str, str] | None = None, *, verdict: Verdict | None = None
) -> None:
    """Store the articles, build their index, and let the container search it.

    Args:
        labels: Audiences to write into the index instead of the right ones, by article id.
        verdict: What the engine shall believe of any hits; its own opinion when None.
    """
    for article_id, (audience, sections) in ARTICLES.items():
        put_article(container.database, article_id, sections=sections, audience=audience)
    index_articles(container, (indexed(article_id, labels) for article_id in ARTICLES), verdict=verdict)


def recipe_of(verdict: Verdict | None) -> Recipe:
    """A recipe whose thresholds make every search with hits come out alike."""
    recipe = Recipe()
    if verdict is None:
        return recipe
    answered = 0.0 if verdict is Verdict.ANSWERED else 2.0
    no_answer = 2.0 if verdict is Verdict.NO_ANSWER else 0.0
    thresholds = replace(
        recipe.verdict,
        answered_from=answered,
        no_answer_below=no_answer,
        keyword_answered_from=answered,
        keyword_no_answer_below=no_answer,
        correction_from=0.0,
    )
    return replace(recipe, verdict=thresholds)


def indexed(article_id: str, labels: Mapping[str, str] | None = None) -> IndexedArticle:
    """One of the articles as the index sees it."""
    audience, sections = ARTICLES[article_id]
    return IndexedArticle(
        id=article_id,
        title=article_id.replace("-", " ").capitalize(),
        audience=(labels or {}).get(article_id, audience.value),
        sections=sections,
    )


def index_articles(container: Container, articles: Iterable[IndexedArticle], *, verdict: Verdict | None = None) -> None:
    """Make the index hold these articles, embedded by hashing."""
    folder = container.settings.index_folder
    Indexer(folder, HashingEncoder(), recipe_of(verdict)).sync(articles)
    container.search_engine = SearchEngine(folder, HashingEncoder())


class HashingModels:
    """Encoders by hashing, and a model that can go missing."""

    def __init__(self) -> None:
        self.missing = ""

    def for_many(self) -> HashingEncoder:
        """Return the encoder, or say what is missing."""
        if self.missing:
            raise ModelNotFound(self.missing)
        return HashingEncoder()

    def for_few(self) -> HashingEncoder:
        """Return the encoder, or say what is missing."""
        return self.for_many()

    def for_queries(self) -> HashingEncoder:
        """Return the encoder, or say what is missing."""
        return self.for_many()
