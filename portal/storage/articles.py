"""Articles, revisions, categories and redirects in the database."""

from __future__ import annotations

from portal.storage.base import Store


class ArticleStore(Store):
    """Articles, revisions, categories and redirects in the database."""
