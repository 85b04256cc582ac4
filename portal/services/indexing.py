"""Bringing the search index to the state of the published articles."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from portal.integrations.embedding_models import MODEL_STAGE, EmbeddingModels
from portal.storage.database import Database
from search_index import (
    IndexedArticle,
    Indexer,
    IndexReport,
    ModelError,
    PassageEncoder,
    Progress,
    Recipe,
    SynonymRule,
    no_progress,
)

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexOutcome:
    """What an indexing run did.

    Attributes:
        model_problem: Why no meaning was indexed and what to do about it; empty when all is well.
        reranker_problem: Why searches go without the reranker that is set, likewise.
    """

    report: IndexReport
    model_problem: str = ""
    reranker_problem: str = ""


class IndexingService:
    """Builds the index from the published articles of the database.

    Args:
        recipe: What it is built from and asked by; None for the default.
        export_reranker: Makes the reranker ready for searches unless that was done; may raise `ModelError`. None where
            there is none.
    """

    def __init__(
        self,
        database: Database,
        index_folder: Path,
        models: EmbeddingModels,
        recipe: Recipe | None = None,
        *,
        export_reranker: Callable[[], None] | None = None,
    ) -> None:
        self._database = database
        self._index_folder = index_folder
        self._models = models
        self._recipe = recipe
        self._export_reranker = export_reranker

    def index(self, *, rebuild: bool = False, progress: Progress = no_progress) -> IndexOutcome:
        """Index all published articles; only what changed is embedded.

        Without a model the index answers by keyword alone, and without a reranker that is set in the order it has; the
        outcome then says what to do.

        Args:
            rebuild: Build everything anew beside the live index instead of carrying it on.
            progress: Called with (stage, done, total); stages are "model", "embed", "keyword", "write".

        Raises:
            IndexLocked, IndexNotWritable, GateRefused: The live index stays as it was.
        """
        progress(MODEL_STAGE, 0, 1)
        encoder, problem = self._encoder(self._models.for_many)
        reranker_problem = self._reranker_problem()
        progress(MODEL_STAGE, 1, 1)
        indexer = Indexer(self._index_folder, encoder, self._recipe, synonyms=self._synonyms())
        bring = indexer.rebuild if rebuild else indexer.sync
        report = bring(self._articles(), progress)
        return IndexOutcome(report=report, model_problem=problem, reranker_problem=reranker_problem)

    def update(self) -> IndexOutcome:
        """Index what was edited, for the worker: without PyTorch where the model was exported before.

        Raises:
            IndexLocked, IndexNotWritable, GateRefused: The live index stays as it was; try again later.
        """
        encoder, problem = self._encoder(self._models.for_few)
        if problem:
            logger.warning("Articles are indexed by keyword only: %s", problem)
        indexer = Indexer(self._index_folder, encoder, self._recipe, synonyms=self._synonyms())
        return IndexOutcome(report=indexer.sync(self._articles()), model_problem=problem)

    def roll_back(self) -> str:
        """Make the index before the live one live again; returns its name.

        Raises:
            IndexMissing, IndexCorrupt: There is none to go back to.
            IndexLocked, IndexNotWritable: Nothing was changed.
        """
        return Indexer(self._index_folder, None).roll_back()

    def _encoder(self, load: Callable[[], PassageEncoder]) -> tuple[PassageEncoder | None, str]:
        try:
            return load(), ""
        except ModelError as error:
            return None, str(error)

    def _reranker_problem(self) -> str:
        try:
            if self._export_reranker is not None:
                self._export_reranker()
        except ModelError as error:
            return str(error)
        return ""

    def _synonyms(self) -> tuple[SynonymRule, ...]:
        with self._database.read() as work:
            return work.sync.list_synonyms()

    def _articles(self) -> list[IndexedArticle]:
        with self._database.read() as work:
            return list(work.articles.iterate_indexed())
