"""The articles of a generation: what is known of each without reading its passages.

As postings and vectors are, entries are kept segment by segment, written once and linked from generation to
generation. What every search filters by is in memory; titles and headings are read when they are asked for.

    columns.json        of each article its id, its number of passages, its audience and locale
    fingerprints.json   what each article was indexed from, for the indexer alone
    entries.npy         the entries as JSON, end to end, as bytes …
    entry_starts.npy    … and where each begins
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, overload

import numpy as np
from numpy.typing import NDArray

from search_index.errors import IndexCorrupt
from search_index.records import IndexedArticle
from search_index.stored_array import StoredArray

Marks = NDArray[np.bool_]


class ArticleEntry(NamedTuple):
    """An indexed article without its text; a tuple, because thousands are read to suggest titles.

    Attributes:
        fingerprint: Of everything that was indexed; see `fingerprint_of`.
        headings: Anchor and words of each heading, in reading order.
    """

    id: str
    fingerprint: str
    title: str
    audience: str
    locale: str
    headings: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentEntries:
    """The articles of one segment, in the order of their passages, deleted ones included.

    Attributes:
        sizes: int64, the number of passages of each article.
        views: The pairs of audience and locale that occur.
        view_numbers: int32, the place in `views` of each article's pair.
        content: The entries as JSON, end to end: uint8.
        starts: int64 of shape (articles + 1,): where each begins.
    """

    ids: tuple[str, ...]
    sizes: NDArray[np.int64]
    views: tuple[tuple[str, str], ...]
    view_numbers: NDArray[np.int32]
    content: StoredArray | NDArray[np.uint8]
    starts: NDArray[np.int64]

    def entry(self, number: int) -> ArticleEntry:
        """Read one entry.

        Raises:
            IndexCorrupt: The file has been damaged meanwhile.
        """
        try:
            return _entry(json.loads(self.content[int(self.starts[number]) : int(self.starts[number + 1])].tobytes()))
        except (OSError, ValueError, TypeError) as error:
            raise IndexCorrupt(f"An entry of the index cannot be read ({error}); rebuild the index.") from error


class Catalogue(Sequence[ArticleEntry]):
    """All articles of a generation; an article's number is its place. Immutable, so safe for threads.

    Args:
        segments: In the order of their rows.
        live: bool of shape (rows,): which passages are not deleted. An article is deleted as a whole.

    Raises:
        IndexCorrupt: The segments have more or fewer passages.
    """

    def __init__(self, segments: Sequence[SegmentEntries], live: Marks) -> None:
        self._segments = tuple(segments)
        self._sizes = np.concatenate([np.zeros(0, dtype=np.int64), *(segment.sizes for segment in segments)])
        if int(self._sizes.sum()) != len(live):
            raise IndexCorrupt("The articles and the list of live passages differ in length; rebuild the index.")
        self._live = live
        self._kept_runs = live[np.cumsum(self._sizes) - self._sizes]
        ends = np.cumsum([len(segment.ids) for segment in segments])[:-1]
        self._kept = [np.flatnonzero(each) for each in np.split(self._kept_runs, ends)] if segments else []
        self._firsts = np.cumsum([0, *(len(kept) for kept in self._kept)])
        ids = (segment.ids[place] for segment, kept in self._parts() for place in kept.tolist())
        #: Number of each article by id.
        self.numbers = {article_id: number for number, article_id in enumerate(ids)}

    @overload
    def __getitem__(self, number: int) -> ArticleEntry: ...

    @overload
    def __getitem__(self, number: slice) -> Sequence[ArticleEntry]: ...

    def __getitem__(self, number: int | slice) -> ArticleEntry | Sequence[ArticleEntry]:
        if isinstance(number, slice):
            return [self[each] for each in range(*number.indices(len(self)))]
        if not 0 <= number < len(self):
            raise IndexError(number)
        owner = int(np.searchsorted(self._firsts, number, side="right")) - 1
        return self._segments[owner].entry(int(self._kept[owner][number - self._firsts[owner]]))

    def __len__(self) -> int:
        return int(self._firsts[-1])

    def seen(self, audiences: frozenset[str], locale: str | None) -> Marks:
        """Mark the articles a query with these filters may find: bool of shape (articles,)."""
        marks = [np.zeros(0, dtype=np.bool_)]
        for segment, kept in self._parts():
            seen = [audience in audiences and locale in (None, own) for audience, own in segment.views]
            marks.append(np.array(seen, dtype=np.bool_)[segment.view_numbers[kept]])
        return np.concatenate(marks)

    def run_numbers(self) -> NDArray[np.int32]:
        """Number of the article of each run of passages, segment by segment; -1 for a deleted one."""
        return np.where(self._kept_runs, np.cumsum(self._kept_runs) - 1, -1).astype(np.int32)

    def row_numbers(self) -> NDArray[np.int32]:
        """Number of the article of each passage; -1 for deleted ones."""
        return np.where(self._live, np.repeat(self.run_numbers(), self._sizes), np.int32(-1))

    def fingerprints(self, folders: Iterable[Path]) -> dict[str, str]:
        """Read what each article was indexed from, by id.

        Args:
            folders: Of the segments, in their order.

        Raises:
            IndexCorrupt: A file is missing or damaged.
        """
        found: dict[str, str] = {}
        for folder, (segment, kept) in zip(folders, self._parts(), strict=True):
            fingerprints = load_fingerprints(folder, len(segment.ids))
            found.update((segment.ids[place], fingerprints[place]) for place in kept.tolist())
        return found

    def _parts(self) -> Iterable[tuple[SegmentEntries, NDArray[np.intp]]]:
        return zip(self._segments, self._kept, strict=True)


def fingerprint_of(article: IndexedArticle) -> str:
    """Hash all that the index knows of an article; it changes whenever the article must be indexed again."""
    sections = [[each.anchor, each.heading, each.path, each.text] for each in article.sections]
    content = [article.id, article.title, article.summary, article.tags, article.audience, article.locale, sections]
    return hashlib.sha256(json.dumps(content, ensure_ascii=True).encode("ascii")).hexdigest()[:32]


def entry_of(article: IndexedArticle, fingerprint: str) -> ArticleEntry:
    """Note an article down."""
    return ArticleEntry(
        id=article.id,
        fingerprint=fingerprint,
        title=article.title,
        audience=article.audience,
        locale=article.locale,
        headings=tuple((section.anchor, section.heading) for section in article.sections if section.heading),
    )


def pack_entries(entries: Sequence[ArticleEntry], sizes: Sequence[int]) -> SegmentEntries:
    """Put the entries of a segment together; `sizes` has the number of passages of each."""
    views = tuple(dict.fromkeys((entry.audience, entry.locale) for entry in entries))
    places = {view: place for place, view in enumerate(views)}
    encoded = [json.dumps(entry).encode("ascii") for entry in entries]
    return SegmentEntries(
        ids=tuple(entry.id for entry in entries),
        sizes=np.array(sizes, dtype=np.int64),
        views=views,
        view_numbers=np.array([places[entry.audience, entry.locale] for entry in entries], dtype=np.int32),
        content=np.frombuffer(b"".join(encoded), dtype=np.uint8),
        starts=np.cumsum([0, *map(len, encoded)], dtype=np.int64),
    )


def save_entries(entries: Sequence[ArticleEntry], sizes: Sequence[int], folder: Path) -> None:
    """Write the entries of a segment into a new folder.

    Raises:
        OSError: The folder cannot be written.
    """
    folder.mkdir(parents=True)
    packed = pack_entries(entries, sizes)
    columns = {
        "ids": packed.ids,
        "sizes": packed.sizes.tolist(),
        "views": packed.views,
        "view_numbers": packed.view_numbers.tolist(),
    }
    (folder / "columns.json").write_text(json.dumps(columns), encoding="utf-8")
    fingerprints = [entry.fingerprint for entry in entries]
    (folder / "fingerprints.json").write_text(json.dumps(fingerprints), encoding="utf-8")
    np.save(folder / "entries.npy", np.asarray(packed.content), allow_pickle=False)
    np.save(folder / "entry_starts.npy", packed.starts, allow_pickle=False)


def load_entries(folder: Path) -> SegmentEntries:
    """Open the entries of a segment.

    Raises:
        IndexCorrupt: A file is missing or damaged.
    """
    try:
        columns = json.loads((folder / "columns.json").read_text(encoding="utf-8"))
        segment = SegmentEntries(
            ids=tuple(columns["ids"]),
            sizes=np.array(columns["sizes"], dtype=np.int64),
            views=tuple((audience, locale) for audience, locale in columns["views"]),
            view_numbers=np.array(columns["view_numbers"], dtype=np.int32),
            content=StoredArray(folder / "entries.npy"),
            starts=np.load(folder / "entry_starts.npy", allow_pickle=False),
        )
        lengths = {len(segment.ids), len(segment.sizes), len(segment.view_numbers), len(segment.starts) - 1}
        if len(lengths) != 1:
            raise ValueError("its columns differ in length")
    except (OSError, ValueError, KeyError, TypeError, EOFError) as error:
        raise IndexCorrupt(f"{folder} cannot be read ({error}); rebuild the index.") from error
    return segment


def load_fingerprints(folder: Path, count: int) -> list[str]:
    """Read the fingerprints of a segment's articles, in their order.

    Raises:
        IndexCorrupt: The file is missing or damaged.
    """
    try:
        fingerprints: list[str] = json.loads((folder / "fingerprints.json").read_text(encoding="utf-8"))
        if len(fingerprints) != count:
            raise ValueError("its fingerprints are not those of its articles")
    except (OSError, ValueError) as error:
        raise IndexCorrupt(f"{folder} cannot be read ({error}); rebuild the index.") from error
    return fingerprints


def _entry(row: list[Any]) -> ArticleEntry:
    article_id, fingerprint, title, audience, locale, headings = row
    labels = tuple((anchor, heading) for anchor, heading in headings)
    return ArticleEntry(article_id, fingerprint, title, audience, locale, labels)
