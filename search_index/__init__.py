"""Hybrid search with a verdict: articles in, hits out. Import from here and from nowhere deeper."""

from __future__ import annotations

from search_index.records import DegradedReason as DegradedReason
from search_index.records import EngineStatus as EngineStatus
from search_index.records import Fragment as Fragment
from search_index.records import Hit as Hit
from search_index.records import IndexedArticle as IndexedArticle
from search_index.records import IndexReport as IndexReport
from search_index.records import Progress as Progress
from search_index.records import QueryKind as QueryKind
from search_index.records import SearchMode as SearchMode
from search_index.records import SearchQuery as SearchQuery
from search_index.records import SearchResult as SearchResult
from search_index.records import Section as Section
from search_index.records import Snippet as Snippet
from search_index.records import Suggestion as Suggestion
from search_index.records import Timings as Timings
from search_index.records import Verdict as Verdict
from search_index.records import no_progress as no_progress
