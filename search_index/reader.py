"""One generation opened for searching: immutable, so that any number of threads may share it."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from search_index.catalogue import ArticleEntry, load_catalogue
from search_index.errors import IndexCorrupt
from search_index.generations import FileVerifier, GenerationStore, Manifest
from search_index.keyword.bm25f import Bm25f, LiveSegment
from search_index.keyword.matching import KeywordMatcher
from search_index.keyword.postings import PassageRow, SegmentArrays, load_segment
from search_index.keyword.spelling import Vocabulary
from search_index.keyword.whoosh_index import english_analyzer
from search_index.recipe import Recipe
from search_index.semantic.segment_vectors import SegmentVectors, load_vectors
from search_index.semantic.similarity import dot_halves
from search_index.semantic.vectors import PassageVectors
from search_index.suggest import Suggester
from search_index.synonyms import SynonymRule, Synonyms, rules_from_json
from search_index.text import Analyzer

#: Holds a folder for each segment; damaged ones leave the keyword side.
VECTORS_FOLDER = "vectors"
CATALOGUE_FILE = "articles.json"
RECIPE_FILE = "recipe.json"
SYNONYMS_FILE = "synonyms.json"
LIVE_FILE = "live.npy"
SEGMENTS_FILE = "segments.txt"

Rows = NDArray[np.bool_]
#: Sets of rows by audience and locale that are remembered.
_REMEMBERED_VIEWS = 32


class GenerationReader:
    """All that searching one generation needs.

    Attributes:
        manifest: What the generation is.
        recipe: What it was built by and is asked by.
        articles: Its articles; their order gives each a number.
        row_articles: int32 of shape (rows,): number of each row's article; -1 for deleted passages.
        run_starts: Rows at which another article's passages begin.
        segments: Where the rows lie.
        rules: Its synonyms.
        vectors: None in a keyword-only index, or where they cannot be read.
        vectors_problem: Why vectors that should be there cannot be read; empty otherwise.
    """

    def __init__(
        self,
        *,
        manifest: Manifest,
        recipe: Recipe,
        articles: tuple[ArticleEntry, ...],
        segments: tuple[LiveSegment, ...],
        vectors: PassageVectors | None,
        vectors_problem: str,
        analyzer: Analyzer,
        rules: tuple[SynonymRule, ...] = (),
    ) -> None:
        self.manifest = manifest
        self.recipe = recipe
        self.articles = articles
        self.vectors = vectors
        self.vectors_problem = vectors_problem
        self.numbers = {entry.id: number for number, entry in enumerate(articles)}
        self.row_articles = _row_articles(segments, self.numbers)
        self.run_starts = _run_starts(self.row_articles)
        self.segments = segments
        self._first_rows = np.array([segment.first_row for segment in segments], dtype=np.int64)
        self.keyword = Bm25f(segments, recipe.keyword)
        self.vocabulary: Callable[[], Vocabulary] = lru_cache(maxsize=1)(self._read_vocabulary)
        self.matcher = KeywordMatcher(self.keyword, self.vocabulary, recipe.keyword, Synonyms(rules, analyzer))
        self.analyzer = analyzer
        self.suggester: Callable[[], Suggester] = lru_cache(maxsize=1)(lambda: Suggester(articles))
        self.visible: Callable[[frozenset[str], str | None], Rows] = lru_cache(maxsize=_REMEMBERED_VIEWS)(self._visible)

    @property
    def name(self) -> str:
        """Name of the generation."""
        return self.manifest.name

    @property
    def size(self) -> int:
        """Rows, those of deleted passages included."""
        return len(self.row_articles)

    def row(self, number: int) -> PassageRow:
        """Read what is shown of one passage."""
        at = int(np.searchsorted(self._first_rows, number, side="right")) - 1
        segment = self.segments[at]
        return segment.arrays.row(number - segment.first_row)

    def rows_of(self, article_id: str) -> NDArray[np.intp]:
        """List the rows of an article; none for an unknown one."""
        number = self.numbers.get(article_id)
        return np.flatnonzero(self.row_articles == (number if number is not None else -2))

    def sees(self, entry: ArticleEntry, audiences: frozenset[str], locale: str | None) -> bool:
        """Tell whether a query with these filters may find an article."""
        return entry.audience in audiences and (locale is None or entry.locale == locale)

    def visible_articles(self, audiences: frozenset[str], locale: str | None) -> Rows:
        """Mark the articles a query with these filters may find: bool of shape (articles,)."""
        return np.array([self.sees(entry, audiences, locale) for entry in self.articles], dtype=np.bool_)

    def likeness(self, number: int) -> NDArray[np.float32]:
        """Compare an article with all others, itself among them: float32 of shape (articles,), higher is nearer.

        By the mean vectors of their passages; by the words of the title in a keyword-only index.
        """
        if self.vectors is not None:
            return self._centroid_cosines(self.vectors, number)
        matches = self.matcher.match(self.articles[number].title, self.analyzer, self.row_articles >= 0)
        best = np.zeros(len(self.articles) + 1, dtype=np.float32)
        np.maximum.at(best, self.row_articles, matches.scores)
        return best[:-1]

    def _centroid_cosines(self, vectors: PassageVectors, number: int) -> NDArray[np.float32]:
        rows = self.rows_of(self.articles[number].id)
        mean = vectors.take(rows).mean(axis=0)
        mean /= float(np.linalg.norm(mean)) or 1.0
        found = [dot_halves(mean, part.centroids) for part in vectors.parts]
        likeness = np.zeros(len(self.articles) + 1, dtype=np.float32)
        likeness[_run_articles(self.segments, self.numbers)] = np.concatenate(found)
        return likeness[:-1]

    def _visible(self, audiences: frozenset[str], locale: str | None) -> Rows:
        seen = np.append(self.visible_articles(audiences, locale), False)
        return seen[self.row_articles]

    def _read_vocabulary(self) -> Vocabulary:
        return Vocabulary(word for segment in self.segments for word in segment.arrays.words)


def open_generation(
    store: GenerationStore, name: str, verifier: FileVerifier | None = None, analyzer: Analyzer | None = None
) -> GenerationReader:
    """Open a generation for searching.

    Args:
        verifier: Compares every file with the manifest first; None trusts the disk.
        analyzer: One that already knows many words; None for a new one.

    Raises:
        IndexCorrupt: Something other than the vectors is missing or damaged.
    """
    folder, manifest = store.folder(name), store.read_manifest(name)
    if verifier is not None:
        _verify(folder, manifest, verifier)
    try:
        recipe = Recipe.from_json((folder / RECIPE_FILE).read_text(encoding="utf-8"))
        rules = rules_from_json((folder / SYNONYMS_FILE).read_text(encoding="utf-8"))
        segments = _load_segments(folder)
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        raise IndexCorrupt(f"The generation {folder} cannot be read ({error}); rebuild the index.") from error
    articles = tuple(load_catalogue(folder / CATALOGUE_FILE).values())
    vectors, problem = _load_vectors(folder, manifest, segments, recipe, verifier)
    return GenerationReader(
        manifest=manifest,
        recipe=recipe,
        articles=articles,
        segments=segments,
        vectors=vectors,
        vectors_problem=problem,
        analyzer=analyzer if analyzer is not None else english_analyzer(),
        rules=rules,
    )


def verify_generation(store: GenerationStore, name: str, verifier: FileVerifier) -> Manifest:
    """Compare every file of a generation with its manifest, vectors included.

    Raises:
        IndexCorrupt: Something is missing or damaged.
    """
    manifest = store.read_manifest(name)
    for path, (size, digest) in manifest.files.items():
        verifier.verify(store.folder(name), path, size, digest)
    return manifest


def _verify(folder: Path, manifest: Manifest, verifier: FileVerifier) -> None:
    for path, (size, digest) in manifest.files.items():
        if not _is_of_vectors(path):  # judged apart
            verifier.verify(folder, path, size, digest)


def _load_segments(folder: Path) -> tuple[LiveSegment, ...]:
    names = (folder / SEGMENTS_FILE).read_text(encoding="utf-8").split()
    live = np.load(folder / LIVE_FILE, allow_pickle=False)
    arrays = [load_segment(folder / "arrays" / name) for name in names]
    return _placed(arrays, live)


def _placed(arrays: list[SegmentArrays], live: Rows) -> tuple[LiveSegment, ...]:
    if sum(each.size for each in arrays) != len(live):
        raise IndexCorrupt("The scoring arrays and the list of live passages differ in length; rebuild the index.")
    placed: list[LiveSegment] = []
    first = 0
    for each in arrays:
        alive = live[first : first + each.size]
        placed.append(LiveSegment(arrays=each, first_row=first, live=alive, whole=bool(alive.all())))
        first += each.size
    return tuple(placed)


def _is_of_vectors(path: str) -> bool:
    return path.startswith(f"{VECTORS_FOLDER}/")


def _load_vectors(
    folder: Path,
    manifest: Manifest,
    segments: tuple[LiveSegment, ...],
    recipe: Recipe,
    verifier: FileVerifier | None,
) -> tuple[PassageVectors | None, str]:
    if not manifest.model_fingerprint:
        return None, ""
    try:
        if verifier is not None:
            for path in filter(_is_of_vectors, manifest.files):
                verifier.verify(folder, path, *manifest.files[path])
        parts = [_load_part(folder, segment.arrays, manifest.dimensions) for segment in segments]
        return PassageVectors(parts, recipe.vectors), ""
    except IndexCorrupt as error:
        return None, str(error)


def _load_part(folder: Path, arrays: SegmentArrays, dimensions: int) -> SegmentVectors:
    path = folder / VECTORS_FOLDER / arrays.name
    part = load_vectors(path, dimensions)
    if part.size != arrays.size or len(part.centroids) != len(arrays.articles):
        raise IndexCorrupt(f"The vectors {path} are not those of their passages; rebuild the index.")
    return part


def _row_articles(segments: tuple[LiveSegment, ...], numbers: dict[str, int]) -> NDArray[np.int32]:
    """Number of each row's article; -1 for deleted passages."""
    counts = [count for segment in segments for _, count in segment.arrays.articles]
    rows = np.repeat(_numbers_of_runs(segments, numbers), counts)
    live = np.concatenate([np.zeros(0, dtype=np.bool_), *(segment.live for segment in segments)])
    return np.where(live, rows, np.int32(-1))


def _numbers_of_runs(segments: tuple[LiveSegment, ...], numbers: dict[str, int]) -> NDArray[np.int32]:
    ids = (article_id for segment in segments for article_id, _ in segment.arrays.articles)
    return np.array([numbers.get(article_id, -1) for article_id in ids], dtype=np.int32)


def _run_articles(segments: tuple[LiveSegment, ...], numbers: dict[str, int]) -> NDArray[np.int32]:
    """Number of each run's article; -1 where its passages were deleted."""
    counts = np.array([count for segment in segments for _, count in segment.arrays.articles], dtype=np.int64)
    live = np.concatenate([np.zeros(0, dtype=np.bool_), *(segment.live for segment in segments)])
    firsts = np.cumsum(counts) - counts
    return np.where(live[firsts], _numbers_of_runs(segments, numbers), np.int32(-1))


def _run_starts(row_articles: NDArray[np.int32]) -> NDArray[np.intp]:
    """Rows at which the passages of another article begin."""
    if not len(row_articles):
        return np.zeros(0, dtype=np.intp)
    return np.flatnonzero(np.concatenate(([True], row_articles[1:] != row_articles[:-1])))
