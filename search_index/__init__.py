"""Hybrid search over help articles: documents in, hits with a verdict out.

    Indexer(root, encoder).sync(articles)
    SearchEngine(root, query_encoder).search(SearchQuery(text=…, audiences=…))

The library knows no web framework, no database and no user. Whatever it is asked and whatever state the
disk is in, a search answers; what is missing is named in the result.
"""

from __future__ import annotations

from search_index.catalogue import fingerprint_of
from search_index.clustering import Cluster, ClusteringRecipe, cluster_queries
from search_index.engine import SearchEngine
from search_index.errors import (
    BadEvaluationSet,
    GateRefused,
    IndexCorrupt,
    IndexLocked,
    IndexMissing,
    IndexNotWritable,
    ModelError,
    ModelHashMismatch,
    ModelNotFound,
    ModelUnsupported,
    RebuildNeeded,
    SearchIndexError,
)
from search_index.evaluation.bootstrap import Estimate
from search_index.evaluation.datasets import (
    EvaluationFiles,
    EvaluationSet,
    Judgements,
    Question,
    WrittenArticle,
    choose_files,
    read_judgements,
    read_questions,
    read_written_articles,
)
from search_index.evaluation.report import MAIN_FIGURE, RANKING_FIGURES, Asked, Figures, VerdictFigures
from search_index.evaluation.runner import Encoders, Evaluation, evaluate, run_lines
from search_index.explanations import (
    ExplainedAbsence,
    ExplainedArticle,
    ExplainedFeature,
    ExplainedPart,
    ExplainedVerdict,
    ExplainedWeights,
    ExplainedWord,
    Explanation,
    PartDifference,
    PartName,
    Standing,
    WordUse,
    differences_to,
)
from search_index.history import HistoryStore, LiveHistory, PastQuestion
from search_index.indexer import Indexer
from search_index.kinds import classify_query
from search_index.lines import CELL_GAP, Line, LineKind, mark_line, read_lines
from search_index.models import (
    QueryPrecision,
    export_model,
    export_reranker,
    exported_model_folder,
    live_query_encoder,
    live_reranker,
    load_exported_encoder,
    load_passage_encoder,
)
from search_index.past_queries import MAX_PAST_QUERIES, PastQuery, save_past_queries
from search_index.past_votes import ArticleSupport, History, HistoryEvidence
from search_index.pins import Pins
from search_index.recipe import HistoryRecipe, Recipe, VerdictRecipe
from search_index.records import (
    DegradedReason,
    EngineStatus,
    Fragment,
    Hit,
    IndexedArticle,
    IndexReport,
    Progress,
    QueryKind,
    QuotedAnswer,
    QuotedPart,
    SearchMode,
    SearchNote,
    SearchQuery,
    SearchResult,
    SearchSides,
    Section,
    Snippet,
    Suggestion,
    SuggestionKind,
    Timings,
    Verdict,
    no_progress,
)
from search_index.semantic.guard import GuardLimits
from search_index.semantic.hashing import HashingEncoder
from search_index.semantic.model_source import ModelSource, resolve_model, resolve_reranker
from search_index.semantic.ports import PassageEncoder, QueryEncoder, Reranker, TextVectors
from search_index.site_verdict import Outcome, SiteCorrection, save_correction
from search_index.synonyms import SynonymRule, parse_rule, rule_to_line, same_meaning
from search_index.text import normalise
from search_index.wording_vectors import WordingVectors

__all__ = [
    "CELL_GAP",
    "MAIN_FIGURE",
    "MAX_PAST_QUERIES",
    "RANKING_FIGURES",
    "ArticleSupport",
    "Asked",
    "BadEvaluationSet",
    "Cluster",
    "ClusteringRecipe",
    "DegradedReason",
    "Encoders",
    "EngineStatus",
    "Estimate",
    "Evaluation",
    "EvaluationFiles",
    "EvaluationSet",
    "ExplainedAbsence",
    "ExplainedArticle",
    "ExplainedFeature",
    "ExplainedPart",
    "ExplainedVerdict",
    "ExplainedWeights",
    "ExplainedWord",
    "Explanation",
    "Figures",
    "Fragment",
    "GateRefused",
    "GuardLimits",
    "HashingEncoder",
    "History",
    "HistoryEvidence",
    "HistoryRecipe",
    "HistoryStore",
    "Hit",
    "IndexCorrupt",
    "IndexLocked",
    "IndexMissing",
    "IndexNotWritable",
    "IndexReport",
    "IndexedArticle",
    "Indexer",
    "Judgements",
    "Line",
    "LineKind",
    "LiveHistory",
    "ModelError",
    "ModelHashMismatch",
    "ModelNotFound",
    "ModelSource",
    "ModelUnsupported",
    "Outcome",
    "PartDifference",
    "PartName",
    "PassageEncoder",
    "PastQuery",
    "PastQuestion",
    "Pins",
    "Progress",
    "QueryEncoder",
    "QueryKind",
    "QueryPrecision",
    "Question",
    "QuotedAnswer",
    "QuotedPart",
    "RebuildNeeded",
    "Recipe",
    "Reranker",
    "SearchEngine",
    "SearchIndexError",
    "SearchMode",
    "SearchNote",
    "SearchQuery",
    "SearchResult",
    "SearchSides",
    "Section",
    "SiteCorrection",
    "Snippet",
    "Standing",
    "Suggestion",
    "SuggestionKind",
    "SynonymRule",
    "TextVectors",
    "Timings",
    "Verdict",
    "VerdictFigures",
    "VerdictRecipe",
    "WordUse",
    "WordingVectors",
    "WrittenArticle",
    "choose_files",
    "classify_query",
    "cluster_queries",
    "differences_to",
    "evaluate",
    "export_model",
    "export_reranker",
    "exported_model_folder",
    "fingerprint_of",
    "live_query_encoder",
    "live_reranker",
    "load_exported_encoder",
    "load_passage_encoder",
    "mark_line",
    "no_progress",
    "normalise",
    "parse_rule",
    "read_judgements",
    "read_lines",
    "read_questions",
    "read_written_articles",
    "resolve_model",
    "resolve_reranker",
    "rule_to_line",
    "run_lines",
    "same_meaning",
    "save_correction",
    "save_past_queries",
]
