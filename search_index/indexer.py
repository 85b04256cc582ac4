"""Bringing the index on disk to the state of the articles, with as little work as that takes."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from search_index.catalogue import ArticleEntry, entry_of, fingerprint_of, load_catalogue, save_catalogue
from search_index.embedding import Embedded, embed_passages
from search_index.errors import IndexCorrupt, IndexMissing, RebuildNeeded
from search_index.gate import check_generation
from search_index.generations import Draft, FileVerifier, GenerationStore, Manifest, writing
from search_index.keyword.postings import PassageRow, load_segment, save_segment
from search_index.keyword.whoosh_index import (
    KeywordDocument,
    SegmentState,
    create_index,
    english_stemmer,
    extract_segment,
    segment_states,
    update_index,
)
from search_index.passages import Budget, Passage, count_words, cut_article
from search_index.reader import (
    CATALOGUE_FILE,
    LIVE_FILE,
    RECIPE_FILE,
    SEGMENTS_FILE,
    VECTORS_FILE,
    open_generation,
    verify_generation,
)
from search_index.recipe import Recipe
from search_index.records import IndexedArticle, IndexReport, Progress, no_progress
from search_index.semantic.ports import PassageEncoder
from search_index.semantic.vectors import HalfVector, VectorCache, load_half, save_vectors
from search_index.text import Analyzer

#: Generations that stay on disk: the live one and two to go back to.
_KEPT_GENERATIONS = 3
#: Marks the fingerprint of an article that was indexed while no model was at hand.
_WITHOUT_VECTORS = "no-vectors:"

#: Called with the name of each step just before it is taken; raising stops the run as a crash would.
Step = Callable[[str], None]


def no_step(name: str) -> None:
    """The step hook that does nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What has to be done to the index.

    Attributes:
        written: Articles to index, new and changed, with their fingerprints.
        removed: Ids of articles to take out.
        added: How many of the written are new.
    """

    written: tuple[tuple[IndexedArticle, str], ...]
    removed: tuple[str, ...]
    added: int

    def __bool__(self) -> bool:
        return bool(self.written or self.removed)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Live:
    """The live generation as far as an indexer needs it."""

    manifest: Manifest
    catalogue: dict[str, ArticleEntry]


def plan_changes(
    catalogue: Mapping[str, ArticleEntry], wanted: Iterable[IndexedArticle], removed: Iterable[str]
) -> Changes:
    """Decide what to write and what to remove; articles that did not change are left alone.

    Raises:
        ValueError: Two wanted articles share an id.
    """
    written: dict[str, tuple[IndexedArticle, str]] = {}
    seen: set[str] = set()
    for article in wanted:
        if article.id in seen:
            raise ValueError(f"Two articles have the id {article.id!r}; give one of them another.")
        seen.add(article.id)
        fingerprint = fingerprint_of(article)
        if article.id not in catalogue or catalogue[article.id].fingerprint != fingerprint:
            written[article.id] = (article, fingerprint)
    return Changes(
        written=tuple(written.values()),
        removed=tuple(each for each in dict.fromkeys(removed) if each in catalogue and each not in seen),
        added=sum(article_id not in catalogue for article_id in written),
    )


class Indexer:
    """Writes generations. One at a time per folder; a second one waits or raises `IndexLocked`.

    Args:
        root: The index folder.
        encoder: Embeds passages; None makes or carries on an index without new vectors.
        recipe: What the index is built by; another one than last time rebuilds it beside the live one.
        lock_wait_seconds: How long to wait for another indexer.
        step: For tests: called before each step.
    """

    def __init__(
        self,
        root: Path,
        encoder: PassageEncoder | None,
        recipe: Recipe | None = None,
        *,
        lock_wait_seconds: float = 10.0,
        step: Step = no_step,
    ) -> None:
        self._root = root
        self._store = GenerationStore(root)
        self._encoder = encoder
        self._recipe = recipe if recipe is not None else Recipe()
        self._lock_wait_seconds = lock_wait_seconds
        self._step = step
        self._verifier = FileVerifier()
        self._analyzer = Analyzer(english_stemmer())

    def sync(self, articles: Iterable[IndexedArticle], progress: Progress = no_progress) -> IndexReport:
        """Make the index hold exactly these articles.

        Returns:
            What was done; `promoted` is False when nothing had changed.

        Raises:
            IndexLocked, IndexNotWritable, GateRefused: The live generation stays as it was.
            ValueError: Two articles share an id.
        """
        wanted = list(articles)
        with self._store.lock(self._lock_wait_seconds):
            live = self._carried_on()
            known = live.catalogue if live else {}
            ids = {article.id for article in wanted}
            changes = plan_changes(self._comparable(known), wanted, (each for each in known if each not in ids))
            return self._carry_out(live, changes, progress)

    def apply(
        self, changed: Iterable[IndexedArticle], removed_ids: Iterable[str] = (), progress: Progress = no_progress
    ) -> IndexReport:
        """Write some articles and take out others, leaving all the rest alone.

        Raises:
            RebuildNeeded: There is no live generation of this recipe and model; call `sync` with all articles.
            IndexLocked, IndexNotWritable, GateRefused: The live generation stays as it was.
            ValueError: Two articles share an id.
        """
        with self._store.lock(self._lock_wait_seconds):
            live = self._carried_on()
            if live is None:
                raise RebuildNeeded(f"The index in {self._root} cannot take small changes now; index all articles.")
            changes = plan_changes(self._comparable(live.catalogue), changed, removed_ids)
            return self._carry_out(live, changes, progress)

    def rebuild(self, articles: Iterable[IndexedArticle], progress: Progress = no_progress) -> IndexReport:
        """Build everything anew beside the live generation; vectors of unchanged passages are still used.

        Raises:
            IndexLocked, IndexNotWritable, GateRefused: The live generation stays as it was.
            ValueError: Two articles share an id.
        """
        wanted = list(articles)
        with self._store.lock(self._lock_wait_seconds):
            return self._carry_out(None, plan_changes({}, wanted, ()), progress)

    def roll_back(self) -> str:
        """Make the generation before the live one live again and drop the one left; returns its name.

        Raises:
            IndexMissing: There is no older generation.
            IndexCorrupt: The older one is damaged.
            IndexLocked, IndexNotWritable: Nothing was changed.
        """
        with self._store.lock(self._lock_wait_seconds), writing(self._root):
            left, name = self._store.current(), self._store.previous()
            verify_generation(self._store, name, self._verifier)
            self._store.promote(name)
            shutil.rmtree(self._store.folder(left), ignore_errors=True)
            return name

    def _carried_on(self) -> _Live | None:
        """Read the live generation; None when it is missing, damaged or of another recipe or model."""
        try:
            name = self._store.current()
            manifest = verify_generation(self._store, name, self._verifier)
            catalogue = load_catalogue(self._store.folder(name) / CATALOGUE_FILE)
        except (IndexMissing, IndexCorrupt):
            return None
        fingerprint = self._encoder.fingerprint if self._encoder else manifest.model_fingerprint
        fits = manifest.build_hash == self._recipe.build_hash(fingerprint)
        return _Live(manifest=manifest, catalogue=catalogue) if fits else None

    def _comparable(self, catalogue: dict[str, ArticleEntry]) -> dict[str, ArticleEntry]:
        """Without a model, an article that lacks its vectors is as good as it can be; with one it is not."""
        if self._encoder is not None:
            return catalogue
        return {key: _with_fingerprint(entry, entry.fingerprint.removeprefix(_WITHOUT_VECTORS)) for key, entry in catalogue.items()}

    def _carry_out(self, live: _Live | None, changes: Changes, progress: Progress) -> IndexReport:
        started = time.perf_counter()
        if live is not None and not changes and self._same_recipe(live):
            return self._report(live.manifest, changes, None, started, promoted=False)
        with writing(self._root):
            draft = self._begin(live)
            try:
                manifest, embedded = self._fill(draft, live, changes, progress)
                self._promote(draft, manifest, changes)
            except BaseException:
                self._discard(draft)
                raise
        return self._report(manifest, changes, embedded, started, promoted=True)

    def _same_recipe(self, live: _Live) -> bool:
        path = self._store.folder(live.manifest.name) / RECIPE_FILE
        return path.read_text(encoding="utf-8") == self._recipe.to_json()

    def _begin(self, live: _Live | None) -> Draft:
        self._step("begin")
        draft = self._store.begin(live.manifest.name if live else None)
        if live is None:
            create_index(draft.folder / "keyword")
            (draft.folder / "arrays").mkdir()
        return draft

    def _still_old(self, draft: Draft) -> bool:
        try:
            return self._store.current() != draft.name
        except (IndexMissing, IndexCorrupt):
            return True

    def _discard(self, draft: Draft) -> None:
        if self._still_old(draft):
            self._store.discard(draft)

    def _fill(
        self, draft: Draft, live: _Live | None, changes: Changes, progress: Progress
    ) -> tuple[Manifest, Embedded | None]:
        fingerprint, dimensions, model = self._space(live)
        passages = {article.id: cut_article(article, self._budget()) for article, _ in changes.written}
        known = self._known_vectors(fingerprint)
        embedded = self._embed([each for cut in passages.values() for each in cut], known, progress)
        self._step("keyword")
        documents = self._documents(changes, passages, progress)
        update_index(draft.folder / "keyword", [*(a.id for a, _ in changes.written), *changes.removed], documents)
        self._step("arrays")
        states = self._write_arrays(draft)
        self._step("vectors")
        if fingerprint:
            vectors = embedded.vectors if embedded else known
            save_vectors(_matrix(draft, states, vectors, dimensions), draft.folder / VECTORS_FILE)
        progress("write", 1, 3)
        catalogue = self._catalogue(live, changes, bool(fingerprint))
        self._step("catalogue")
        save_catalogue(catalogue.values(), draft.folder / CATALOGUE_FILE)
        (draft.folder / RECIPE_FILE).write_text(self._recipe.to_json(), encoding="utf-8")
        manifest = Manifest(
            name=draft.name,
            build_hash=self._recipe.build_hash(fingerprint),
            model=model,
            model_fingerprint=fingerprint,
            dimensions=dimensions,
            articles=len(catalogue),
            passages=sum(int(state.live.sum()) for state in states),
            files={},
        )
        self._step("manifest")
        self._store.seal(draft, manifest)
        progress("write", 2, 3)
        return manifest, embedded

    def _promote(self, draft: Draft, manifest: Manifest, changes: Changes) -> None:
        self._step("gate")
        reader = open_generation(self._store, draft.name, self._verifier)
        check_generation(reader, (article.id for article, _ in changes.written))
        self._step("promote")
        self._store.promote(manifest.name)
        self._step("prune")
        self._store.prune(_KEPT_GENERATIONS)
        if self._encoder is not None:
            self._cache(self._encoder).clear()

    def _space(self, live: _Live | None) -> tuple[str, int, str]:
        if self._encoder is not None:
            return self._encoder.fingerprint, self._encoder.dimensions, self._encoder.name
        if live is not None:
            return live.manifest.model_fingerprint, live.manifest.dimensions, live.manifest.model
        return "", 0, ""

    def _budget(self) -> Budget:
        build = self._recipe.build
        if self._encoder is None:
            words = build.passage_words
            return Budget(tokens=words, prefix_tokens=int(words * build.prefix_share), count=count_words)
        tokens = min(build.passage_tokens, self._encoder.max_tokens)
        return Budget(tokens=tokens, prefix_tokens=int(tokens * build.prefix_share), count=self._encoder.count_tokens)

    def _known_vectors(self, fingerprint: str) -> dict[str, HalfVector]:
        """Give the vectors of the live generation by passage hash, if they are of the same model."""
        try:
            name = self._store.current()
            manifest = self._store.read_manifest(name)
            if not fingerprint or manifest.model_fingerprint != fingerprint:
                return {}
            folder = self._store.folder(name)
            self._verifier.verify(folder, VECTORS_FILE, *manifest.files.get(VECTORS_FILE, (0, "")))
            half = load_half(folder / VECTORS_FILE)
            hashes = _row_hashes(folder)
            live = np.load(folder / LIVE_FILE, allow_pickle=False)
        except (IndexMissing, IndexCorrupt, OSError, ValueError, KeyError, TypeError):
            return {}
        filled = half.any(axis=1)
        rows = zip(hashes, half, live, filled, strict=False)
        return {key: vector for key, vector, alive, full in rows if alive and full}

    def _embed(
        self, passages: list[Passage], known: dict[str, HalfVector], progress: Progress
    ) -> Embedded | None:
        if self._encoder is None:
            return None
        self._step("embed")
        return embed_passages(passages, known, self._encoder, self._cache(self._encoder), progress)

    def _cache(self, encoder: PassageEncoder) -> VectorCache:
        return VectorCache(self._root / "embeddings" / f"{encoder.fingerprint[:40]}.bin", encoder.dimensions)

    def _documents(
        self, changes: Changes, passages: Mapping[str, list[Passage]], progress: Progress
    ) -> Iterator[KeywordDocument]:
        total = sum(len(cut) for cut in passages.values())
        done = 0
        for article, _ in changes.written:
            shared = [tuple(self._analyzer.terms(text)) for text in (article.title, article.summary, " . ".join(article.tags))]
            for passage in passages[article.id]:
                yield self._document(article, passage, shared)
                done += 1
                progress("keyword", done, total)

    def _document(self, article: IndexedArticle, passage: Passage, shared: list[tuple[str, ...]]) -> KeywordDocument:
        title, summary, tags = shared
        lead = passage.number == 0
        headings = tuple(self._analyzer.terms(" . ".join(passage.headings)))
        body = () if lead else tuple(self._analyzer.terms(passage.text))
        spoken = " . ".join((article.title, article.summary, *article.tags)) if lead else ""
        words = self._analyzer.surfaces(" . ".join((spoken, *passage.headings, passage.text)))
        row = PassageRow(
            article_id=passage.article_id,
            number=passage.number,
            anchor=passage.anchor,
            heading=passage.heading,
            headings=passage.headings,
            text=passage.text,
            embed_hash=passage.embed_hash,
        )
        return KeywordDocument(row=row, terms=(title, headings, summary, tags, body), words=frozenset(words))

    def _write_arrays(self, draft: Draft) -> list[SegmentState]:
        keyword, arrays = draft.folder / "keyword", draft.folder / "arrays"
        states = segment_states(keyword)
        names = {state.name for state in states}
        for folder in arrays.iterdir():
            if folder.name not in names:
                shutil.rmtree(folder)
        for state in states:
            if not (arrays / state.name).exists():
                save_segment(extract_segment(keyword, state.name), arrays / state.name)
        (draft.folder / SEGMENTS_FILE).write_text("\n".join(state.name for state in states), encoding="utf-8")
        live = np.concatenate([state.live for state in states]) if states else np.zeros(0, dtype=np.bool_)
        np.save(draft.folder / LIVE_FILE, live, allow_pickle=False)
        return states

    def _catalogue(self, live: _Live | None, changes: Changes, semantic: bool) -> dict[str, ArticleEntry]:
        catalogue = dict(live.catalogue) if live else {}
        for article_id in changes.removed:
            catalogue.pop(article_id, None)
        mark = _WITHOUT_VECTORS if semantic and self._encoder is None else ""
        for article, fingerprint in changes.written:
            catalogue[article.id] = entry_of(article, mark + fingerprint)
        return catalogue

    def _report(
        self, manifest: Manifest, changes: Changes, embedded: Embedded | None, started: float, *, promoted: bool
    ) -> IndexReport:
        return IndexReport(
            generation=manifest.name,
            promoted=promoted,
            articles=manifest.articles,
            passages=manifest.passages,
            articles_added=changes.added,
            articles_changed=len(changes.written) - changes.added,
            articles_removed=len(changes.removed),
            passages_embedded=embedded.computed if embedded else 0,
            embed_seconds=embedded.seconds if embedded else 0.0,
            total_seconds=time.perf_counter() - started,
            semantic=bool(manifest.model_fingerprint),
        )


def _with_fingerprint(entry: ArticleEntry, fingerprint: str) -> ArticleEntry:
    return ArticleEntry(
        id=entry.id,
        fingerprint=fingerprint,
        title=entry.title,
        audience=entry.audience,
        locale=entry.locale,
        headings=entry.headings,
    )


def _row_hashes(folder: Path) -> list[str]:
    names = (folder / SEGMENTS_FILE).read_text(encoding="utf-8").split()
    return [each for name in names for each in load_segment(folder / "arrays" / name).hashes]


def _matrix(
    draft: Draft, states: list[SegmentState], vectors: Mapping[str, HalfVector], dimensions: int
) -> NDArray[np.float16]:
    """Line the vectors up with the rows; deleted passages and those without a vector get zeros."""
    hashes = _row_hashes(draft.folder)
    live = np.concatenate([state.live for state in states]) if states else np.zeros(0, dtype=np.bool_)
    matrix = np.zeros((len(hashes), dimensions), dtype=np.float16)
    for row, (key, alive) in enumerate(zip(hashes, live, strict=True)):
        vector = vectors.get(key) if alive else None
        if vector is not None:
            matrix[row] = vector
    return matrix
