"""One generation opened for searching: immutable, so that any number of threads may share it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from search_index.catalogue import Catalogue, load_entries
from search_index.errors import IndexCorrupt
from search_index.generations import FileVerifier, GenerationStore, Manifest
from search_index.keyword.bm25f import Bm25f, LiveSegment
from search_index.keyword.matching import KeywordMatcher
from search_index.keyword.postings import PassageRow, SegmentArrays
from search_index.keyword.spelling import Vocabulary
from search_index.keyword.whoosh_index import english_analyzer
from search_index.recipe import Recipe
from search_index.segments import ENTRIES_FOLDER, VECTORS_FOLDER, Segment, open_segment
from search_index.semantic.passage_details import PassageDetails
from search_index.semantic.passage_embedding import Projection
from search_index.semantic.ports import Matrix
from search_index.semantic.similarity import dot_halves
from search_index.semantic.vectors import PassageVectors
from search_index.suggest import Suggester
from search_index.synonyms import SynonymRule, Synonyms, rules_from_json
from search_index.text import Analyzer

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
        parts: Its segments.
        articles: Its articles; their order gives each a number.
        row_articles: int32 of shape (rows,): number of each row's article; -1 for deleted passages.
        run_starts: Rows at which another article's passages begin.
        segments: Where the rows of each lie.
        rules: Its synonyms.
        vectors: None in a keyword-only index, or where they cannot be read.
        vectors_problem: Why vectors that should be there cannot be read; empty otherwise.
        details: Sentences and pieces of the passages; None without vectors.
    """

    def __init__(
        self,
        *,
        manifest: Manifest,
        recipe: Recipe,
        parts: Sequence[Segment],
        live: Rows,
        rules: Sequence[SynonymRule] = (),
        vectors_problem: str,
        analyzer: Analyzer,
        synonyms: Synonyms | None = None,
    ) -> None:
        """Put a generation together.

        Args:
            synonyms: The rules made ready for the analyzer before; None to do it now.
        """
        self.manifest = manifest
        self.recipe = recipe
        self.parts = tuple(parts)
        self.articles = Catalogue([part.entries for part in parts], live)
        self.numbers = self.articles.numbers
        self.vectors_problem = vectors_problem or next(filter(None, (part.vectors_problem for part in parts)), "")
        self.vectors = _vectors(parts, manifest, recipe) if not self.vectors_problem else None
        self.details = _details(self.vectors) if self.vectors is not None else None
        self._projection = Projection(manifest.dimensions, recipe.build.piece_dimensions) if self.details else None
        self.row_articles = self.articles.row_numbers()
        self.run_starts = _run_starts(self.row_articles)
        segments = _placed([part.arrays for part in parts], live)
        self.segments = segments
        self._first_rows = np.array([segment.first_row for segment in segments], dtype=np.int64)
        self.keyword = Bm25f(segments, recipe.keyword)
        self.vocabulary: Callable[[], Vocabulary] = lru_cache(maxsize=1)(self._read_vocabulary)
        ready = synonyms if synonyms is not None else Synonyms(rules, analyzer)
        self.matcher = KeywordMatcher(self.keyword, self.vocabulary, recipe.keyword, ready)
        self.analyzer = analyzer
        self.suggester: Callable[[], Suggester] = lru_cache(maxsize=1)(lambda: Suggester(self.articles))
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

    def run_of(self, row: int) -> NDArray[np.int64]:
        """List the rows of the article a live row belongs to, its lead first."""
        at = int(np.searchsorted(self.run_starts, row, side="right"))
        end = self.run_starts[at] if at < len(self.run_starts) else self.size
        return np.arange(self.run_starts[at - 1], end, dtype=np.int64)

    def project(self, pieces: Matrix) -> Matrix:
        """Turn the pieces of a question as those of passages were; only with details."""
        assert self._projection is not None  # noqa: S101
        return self._projection(pieces)

    def rows_of(self, article_id: str) -> NDArray[np.intp]:
        """List the rows of an article; none for an unknown one."""
        number = self.numbers.get(article_id)
        return self.rows_numbered(number) if number is not None else np.zeros(0, dtype=np.intp)

    def rows_numbered(self, number: int) -> NDArray[np.intp]:
        """List the rows of the article of a number, its lead first."""
        return np.flatnonzero(self.row_articles == number)

    def visible_articles(self, audiences: frozenset[str], locale: str | None) -> Rows:
        """Mark the articles a query with these filters may find: bool of shape (articles,)."""
        return self.articles.seen(audiences, locale)

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
        mean = vectors.take(self.rows_numbered(number)).mean(axis=0)
        mean /= float(np.linalg.norm(mean)) or 1.0
        found = [dot_halves(mean, part.centroids) for part in vectors.parts]
        likeness = np.zeros(len(self.articles) + 1, dtype=np.float32)
        likeness[self.articles.run_numbers()] = np.concatenate(found)
        return likeness[:-1]

    def _visible(self, audiences: frozenset[str], locale: str | None) -> Rows:
        seen = np.append(self.visible_articles(audiences, locale), False)
        return seen[self.row_articles]

    def _read_vocabulary(self) -> Vocabulary:
        return Vocabulary(word for segment in self.segments for word in segment.arrays.words)


