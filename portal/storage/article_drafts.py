"""Drafts of articles that were made from requests."""

from __future__ import annotations

from sqlalchemy import Select, select

from portal.content.draft_files import FROM_REQUEST, draft_markdown
from portal.domain.article_drafts import ArticleDraft
from portal.domain.articles import ArticleSource, ArticleState, Audience
from portal.domain.errors import NotFound
from portal.storage.base import Store
from portal.storage.rows import ArticleRow, CategoryRow, RevisionRow


class ArticleDraftStore(Store):
    """Drafts of articles that were made from requests; those of the articles folder are none."""

    def list_newest(self, *, limit: int) -> tuple[ArticleDraft, ...]:
        """Return the drafts without their text, the newest first."""
        found = self.session.execute(_drafts().order_by(RevisionRow.id.desc()).limit(limit))
        return tuple(_draft(row, revision) for row, revision in found)

    def find(self, article_id: str) -> ArticleDraft | None:
        """Return a draft with its text; None when there is none, or it is none any more."""
        found = self.session.execute(_drafts().where(ArticleRow.id == article_id)).first()
        return None if found is None else _draft(found[0], found[1], whole=True)

    def get(self, article_id: str) -> ArticleDraft:
        """Return a draft with its text.

        Raises:
            NotFound: There is none with this id.
        """
        draft = self.find(article_id)
        if draft is None:
            raise NotFound("There is no such draft.")
        return draft

    def first_category(self) -> str:
        """Return the category that a draft waits in until a writer chooses; ``general`` where there is none."""
        query = select(CategoryRow.slug).where(CategoryRow.audience == Audience.PUBLIC)
        return self.session.scalar(query.order_by(CategoryRow.position, CategoryRow.slug).limit(1)) or "general"


def _drafts() -> Select[ArticleRow, RevisionRow]:
    query = select(ArticleRow, RevisionRow).join(RevisionRow, RevisionRow.id == ArticleRow.revision_id)
    return query.where(ArticleRow.state == ArticleState.DRAFT, ArticleRow.source_path == "")


def _draft(row: ArticleRow, revision: RevisionRow, *, whole: bool = False) -> ArticleDraft:
    return ArticleDraft(
        id=row.id,
        title=row.title,
        reference=str(row.extra.get(FROM_REQUEST, "")),
        author=revision.author,
        created_at=revision.created_at,
        markdown=draft_markdown(_source(row, revision)) if whole else "",
    )


def _source(row: ArticleRow, revision: RevisionRow) -> ArticleSource:
    return ArticleSource(
        id=row.id,
        slug=row.slug,
        title=row.title,
        summary=row.summary,
        category=row.category,
        tags=tuple(row.tags),
        audience=Audience(row.audience),
        locale=row.locale,
        redirect_from=(),
        updated=row.updated,
        order=row.position,
        extra={},
        body=revision.body,
        path=row.source_path,
        sha256=revision.sha256,
        draft=True,
    )
