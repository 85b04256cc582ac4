"""Bringing the index on disk to the state of the articles, with as little work as that takes."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from search_index.building import Base, Builder, Space, Step, comparable
from search_index.catalogue import Catalogue, load_entries
from search_index.changes import Changes, plan_changes
from search_index.embedding import Embedded
from search_index.errors import IndexCorrupt, IndexMissing, RebuildNeeded
from search_index.gate import check_generation
from search_index.generations import Draft, FileVerifier, GenerationStore, Manifest, writing
from search_index.known_embeddings import KnownEmbeddings
from search_index.reader import RECIPE_FILE, SYNONYMS_FILE, open_generation, read_segments, verify_generation
from search_index.recipe import Recipe
from search_index.records import IndexedArticle, IndexReport, Progress, no_progress
from search_index.segments import ENTRIES_FOLDER
from search_index.semantic.embedding_cache import EmbeddingCache
from search_index.semantic.ports import PassageEncoder
from search_index.synonyms import SynonymRule, rules_to_json, shipped_rules

#: Generations that stay on disk: the live one and two to go back to.
_KEPT_GENERATIONS = 3


def no_step(name: str) -> None:
    """The step hook that does nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Live:
    """The live generation as far as an indexer carries it on."""

    manifest: Manifest
    segments: tuple[str, ...]
    catalogue: Catalogue
    fingerprints: dict[str, str]


