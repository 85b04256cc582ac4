"""Filling a draft generation: keyword files, arrays, vectors, catalogue and recipe, in this order."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from search_index.catalogue import Catalogue, entry_of, save_entries
from search_index.changes import Changes
from search_index.documents import documents_of
from search_index.embedding import Embedded, embed_passages
from search_index.generations import Draft, Manifest
from search_index.keyword.postings import SegmentArrays, save_segment
from search_index.keyword.whoosh_index import (
    KeywordDocument,
    SegmentState,
    create_index,
    english_analyzer,
    extract_segment,
    segment_states,
    update_index,
)
from search_index.passages import Budget, Passage, count_words, cut_article
from search_index.reader import LIVE_FILE, RECIPE_FILE, SEGMENTS_FILE, SYNONYMS_FILE
from search_index.recipe import Recipe
from search_index.records import Progress
from search_index.segments import ARRAYS_FOLDER, ENTRIES_FOLDER, VECTORS_FOLDER
from search_index.semantic.embedding_cache import EmbeddingCache
from search_index.semantic.passage_details import save_details
from search_index.semantic.passage_embedding import PassageEmbedding, Projection
from search_index.semantic.ports import PassageEncoder
from search_index.semantic.segment_vectors import make_vectors, save_vectors

#: Marks the fingerprint of an article that was indexed while no model was at hand.
_WITHOUT_VECTORS = "no-vectors:"

#: Called with the name of each step just before it is taken; raising stops the run as a crash would.
Step = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Space:
    """The vector space of a generation; all empty for a keyword-only one."""

    model: str = ""
    fingerprint: str = ""
    dimensions: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """What a draft starts from.

    Attributes:
        catalogue: The articles of the generation it was cloned from; None for a new one.
        embeddings: Finds what need not be computed again, by passage hash.
    """

    catalogue: Catalogue | None
    embeddings: Callable[[Iterable[str]], dict[str, PassageEmbedding]]
    space: Space

    def holds(self, article_id: str) -> bool:
        """Tell whether an article is there already."""
        return self.catalogue is not None and article_id in self.catalogue.numbers


def comparable(fingerprints: Mapping[str, str]) -> dict[str, str]:
    """Forgive articles that they lack vectors: without a model they are as good as they can be."""
    return {key: each.removeprefix(_WITHOUT_VECTORS) for key, each in fingerprints.items()}


class Builder:
    """Fills drafts.

    Args:
        encoder: None to add passages without vectors.
        cache: Where vectors are kept until their generation is live; None without an encoder.
        synonyms: What words mean as well, as JSON.
        step: Called before each step.
    """

    def __init__(
        self, encoder: PassageEncoder | None, cache: EmbeddingCache | None, recipe: Recipe, synonyms: str, step: Step
    ) -> None:
        self._encoder = encoder
        self._cache = cache
        self._recipe = recipe
        self._synonyms = synonyms
        self._step = step
        self._analyzer = english_analyzer()

    def fill(self, draft: Draft, base: Base, changes: Changes, progress: Progress) -> tuple[Manifest, Embedded]:
        """Write everything but the manifest.

        Returns:
            The manifest to seal the draft with, and what embedding took.

        Raises:
            OSError: The folder cannot be written.
            IndexCorrupt: The cloned keyword index cannot be read.
        """
        passages = {article.id: cut_article(article, self._budget()) for article, _ in changes.written}
        embedded = self._embed([each for cut in passages.values() for each in cut], base, progress)
        self._write_keyword(draft, base, changes, self._documents(changes, passages, progress))
        states, fresh = self._write_arrays(draft)
        progress("write", 1, 3)
        self._write_vectors(draft, base, fresh, embedded.embeddings)
        self._write_entries(draft, base, changes, fresh)
        progress("write", 2, 3)
        articles = (len(base.catalogue) if base.catalogue else 0) + changes.added - len(changes.removed)
        return self._manifest(draft, base.space, articles, states), embedded

    def _embed(self, passages: list[Passage], base: Base, progress: Progress) -> Embedded:
        self._step("embed")
        if self._encoder is None or self._cache is None:
            return Embedded(embeddings={}, computed=0, seconds=0.0)
        known = base.embeddings(each.embed_hash for each in passages)
        projection = Projection(self._encoder.dimensions, self._recipe.build.piece_dimensions)
        return embed_passages(passages, known, self._encoder, self._cache, projection=projection, progress=progress)

    def _budget(self) -> Budget:
        build = self._recipe.build
        if self._encoder is None:
            words = build.passage_words
            return Budget(tokens=words, prefix_tokens=int(words * build.prefix_share), count=count_words)
        tokens = min(build.passage_tokens, self._encoder.max_tokens)
        return Budget(tokens=tokens, prefix_tokens=int(tokens * build.prefix_share), count=self._encoder.count_tokens)

    def _documents(
        self, changes: Changes, passages: Mapping[str, list[Passage]], progress: Progress
    ) -> Iterator[KeywordDocument]:
        total = sum(len(cut) for cut in passages.values())
        done = 0
        for article, _ in changes.written:
            for document in documents_of(article, passages[article.id], self._analyzer):
                yield document
                done += 1
                progress("keyword", done, total)

    def _write_keyword(self, draft: Draft, base: Base, changes: Changes, documents: Iterator[KeywordDocument]) -> None:
        self._step("keyword")
        folder = draft.folder / "keyword"
        if base.catalogue is None:
            create_index(folder)
        gone = [*(article.id for article, _ in changes.written if base.holds(article.id)), *changes.removed]
        if gone or changes.written:
            update_index(folder, gone, documents)

    def _write_arrays(self, draft: Draft) -> tuple[list[SegmentState], list[SegmentArrays]]:
        """Write the arrays of new segments and drop those of merged ones; returns all segments and the new ones."""
        self._step("arrays")
        keyword, arrays = draft.folder / "keyword", draft.folder / ARRAYS_FOLDER
        arrays.mkdir(exist_ok=True)
        states = segment_states(keyword)
        for part in (arrays, draft.folder / ENTRIES_FOLDER, draft.folder / VECTORS_FOLDER):
            _drop_others(part, {state.name for state in states})
        fresh = [extract_segment(keyword, each.name) for each in states if not (arrays / each.name).exists()]
        for segment in fresh:
            save_segment(segment, arrays / segment.name)
        (draft.folder / SEGMENTS_FILE).write_text("\n".join(state.name for state in states), encoding="utf-8")
        np.save(draft.folder / LIVE_FILE, _live_rows(states), allow_pickle=False)
        return states, fresh

    def _write_vectors(
        self, draft: Draft, base: Base, fresh: list[SegmentArrays], embedded: Mapping[str, PassageEmbedding]
    ) -> None:
        """Write the vectors of new segments; zeros for a passage without one."""
        self._step("vectors")
        widths = (base.space.dimensions, self._recipe.build.kept_dimensions(base.space.dimensions))
        for segment in fresh if base.space.fingerprint else ():
            hashes: list[str] = np.asarray(segment.hashes).astype(str).tolist()
            known = {**base.embeddings(key for key in hashes if key not in embedded), **embedded}
            rows = [known.get(key) for key in hashes]
            half = np.zeros((len(hashes), base.space.dimensions), dtype=np.float16)
            for number, row in enumerate(rows):
                half[number] = row.vector if row is not None else 0
            folder = draft.folder / VECTORS_FOLDER / segment.name
            save_vectors(make_vectors(half, [count for _, count in segment.articles]), folder, self._recipe.vectors)
            save_details(rows, widths, folder)

    def _write_entries(self, draft: Draft, base: Base, changes: Changes, fresh: list[SegmentArrays]) -> None:
        """Write the entries of new segments: of what was written now, and of what was merged into them."""
        self._step("catalogue")
        mark = _WITHOUT_VECTORS if base.space.fingerprint and self._encoder is None else ""
        entries = {article.id: entry_of(article, mark + fingerprint) for article, fingerprint in changes.written}
        for segment in fresh:
            if base.catalogue is not None:
                merged = (article_id for article_id, _ in segment.articles if article_id not in entries)
                entries |= {each: base.catalogue[base.catalogue.numbers[each]] for each in merged}
            sizes = [size for _, size in segment.articles]
            save_entries(
                [entries[each] for each, _ in segment.articles], sizes, draft.folder / ENTRIES_FOLDER / segment.name
            )
        (draft.folder / RECIPE_FILE).write_text(self._recipe.to_json(), encoding="utf-8")
        (draft.folder / SYNONYMS_FILE).write_text(self._synonyms, encoding="utf-8")

    def _manifest(self, draft: Draft, space: Space, articles: int, states: list[SegmentState]) -> Manifest:
        return Manifest(
            name=draft.name,
            build_hash=self._recipe.build_hash(space.fingerprint),
            model=space.model,
            model_fingerprint=space.fingerprint,
            dimensions=space.dimensions,
            articles=articles,
            passages=sum(int(state.live.sum()) for state in states),
            files={},
        )


def _drop_others(folder: Path, kept: set[str]) -> None:
    """Remove what belongs to segments that were merged away; the folder may be missing."""
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.name not in kept:
            shutil.rmtree(path)


def _live_rows(states: list[SegmentState]) -> NDArray[np.bool_]:
    return np.concatenate([np.zeros(0, dtype=np.bool_), *(state.live for state in states)])
