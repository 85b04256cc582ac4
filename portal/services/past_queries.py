"""Suggesting to everybody what several people asked with success."""

from __future__ import annotations

from pathlib import Path

from portal.domain.redaction import redact
from portal.storage.database import Database
from search_index import MAX_PAST_QUERIES, PastQuery, save_past_queries


class PastQueryService:
    """Keeps the queries that are suggested in step with the log of searches.

    Args:
        askers: People who must have asked a query with success before it is suggested.
    """

    def __init__(self, database: Database, index_folder: Path, *, askers: int) -> None:
        self._database = database
        self._index_folder = index_folder
        self._askers = askers

    def refresh(self) -> int:
        """Look through the log and replace the suggested queries; returns how many there are.

        What the log has forgotten meanwhile is suggested no longer.

        Raises:
            OSError: The index folder cannot be written.
        """
        with self._database.read() as work:
            found = work.searches.list_successful(self._askers, MAX_PAST_QUERIES)
        return save_past_queries(self._index_folder, [each for each in found if _tells_nothing(each)])


def _tells_nothing(query: PastQuery) -> bool:
    """Whether nothing was or would be redacted: redacted words stand in brackets."""
    return "[" not in query.text and redact(query.text) == query.text
