"""Search: the engine, what it learns, and how it is measured."""

from __future__ import annotations

from datetime import timedelta
from functools import cached_property

from portal.container.foundation import Foundation
from portal.integrations.embedding_models import LocalModels
from portal.integrations.rerankers import LocalReranker
from portal.services.evaluation import EvaluationService
from portal.services.failed_searches import FailedSearchService
from portal.services.indexing import IndexingService
from portal.services.learning import LearningService, Memory
from portal.services.past_queries import PastQueryService
from portal.services.search import SearchService
from portal.services.site_verdict import SiteVerdictService
from search_index import (
    GuardLimits,
    HistoryStore,
    QueryPrecision,
    Recipe,
    SearchEngine,
    VerdictRecipe,
    live_query_encoder,
)


class SearchParts(Foundation):
    """Search: the engine, what it learns, and how it is measured."""

    @cached_property
    def recipe(self) -> Recipe:
        """What the index is built from and asked by."""
        settings = self.settings
        verdict = VerdictRecipe.for_error_rates(settings.wrongly_answered, settings.wrongly_sent_away)
        return Recipe(verdict=verdict)

    @cached_property
    def models(self) -> LocalModels:
        """The embedding model that the settings name."""
        precision = QueryPrecision(self.settings.query_precision)
        return LocalModels(self.settings.embedding_model, self.settings.index_folder, precision)

    @cached_property
    def reranker(self) -> LocalReranker:
        """The cross-encoder that the settings name, if any."""
        return LocalReranker(self.settings.reranker_model, self.settings.index_folder)

    @cached_property
    def search_engine(self) -> SearchEngine:
        """The engine on this instance's index; nothing is loaded before the first search."""
        settings, folder = self.settings, self.settings.index_folder
        limits = GuardLimits(encode_ms=settings.encoder_timeout_ms, rerank_ms=settings.reranker_timeout_ms)
        precision = QueryPrecision(settings.query_precision)
        encoder, reranker = live_query_encoder(folder, precision=precision), self.reranker.loader()
        return SearchEngine(folder, encoder, limits, reranker=reranker)

    @cached_property
    def search(self) -> SearchService:
        """Searches by customers, and what they opened."""
        return SearchService(
            self.database,
            self.search_engine,
            self.clock,
            default_locale=self.settings.default_locale,
            hits_per_page=self.settings.hits_per_page,
            urgent=self.urgent_patterns,
        )

    @cached_property
    def failed_searches(self) -> FailedSearchService:
        """What customers searched for in vain."""
        no_click_after = timedelta(minutes=self.settings.no_click_after_minutes)
        return FailedSearchService(self.database, self.clock, no_click_after=no_click_after)

    @cached_property
    def past_queries(self) -> PastQueryService:
        """Queries that are suggested because many asked them."""
        settings = self.settings
        return PastQueryService(self.database, settings.index_folder, askers=settings.suggested_query_askers)

    @cached_property
    def site_verdict(self) -> SiteVerdictService:
        """What the outcomes of searches say of the verdict."""
        return SiteVerdictService(self.database, self.clock, self.settings.index_folder)

    @cached_property
    def learning(self) -> LearningService:
        """What search learns from replies and votes."""
        folder, settings = self.settings.index_folder, self.settings
        memory = Memory(
            store=HistoryStore(folder),
            load_encoder=live_query_encoder(folder),
            keep=timedelta(days=settings.keep_past_questions_days),
            keep_journeys=timedelta(days=settings.keep_visits_days),
        )
        return LearningService(self.database, self.clock, memory, self.voters)

    @cached_property
    def indexing(self) -> IndexingService:
        """The way from published articles to the index."""
        folder = self.settings.index_folder
        return IndexingService(self.database, folder, self.models, self.recipe, export_reranker=self.reranker.export)

    @cached_property
    def evaluation(self) -> EvaluationService:
        """The way to measure the search."""
        cache = self.settings.evaluation_cache_folder
        return EvaluationService(self.clock, self.models, cache, self.recipe, load_reranker=self.reranker.loader())
