"""What has to be done to bring an index to the state of the articles: decided here, carried out elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from search_index.catalogue import fingerprint_of
from search_index.records import IndexedArticle


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What has to be done to the index; false when it is nothing.

    Attributes:
        written: Articles to index, new and changed, with their fingerprints.
        removed: Ids of articles to take out.
        added: How many of the written are new.
    """

    written: tuple[tuple[IndexedArticle, str], ...]
    removed: tuple[str, ...]
    added: int

    def __bool__(self) -> bool:
        return bool(self.written or self.removed)


def plan_changes(known: Mapping[str, str], wanted: Iterable[IndexedArticle], removed: Iterable[str]) -> Changes:
    """Decide what to write and what to remove; articles that did not change are left alone.

    Args:
        known: Fingerprint of each article that is indexed now, by id.
        removed: Ids to take out, unless they are wanted too; unknown ones are ignored.

    Raises:
        ValueError: Two wanted articles share an id.
    """
    written: dict[str, tuple[IndexedArticle, str]] = {}
    seen: set[str] = set()
    for article in wanted:
        if article.id in seen:
            raise ValueError(f"Two articles have the id {article.id!r}; give one of them another.")
        seen.add(article.id)
        fingerprint = fingerprint_of(article)
        if known.get(article.id) != fingerprint:
            written[article.id] = (article, fingerprint)
    return Changes(
        written=tuple(written.values()),
        removed=tuple(each for each in dict.fromkeys(removed) if each in known and each not in seen),
        added=sum(article_id not in known for article_id in written),
    )