class Indexer:
    """Writes generations. One at a time per folder; a second one waits or raises `IndexLocked`.

    Args:
        root: The index folder.
        encoder: Embeds passages; None makes an index without vectors, or carries on one that has some.
        recipe: What the index is built by; another one than last time rebuilds it beside the live one.
        synonyms: The site's own, besides those that suit any help centre; when they change, the articles are not
            read again.
        lock_wait_seconds: How long to wait for another indexer.
        kept_vectors: A folder in which vectors outlive this index, for indexes that are thrown away; None keeps
            them elsewhere only until their generation is live.
        step: For tests: called before each step; what it raises stops the run there.
    """

    def __init__(
        self,
        root: Path,
        encoder: PassageEncoder | None,
        recipe: Recipe | None = None,
        *,
        synonyms: Iterable[SynonymRule] = (),
        lock_wait_seconds: float = 10.0,
        kept_vectors: Path | None = None,
        step: Step = no_step,
    ) -> None:
        self._root = root
        self._store = GenerationStore(root)
        self._encoder = encoder
        self._recipe = recipe if recipe is not None else Recipe()
        self._synonyms = rules_to_json((*synonyms, *shipped_rules()))
        self._lock_wait_seconds = lock_wait_seconds
        self._step = step
        self._verifier = FileVerifier()
        self._keeps = kept_vectors is not None
        vectors = kept_vectors if kept_vectors is not None else root / "embeddings"
        self._cache = self._open_cache(vectors, encoder) if encoder is not None else None
        self._builder = Builder(encoder, self._cache, self._recipe, self._synonyms, step)

    def _open_cache(self, folder: Path, encoder: PassageEncoder) -> EmbeddingCache:
        kept = self._recipe.build.kept_dimensions(encoder.dimensions)
        return EmbeddingCache(folder / f"{encoder.fingerprint}-{kept}", encoder.dimensions, kept)

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
            known = live.fingerprints if live else {}
            changes = plan_changes(known, wanted, sorted(known.keys() - {article.id for article in wanted}))
            if live is not None and not changes and not self._is_whole(live):
                live, changes = None, plan_changes({}, wanted, ())
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
            changes = plan_changes(live.fingerprints, changed, removed_ids)
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
        """Read the live generation; None when it is missing, damaged or of another recipe or model.

        Files that nobody touched since it was sealed are not read again; readers and `_is_whole` do that.
        """
        try:
            name = self._store.current()
            manifest, folder = self._store.read_manifest(name), self._store.folder(name)
            fingerprint = self._encoder.fingerprint if self._encoder else manifest.model_fingerprint
            if manifest.build_hash != self._recipe.build_hash(fingerprint):
                return None
            self._verifier.trust(folder, manifest)
            verify_generation(self._store, name, self._verifier)
            segments, catalogue = _read_catalogue(folder)
            fingerprints = catalogue.fingerprints(folder / ENTRIES_FOLDER / each for each in segments)
        except (IndexMissing, IndexCorrupt, OSError, ValueError):
            return None
        known = fingerprints if self._encoder is not None else comparable(fingerprints)
        return _Live(manifest=manifest, segments=segments, catalogue=catalogue, fingerprints=known)

    def _is_whole(self, live: _Live) -> bool:
        """Read every file of the live generation and compare it with the manifest."""
        try:
            verify_generation(self._store, live.manifest.name, FileVerifier())
        except IndexCorrupt:
            return False
        return True

    def _carry_out(self, live: _Live | None, changes: Changes, progress: Progress) -> IndexReport:
        started = time.perf_counter()
        if live is not None and not changes and self._is_asked_alike(live):
            return _report(live.manifest, changes, None, time.perf_counter() - started)
        base = self._base(live)
        with writing(self._root):
            self._step("begin")
            draft = self._store.begin(live.manifest.name if live else None)
            try:
                manifest, embedded = self._builder.fill(draft, base, changes, progress)
                self._seal(draft, manifest, changes, live.segments if live else ())
                self._promote(draft)
            except BaseException:
                self._discard(draft)
                raise
        progress("write", 3, 3)
        return _report(manifest, changes, embedded, time.perf_counter() - started)

    def _is_asked_alike(self, live: _Live) -> bool:
        """Whether the live generation is searched by this very recipe and these synonyms."""
        folder = self._store.folder(live.manifest.name)
        recipe, synonyms = ((folder / name).read_text(encoding="utf-8") for name in (RECIPE_FILE, SYNONYMS_FILE))
        return recipe == self._recipe.to_json() and synonyms == self._synonyms

    def _base(self, live: _Live | None) -> Base:
        if self._encoder is not None:
            encoder = self._encoder
            space = Space(model=encoder.name, fingerprint=encoder.fingerprint, dimensions=encoder.dimensions)
        elif live is not None:
            of = live.manifest
            space = Space(model=of.model, fingerprint=of.model_fingerprint, dimensions=of.dimensions)
        else:
            space = Space()
        return Base(
            catalogue=live.catalogue if live else None,
            embeddings=KnownEmbeddings(
                self._store, self._verifier, space.fingerprint, self._recipe.build.kept_dimensions(space.dimensions)
            ),
            space=space,
        )

    def _seal(self, draft: Draft, manifest: Manifest, changes: Changes, checked: tuple[str, ...]) -> None:
        """Seal a draft and look at what it has besides segments that were checked before."""
        self._step("manifest")
        self._store.seal(draft, manifest, self._verifier)
        self._step("gate")
        segments, catalogue = _read_catalogue(self._store.folder(draft.name))
        fresh = set(segments) - set(checked)
        reader = open_generation(self._store, draft.name, self._verifier, only=fresh)
        check_generation(reader, catalogue, [article.id for article, _ in changes.written], changes.removed)

    def _promote(self, draft: Draft) -> None:
        self._step("promote")
        self._store.promote(draft.name)
        self._step("prune")
        self._store.prune(_KEPT_GENERATIONS)
        if self._cache is not None and not self._keeps:
            self._cache.clear()

    def _discard(self, draft: Draft) -> None:
        """Remove a draft that failed, unless it has just become the live generation."""
        try:
            promoted = self._store.current() == draft.name
        except (IndexMissing, IndexCorrupt):
            promoted = False
        if not promoted:
            self._store.discard(draft)


def _read_catalogue(folder: Path) -> tuple[tuple[str, ...], Catalogue]:
    names, live = read_segments(folder)
    return tuple(names), Catalogue([load_entries(folder / ENTRIES_FOLDER / name) for name in names], live)


def _report(manifest: Manifest, changes: Changes, embedded: Embedded | None, seconds: float) -> IndexReport:
    """Describe a run; `embedded` is None when there was nothing to do."""
    return IndexReport(
        generation=manifest.name,
        promoted=embedded is not None,
        articles=manifest.articles,
        passages=manifest.passages,
        articles_added=changes.added,
        articles_changed=len(changes.written) - changes.added,
        articles_removed=len(changes.removed),
        passages_embedded=embedded.computed if embedded else 0,
        embed_seconds=embedded.seconds if embedded else 0.0,
        total_seconds=seconds,
        semantic=bool(manifest.model_fingerprint),
    )
