"""What a sync compares and writes besides the articles: categories, redirects, synonyms, slugs set free."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import delete, select, tuple_, update

from portal.domain.articles import ArticleState, Audience, Category
from portal.domain.sync import KnownState, StoredArticle
from portal.storage.base import Store
from portal.storage.rows import ArticleRow, CategoryRow, RedirectRow, SynonymRow
from search_index import SynonymRule, parse_rule, rule_to_line

#: Redirects from an article's own former slugs; no file mentions them, so no sync may drop them.
_FORMER_SLUG = "/articles/"
#: Values in one statement; SQLite allows no more than some thousands.
_AT_ONCE = 500


class SyncStore(Store):
    """What a sync compares and writes besides the articles themselves."""

    def list_stored(self) -> dict[str, StoredArticle]:
        """Return every article by id, as far as comparing needs it; archived ones too."""
        row = ArticleRow
        query = select(row.id, row.slug, row.locale, row.category, row.state, row.renderer, row.toc)
        query = query.add_columns(row.source_path, row.source_sha256).order_by(row.id)
        return {
            found.id: StoredArticle(
                id=found.id,
                slug=found.slug,
                locale=found.locale,
                category=found.category,
                path=found.source_path,
                sha256=found.source_sha256,
                renderer=found.renderer,
                state=ArticleState(found.state),
                anchors=frozenset(str(entry["anchor"]) for entry in found.toc),
            )
            for found in self.session.execute(query)
        }

    def list_categories(self) -> tuple[Category, ...]:
        """Return all categories in their order."""
        rows = self.session.scalars(select(CategoryRow).order_by(CategoryRow.position, CategoryRow.slug))
        return tuple(
            Category(
                slug=row.slug,
                title=row.title,
                description=row.description,
                icon=row.icon,
                position=row.position,
                audience=Audience(row.audience),
            )
            for row in rows
        )

    def list_redirects(self) -> dict[str, str]:
        """Return the ids that old addresses lead to, besides those from former slugs."""
        rows = self.session.execute(select(RedirectRow.path, RedirectRow.article_id))
        return {path: owner for path, owner in rows if not path.startswith(_FORMER_SLUG)}

    def known_state(self) -> KnownState:
        """Return all that a sync compares the folder with."""
        return KnownState(
            articles=self.list_stored(),
            categories=self.list_categories(),
            redirects=self.list_redirects(),
            synonyms=self.list_synonyms(),
        )

    def list_synonyms(self) -> tuple[SynonymRule, ...]:
        """Return the words that mean the same, in the order of their list."""
        lines = self.session.scalars(select(SynonymRow.rule).order_by(SynonymRow.position))
        return tuple(parse_rule(line) for line in lines)

    def replace_synonyms(self, rules: Sequence[SynonymRule]) -> None:
        """Make these the only words that mean the same."""
        self.session.execute(delete(SynonymRow))
        self.session.add_all(SynonymRow(position=place, rule=rule_to_line(rule)) for place, rule in enumerate(rules))
        self.session.flush()

    def replace_categories(self, categories: Sequence[Category]) -> None:
        """Make these the only categories."""
        self.session.execute(delete(CategoryRow))
        self.session.add_all(
            CategoryRow(
                slug=item.slug,
                title=item.title,
                description=item.description,
                icon=item.icon,
                position=item.position,
                audience=item.audience.value,
            )
            for item in categories
        )
        self.session.flush()

    def replace_redirects(self, wanted: Mapping[str, str]) -> None:
        """Make these the redirects, besides those from former slugs.

        Args:
            wanted: Ids of known articles by normalised old address.
        """
        known = self.list_redirects()
        stale = [path for path, owner in known.items() if wanted.get(path) != owner]
        for start in range(0, len(stale), _AT_ONCE):
            self.session.execute(delete(RedirectRow).where(RedirectRow.path.in_(stale[start : start + _AT_ONCE])))
        fresh = [(path, owner) for path, owner in wanted.items() if known.get(path) != owner]
        self.session.add_all(RedirectRow(path=path, article_id=owner) for path, owner in fresh)
        self.session.flush()

    def remember_former_slug(self, slug: str, article_id: str) -> None:
        """Let the address of an article that gets another slug lead on to it."""
        path = f"{_FORMER_SLUG}{slug}"
        self.session.execute(delete(RedirectRow).where(RedirectRow.path == path))
        self.session.add(RedirectRow(path=path, article_id=article_id))
        self.session.flush()

    def free_slugs(self, wanted: Mapping[str, tuple[str, str]]) -> None:
        """Take slugs away from articles that hold them, so that others may have them in the same transaction.

        Args:
            wanted: (locale, slug) by the id of the article that is to have it.
        """
        owners = {key: article_id for article_id, key in wanted.items()}
        keys = list(owners)
        for start in range(0, len(keys), _AT_ONCE):
            held = select(ArticleRow.id, ArticleRow.locale, ArticleRow.slug).where(
                tuple_(ArticleRow.locale, ArticleRow.slug).in_(keys[start : start + _AT_ONCE])
            )
            for article_id, locale, slug in list(self.session.execute(held)):
                if owners[locale, slug] != article_id:
                    # no address can be typed with a tilde first, since slugs are made of words
                    freed = update(ArticleRow).where(ArticleRow.id == article_id)
                    self.session.execute(freed.values(slug=f"~{article_id}"[:255]))
