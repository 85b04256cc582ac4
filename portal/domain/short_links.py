"""Short permanent addresses of articles, as agents send them."""

from __future__ import annotations

from urllib.parse import quote


def short_article_url(public_url: str, article_id: str, anchor: str = "") -> str:
    """Build the short, permanent address of an article, leading to a section if one is named."""
    return f"{public_url.rstrip('/')}/a/{quote(article_id, safe='')}" + (f"#{quote(anchor)}" if anchor else "")
