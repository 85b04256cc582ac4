"""The durable keyword index: the only file that knows Whoosh.

Terms are found by `text.Analyzer`, which serves every language, and handed to Whoosh ready-made; Whoosh
keeps the postings, the lengths, the spelling words and what is shown of each passage, and merges its
segments. `extract_segment` reads them out again as arrays for the hot path.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh import fields, index, query, scoring
from whoosh.analysis import SpaceSeparatedTokenizer
from whoosh.lang.porter2 import stem as porter2_stem
from whoosh.reading import SegmentReader

from search_index.errors import IndexCorrupt
from search_index.keyword.lexicon import Lexicon
from search_index.keyword.postings import PassageRow, SegmentArrays, pack_rows
from search_index.recipe import FIELDS, KeywordRecipe
from search_index.text import Analyzer

#: Whoosh field of the unstemmed words.
_SPELLING = "spelling"
#: Segments up to this many passages are merged while editing; larger ones wait for a rebuild, so that
#: one edit never has to rewrite half the index.
_MERGE_BELOW_PASSAGES = 2_000
#: A passage's hash: 32 characters.
_HASH = np.dtype("S32")
#: Stems that are remembered by all analyzers of a process; a stem depends on nothing but its word.
_REMEMBERED_STEMS = 20_000
#: Memory Whoosh may use while writing, in megabytes.
_WRITER_MEGABYTES = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class KeywordDocument:
    """A passage ready for the keyword index.

    Attributes:
        terms: For each field of `FIELDS`, its terms in order.
        words: Unstemmed words for spelling; once per article is enough.
    """

    row: PassageRow
    terms: tuple[tuple[str, ...], ...]
    words: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentState:
    """A segment of the live index.

    Attributes:
        live: bool of shape (passages,): False where a passage was deleted.
    """

    name: str
    live: NDArray[np.bool_]


@lru_cache(maxsize=_REMEMBERED_STEMS)
def stem_english(word: str) -> str:
    """Stem a folded word by Porter2."""
    try:
        return str(porter2_stem(word)) or word
    except IndexError:  # Porter2 trips over a few odd runs of letters; they are their own stem
        return word


def english_analyzer() -> Analyzer:
    """Make an analyzer of English with Porter2 stems."""
    return Analyzer(stem_english)


def create_index(folder: Path) -> None:
    """Make an empty index in a new folder.

    Raises:
        OSError: The folder cannot be written.
    """
    folder.mkdir(parents=True)
    index.create_in(str(folder), _schema())


def update_index(folder: Path, removed: Iterable[str], added: Iterable[KeywordDocument]) -> None:
    """Delete all passages of some articles and add passages, in one commit.

    Args:
        removed: Ids of articles; unknown ones are ignored.
        added: Passages of one article must follow one another.

    Raises:
        OSError: The folder cannot be written.
        IndexCorrupt: The index cannot be opened.
    """
    writer = _open(folder).writer(limitmb=_WRITER_MEGABYTES)
    try:
        for article_id in removed:
            writer.delete_by_term("article", article_id)
        for document in added:
            writer.add_document(**_whoosh_fields(document))
    except BaseException:
        writer.cancel()
        raise
    writer.commit(mergetype=_merge_small)


def segment_states(folder: Path) -> list[SegmentState]:
    """List the segments of an index in the order of their rows.

    Raises:
        IndexCorrupt: The index cannot be opened.
    """
    with _open(folder).reader() as reader:
        return [_state(leaf) for leaf, _ in reader.leaf_readers() if isinstance(leaf, SegmentReader)]


def extract_segment(folder: Path, name: str) -> SegmentArrays:
    """Read the postings, lengths, words and passages of one segment out of Whoosh.

    Raises:
        IndexCorrupt: The index or the segment cannot be read.
    """
    with _open(folder).reader() as reader:
        for leaf, _ in reader.leaf_readers():
            if isinstance(leaf, SegmentReader) and leaf.segment().segment_id() == name:
                return _extract(leaf, name)
    raise IndexCorrupt(f"Segment {name} is not in the keyword index {folder}; rebuild the index.")


def reference_scores(folder: Path, terms: Iterable[str], recipe: KeywordRecipe) -> dict[tuple[str, int], float]:
    """Score terms with Whoosh's own BM25F, slowly: the measure that the arrays are held to.

    Returns:
        The score of each passage that holds a term, by article id and passage number.
    """
    b = {f"{field}_B": value for field, value in zip(FIELDS, recipe.b, strict=True)}
    clauses = [
        query.Term(field, term, boost=weight)
        for term in terms
        for field, weight in zip(FIELDS, recipe.weights, strict=True)
    ]
    with _open(folder).searcher(weighting=scoring.BM25F(K1=recipe.k1, **b)) as searcher:
        results = searcher.search(query.Or(clauses), limit=None)
        return {(hit["row"][0], hit["row"][1]): hit.score for hit in results}


def _schema() -> fields.Schema:
    scored = {name: fields.TEXT(analyzer=SpaceSeparatedTokenizer(), phrase=False) for name in FIELDS}
    return fields.Schema(
        article=fields.ID(stored=False),
        row=fields.STORED(),
        # Scorable, though never scored: for a field without lengths Whoosh looks for a file at every posting.
        **{_SPELLING: fields.KEYWORD(scorable=True)},
        **scored,
    )


def _whoosh_fields(document: KeywordDocument) -> dict[str, Any]:
    row = document.row
    values: dict[str, Any] = {
        "article": row.article_id,
        "row": row.to_values(),
        _SPELLING: " ".join(sorted(document.words)),
    }
    for field, terms in zip(FIELDS, document.terms, strict=True):
        values[field] = " ".join(terms)
    return values


def _open(folder: Path) -> Any:
    try:
        return index.open_dir(str(folder))
    except OSError:
        raise
    except Exception as error:
        raise IndexCorrupt(f"The keyword index {folder} cannot be opened ({error}); rebuild the index.") from error


def _merge_small(writer: Any, segments: list[Any]) -> list[Any]:
    """Merge the smallest segments with the new passages while the next is no larger than twice their sum."""
    merged: list[Any] = []
    total = writer.docnum
    for segment in sorted(segments, key=lambda segment: segment.doc_count_all()):
        size = segment.doc_count_all()
        if size > min(_MERGE_BELOW_PASSAGES, 2 * total):
            break
        merged.append(segment)
        total += size
    for segment in merged:
        reader = SegmentReader(writer.storage, writer.schema, segment)
        writer.add_reader(reader)
        reader.close()
    return [segment for segment in segments if segment not in merged]


def _state(leaf: SegmentReader) -> SegmentState:
    live = np.ones(leaf.doc_count_all(), dtype=np.bool_)
    live[list(leaf.segment().deleted_docs())] = False
    return SegmentState(name=leaf.segment().segment_id(), live=live)


def _extract(leaf: SegmentReader, name: str) -> SegmentArrays:
    rows = [PassageRow.from_values(leaf.stored_fields(number)["row"]) for number in range(leaf.doc_count_all())]
    row_starts, row_bytes = pack_rows(rows)
    terms, starts, postings = _extract_postings(leaf)
    exact = np.zeros((len(FIELDS), len(rows)), dtype=np.uint32)
    np.add.at(exact, (postings["fields"], postings["rows"]), postings["counts"])
    return SegmentArrays(
        name=name,
        terms=terms,
        starts=starts,
        rows=postings["rows"],
        fields=postings["fields"],
        counts=postings["counts"],
        lengths=_extract_lengths(leaf),
        exact_lengths=exact,
        words=Lexicon.of(word.decode() for word in leaf.lexicon(_SPELLING)),
        articles=tuple((key, len(list(run))) for key, run in groupby(rows, key=lambda row: row.article_id)),
        hashes=np.array([row.embed_hash for row in rows], dtype=_HASH),
        row_starts=row_starts,
        row_bytes=row_bytes,
    )


def _extract_lengths(leaf: SegmentReader) -> NDArray[np.float32]:
    count = leaf.doc_count_all()
    lengths = [[leaf.doc_field_length(number, field) for number in range(count)] for field in FIELDS]
    return np.array(lengths, dtype=np.float32).reshape(len(FIELDS), count)


def _extract_postings(leaf: SegmentReader) -> tuple[Lexicon, NDArray[np.uint32], dict[str, NDArray[Any]]]:
    """Read all postings, sorted by term, then field, then passage."""
    rows, counts, runs = array("I"), array("f"), []
    for field_number, field in enumerate(FIELDS):
        for term in leaf.lexicon(field):
            before = len(rows)
            for row, count in _postings(leaf, field, term):
                rows.append(row)
                counts.append(count)
            runs.append((term.decode(), field_number, before, len(rows)))
    runs.sort()
    sizes = np.array([end - start for *_, start, end in runs], dtype=np.int64)
    order = _ranges(np.array([start for *_, start, _ in runs], dtype=np.int64), sizes)
    terms = {term: number for number, term in enumerate(dict.fromkeys(term for term, *_ in runs))}
    starts = np.zeros(len(terms) + 1, dtype=np.int64)
    np.add.at(starts, [terms[term] + 1 for term, *_ in runs], sizes)
    limit = np.iinfo(np.uint16).max
    return (
        Lexicon.of(terms),
        np.cumsum(starts).astype(np.uint32),
        {
            "rows": np.array(rows, dtype=np.uint32)[order],
            "counts": np.minimum(np.array(counts, dtype=np.float32)[order], limit).astype(np.uint16),
            "fields": np.repeat(np.array([field for _, field, _, _ in runs], dtype=np.uint8), sizes),
        },
    )


def _postings(leaf: SegmentReader, field: str, term: bytes) -> Iterator[tuple[int, float]]:
    matcher = leaf.postings(field, term)
    while matcher.is_active():
        yield matcher.id(), matcher.weight()
        matcher.next()


def _ranges(starts: NDArray[np.int64], sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Concatenate start..start+size for all pairs."""
    ends = np.cumsum(sizes)
    return np.repeat(starts - (ends - sizes), sizes) + np.arange(int(ends[-1]) if len(ends) else 0, dtype=np.int64)
