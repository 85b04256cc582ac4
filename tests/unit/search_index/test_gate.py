"""The gate refuses what does not hold together."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from search_index.catalogue import pack_entries
from search_index.errors import GateRefused
from search_index.gate import check_generation
from search_index.generations import GenerationStore
from search_index.reader import GenerationReader, open_generation
from search_index.segments import Segment
from search_index.semantic.segment_vectors import make_vectors
from tests.unit.search_index.samples import REFUND, SHOP, index

ALL = [each.id for each in SHOP]


@pytest.fixture
def reader(tmp_path: Path) -> GenerationReader:
    store = GenerationStore(index(tmp_path))
    return open_generation(store, store.current())


def rebuilt(reader: GenerationReader, **changes: object) -> GenerationReader:
    parts: dict[str, object] = {
        "manifest": reader.manifest,
        "recipe": reader.recipe,
        "parts": reader.parts,
        "live": reader.segments[0].live,
        "rules": (),
        "vectors_problem": "",
        "analyzer": reader.analyzer,
    }
    return GenerationReader(**{**parts, **changes})  # type: ignore[arg-type]


def check(reader: GenerationReader, written: Collection[str] = (), removed: Collection[str] = ()) -> None:
    check_generation(reader, reader.articles, written, removed)


def with_part(reader: GenerationReader, **changes: object) -> GenerationReader:
    (part,) = reader.parts
    return rebuilt(reader, parts=[replace(part, **changes)])  # type: ignore[arg-type]


def test_a_whole_generation_passes(reader: GenerationReader) -> None:
    check(reader, ALL, ["unknown"])
    check(reader)


def test_a_wrong_count_is_refused(reader: GenerationReader) -> None:
    for changed in (replace(reader.manifest, passages=99), replace(reader.manifest, articles=99)):
        with pytest.raises(GateRefused, match="99"):
            check(rebuilt(reader, manifest=changed))


def test_an_article_that_is_not_there_is_refused(reader: GenerationReader) -> None:
    with pytest.raises(GateRefused, match="'lost' is not in it"):
        check(reader, ["lost"])


def test_an_article_that_should_have_gone_is_refused(reader: GenerationReader) -> None:
    with pytest.raises(GateRefused, match="still in it"):
        check(reader, (), [REFUND.id])


def test_an_article_in_two_places_is_refused(reader: GenerationReader) -> None:
    (part,) = reader.parts
    entries = [entry._replace(id=REFUND.id) for entry in reader.articles]
    with pytest.raises(GateRefused, match="1 articles, not 4"):
        check(with_part(reader, entries=pack_entries(entries, part.entries.sizes.tolist())))


def test_an_article_that_its_title_does_not_find_is_refused(reader: GenerationReader) -> None:
    (part,) = reader.parts
    entries = [entry._replace(title="quagga") if entry.id == REFUND.id else entry for entry in reader.articles]
    with pytest.raises(GateRefused, match="quagga"):
        check(with_part(reader, entries=pack_entries(entries, part.entries.sizes.tolist())), [REFUND.id])


def test_vectors_of_no_length_one_are_refused(reader: GenerationReader) -> None:
    (part,) = reader.parts
    sizes = part.entries.sizes.tolist()
    for value in (np.nan, 3.0):
        vectors = make_vectors(np.full((reader.size, 4), value, dtype=np.float16), sizes)
        with pytest.raises(GateRefused, match="length 1"):
            check(with_part(reader, vectors=vectors))


def test_unreadable_vectors_are_refused(reader: GenerationReader) -> None:
    with pytest.raises(GateRefused, match="torn"):
        check(with_part(reader, vectors=None, vectors_problem="torn"))


def test_what_is_new_is_looked_at_alone(tmp_path: Path, reader: GenerationReader) -> None:
    (part,) = reader.parts
    assert isinstance(part, Segment)
    store = GenerationStore(tmp_path)
    nothing = open_generation(store, store.current(), only=())
    check_generation(nothing, reader.articles, (), ["unknown"])
    assert (nothing.size, len(nothing.articles)) == (0, 0)
    assert open_generation(store, store.current(), only=[part.name]).size == reader.size
