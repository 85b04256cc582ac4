"""Hybrid search with a verdict: articles in, hits out. Import from here and from nowhere deeper."""

from __future__ import annotations

from search_index.records import Section as Section
