"""A draft as the Markdown file that a writer goes on with."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace

from portal.domain.article_drafts import DraftText
from portal.domain.articles import ArticleSource, Audience

#: Key of the front matter that names the request a draft was made from; it stays in the database.
FROM_REQUEST = "from_request"


def draft_source(
    draft: DraftText, *, article_id: str, category: str, locale: str, tags: Sequence[str], reference: str
) -> ArticleSource:
    """Return a draft as an article of the folder would be read: for everybody once it is published, and not before."""
    source = ArticleSource(
        id=article_id,
        slug=article_id,
        title=draft.title,
        summary=draft.summary,
        category=category,
        tags=tuple(tags),
        audience=Audience.PUBLIC,
        locale=locale,
        redirect_from=(),
        updated=None,
        order=0,
        extra={FROM_REQUEST: reference},
        body=draft.body,
        path="",
        sha256="",
        draft=True,
    )
    return replace(source, sha256=hashlib.sha256(draft_markdown(source).encode()).hexdigest())


def draft_markdown(source: ArticleSource) -> str:
    """Return the whole file; what only the database knows is left out."""
    values = {
        "id": source.id,
        "title": source.title,
        "summary": source.summary,
        "category": source.category,
        "tags": list(source.tags),
        "audience": source.audience.value,
        "locale": source.locale,
        "draft": source.draft,
    }
    # What JSON writes of texts, lists and truths is YAML too, whatever a customer typed.
    lines = (f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in values.items())
    return "\n".join(("---", *lines, "---", "", source.body))
