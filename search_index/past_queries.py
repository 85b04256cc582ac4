"""Queries that many people asked with success, kept in a small file beside the index to be suggested to others."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from search_index.catalogue import ArticleEntry
from search_index.reader import GenerationReader
from search_index.records import Suggestion, SuggestionKind
from search_index.small_files import FollowedFile, replace_text
from search_index.suggest import Suggester

_log = logging.getLogger(__name__)

_FILE = "past_queries.json"
#: Most queries that are kept, the most asked first: with more, completing one takes longer than typing it.
MAX_PAST_QUERIES = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PastQuery:
    """A query that people asked with success.

    Attributes:
        text: As it is suggested; whoever names it vouches that it tells nothing of a single person.
        article_id: The article that helped; whoever may not see it is not shown the query.
        askers: How many people asked it.
    """

    text: str
    article_id: str
    locale: str
    askers: int


def save_past_queries(root: Path, queries: Iterable[PastQuery]) -> int:
    """Replace the queries beside an index, all at once; running engines notice by themselves.

    Returns:
        How many are kept.

    Raises:
        OSError: The folder cannot be written.
    """
    kept = sorted(queries, key=lambda each: (-each.askers, each.text))[:MAX_PAST_QUERIES]
    replace_text(root / _FILE, json.dumps([asdict(each) for each in kept]))
    return len(kept)


class _Completed:
    """Past queries, and what completes them."""

    def __init__(self, queries: tuple[PastQuery, ...]) -> None:
        self.queries = queries
        self.suggester = Suggester([_entry(each) for each in queries], [np.log2(each.askers + 1) for each in queries])


class LivePastQueries:
    """Completes what is typed with the queries that the file names now. Safe for threads.

    Args:
        root: The index folder; may be missing.
    """

    def __init__(self, root: Path) -> None:
        self._file = FollowedFile(root / _FILE, lambda path: _Completed(_load(path)), _Completed(()))

    def suggest(
        self, prefix: str, reader: GenerationReader, audiences: frozenset[str], locale: str | None, limit: int
    ) -> tuple[Suggestion, ...]:
        """Complete what was typed, the most asked first; only with queries whose article these audiences may see."""
        now = self._file.get()
        if not now.queries:
            return ()
        visible = np.append(reader.visible_articles(audiences, locale), False)  # the last is for articles that are gone
        allowed = visible[[reader.numbers.get(each.article_id, -1) for each in now.queries]]
        found = now.suggester.suggest(prefix, allowed, limit)
        return tuple(replace(each, kind=SuggestionKind.QUERY) for each in found)


def _load(path: Path) -> tuple[PastQuery, ...]:
    try:
        return tuple(PastQuery(**each) for each in json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        _log.exception("Past queries cannot be read, so none are suggested until they are written again.")
        return ()


def _entry(query: PastQuery) -> ArticleEntry:
    """Let a query be completed as a title is; the order of the file is kept for equally good ones."""
    return ArticleEntry(query.article_id, "", query.text, "", query.locale, ())
