"""Articles: read, imported, voted on, and the gaps among them."""

from __future__ import annotations

from functools import cached_property

from portal.container.search import SearchParts
from portal.domain.searches import SearchPage
from portal.domain.users import Viewer
from portal.services.article_drafts import ArticleDraftService
from portal.services.article_flags import ArticleFlagService
from portal.services.articles import ArticleReading
from portal.services.gap_finding import GapFinding, GapMemory
from portal.services.gap_replays import GapReplays
from portal.services.gaps import GapService
from portal.services.short_links import ShortLinkService
from portal.services.sync import SyncOptions, SyncService
from portal.services.votes import VoteService
from portal.storage.media_folder import MediaFolder
from search_index import (
    WordingVectors,
    live_query_encoder,
)


class ContentParts(SearchParts):
    """Articles: read, imported, voted on, and the gaps among them."""

    @cached_property
    def reading(self) -> ArticleReading:
        """Home, categories, articles, and where old addresses lead."""
        return ArticleReading(self.database, self.clock, default_locale=self.settings.default_locale)

    @cached_property
    def media(self) -> MediaFolder:
        """Pictures of articles."""
        return MediaFolder(self.settings.media_folder)

    @cached_property
    def sync(self) -> SyncService:
        """The articles folder brought into the database."""
        options = SyncOptions(
            default_locale=self.settings.default_locale, max_media_bytes=self.settings.max_media_bytes
        )
        return SyncService(self.database, self.clock, self.media, options)

    @cached_property
    def votes(self) -> VoteService:
        """Opinions of articles."""
        return VoteService(self.database, self.clock, self.voters, default_locale=self.settings.default_locale)

    @cached_property
    def short_links(self) -> ShortLinkService:
        """Short permanent links to articles."""
        return ShortLinkService(self.database, self.clock)

    @cached_property
    def article_flags(self) -> ArticleFlagService:
        """Articles that need work or are missing."""
        return ArticleFlagService(self.database, self.clock)

    @cached_property
    def article_drafts(self) -> ArticleDraftService:
        """Articles begun from requests."""
        return ArticleDraftService(self.database, self.clock)

    @cached_property
    def gaps(self) -> GapService:
        """Content gaps, as writers work on them."""
        return GapService(self.database, self.clock, handoff_minutes=self.settings.handoff_minutes)

    @cached_property
    def gap_finding(self) -> GapFinding:
        """The way from failed searches to content gaps."""
        folder = self.settings.index_folder
        memory = GapMemory(
            vectors=WordingVectors(folder),
            load_encoder=live_query_encoder(folder),
            least_askers=self.settings.gap_askers,
        )
        return GapFinding(self.database, self.clock, memory)

    @cached_property
    def gap_replays(self) -> GapReplays:
        """Gaps' searches asked again."""

        def ask(text: str, viewer: Viewer, locale: str, limit: int) -> SearchPage:
            return self.search.search(text, viewer, locale=locale, limit=limit)

        return GapReplays(self.database, self.clock, ask)