def open_generation(
    store: GenerationStore,
    name: str,
    verifier: FileVerifier | None = None,
    analyzer: Analyzer | None = None,
    *,
    shared: GenerationReader | None = None,
    only: Collection[str] | None = None,
) -> GenerationReader:
    """Open a generation for searching.

    Args:
        verifier: Compares every file with the manifest first; None trusts the disk.
        analyzer: One that already knows many words; None for a new one.
        shared: A reader whose segments are taken over where this generation has them too.
        only: Names of segments; the others are left out, to look at what is new.

    Raises:
        IndexCorrupt: Something other than the vectors is missing or damaged.
    """
    folder, manifest = store.folder(name), store.read_manifest(name)
    problem = _verify(folder, manifest, verifier) if verifier is not None else ""
    known = {part.name: part for part in shared.parts} if shared is not None else {}
    try:
        recipe = Recipe.from_json((folder / RECIPE_FILE).read_text(encoding="utf-8"))
        rules = rules_from_json((folder / SYNONYMS_FILE).read_text(encoding="utf-8"))
        names, live = read_segments(folder)
        if only is not None:
            names, live = _restricted(folder, names, live, only)
        parts = tuple(open_segment(folder, each, manifest.dimensions, known) for each in names)
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        raise IndexCorrupt(f"The generation {folder} cannot be read ({error}); rebuild the index.") from error
    analyzer = analyzer if analyzer is not None else english_analyzer()
    return GenerationReader(
        manifest=manifest,
        recipe=recipe,
        parts=parts,
        live=live,
        rules=rules,
        vectors_problem=problem,
        analyzer=analyzer,
        synonyms=_same_synonyms(shared, rules, analyzer),
    )


def _same_synonyms(
    shared: GenerationReader | None, rules: tuple[SynonymRule, ...], analyzer: Analyzer
) -> Synonyms | None:
    """Take over what another reader made of the same rules: there are thousands of words in them."""
    known = shared.matcher.synonyms if shared is not None and shared.analyzer is analyzer else None
    return known if known is not None and known.rules == rules else None


def read_segments(folder: Path) -> tuple[list[str], Rows]:
    """Read which segments a generation has, in the order of their rows, and which of its rows are not deleted.

    Raises:
        OSError, ValueError: The files are missing or damaged.
    """
    names = (folder / SEGMENTS_FILE).read_text(encoding="utf-8").split()
    live: Rows = np.load(folder / LIVE_FILE, allow_pickle=False)
    return names, live


def _restricted(folder: Path, names: list[str], live: Rows, only: Collection[str]) -> tuple[list[str], Rows]:
    """Leave segments out of a list of them and of its live rows."""
    sizes = [int(load_entries(folder / ENTRIES_FOLDER / name).sizes.sum()) for name in names]
    kept = np.repeat(np.array([name in only for name in names], dtype=np.bool_), sizes)
    if len(kept) != len(live):
        raise IndexCorrupt("The articles and the list of live passages differ in length; rebuild the index.")
    return [name for name in names if name in only], live[kept]


def verify_generation(store: GenerationStore, name: str, verifier: FileVerifier) -> Manifest:
    """Compare every file of a generation with its manifest, vectors included.

    Raises:
        IndexCorrupt: Something is missing or damaged.
    """
    manifest = store.read_manifest(name)
    problem = _verify(store.folder(name), manifest, verifier)
    if problem:
        raise IndexCorrupt(problem)
    return manifest


def _verify(folder: Path, manifest: Manifest, verifier: FileVerifier) -> str:
    """Compare every file with the manifest; returns what is wrong with the vectors, which are judged apart."""
    problem = ""
    for path, (size, digest) in manifest.files.items():
        try:
            verifier.verify(folder, path, size, digest)
        except IndexCorrupt as error:
            if not path.startswith(f"{VECTORS_FOLDER}/"):
                raise
            problem = problem or str(error)
    return problem


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


def _vectors(parts: Sequence[Segment], manifest: Manifest, recipe: Recipe) -> PassageVectors | None:
    found = [part.vectors for part in parts if part.vectors is not None]
    whole = bool(manifest.model_fingerprint) and len(found) == len(parts)
    return PassageVectors(found, recipe.vectors) if whole else None


def _details(vectors: PassageVectors) -> PassageDetails | None:
    found = [part.details for part in vectors.parts if part.details is not None]
    return PassageDetails(found) if len(found) == len(vectors.parts) else None


def _run_starts(row_articles: NDArray[np.int32]) -> NDArray[np.intp]:
    """Rows at which the passages of another article begin."""
    if not len(row_articles):
        return np.zeros(0, dtype=np.intp)
    return np.flatnonzero(np.concatenate(([True], row_articles[1:] != row_articles[:-1])))
