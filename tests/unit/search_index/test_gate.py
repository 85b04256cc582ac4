"""The gate refuses what does not hold together."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from search_index.catalogue import entry_of
from search_index.errors import GateRefused
from search_index.gate import check_generation
from search_index.generations import GenerationStore
from search_index.reader import GenerationReader, open_generation
from search_index.semantic.segment_vectors import make_vectors
from search_index.semantic.vectors import PassageVectors
from tests.unit.search_index.samples import REFUND, SHOP, article, index


@pytest.fixture
def reader(tmp_path: Path) -> GenerationReader:
    store = GenerationStore(index(tmp_path))
    return open_generation(store, store.current())


def rebuilt(reader: GenerationReader, **changes: object) -> GenerationReader:
    parts: dict[str, object] = {
        "manifest": reader.manifest,
        "recipe": reader.recipe,
        "articles": reader.articles,
        "segments": reader.segments,
        "vectors": reader.vectors,
        "vectors_problem": "",
        "analyzer": reader.analyzer,
    }
    return GenerationReader(**{**parts, **changes})  # type: ignore[arg-type]


def test_a_whole_generation_passes(reader: GenerationReader) -> None:
    check_generation(reader, [each.id for each in SHOP])
    check_generation(reader, ["unknown"])


def test_a_wrong_count_is_refused(reader: GenerationReader) -> None:
    with pytest.raises(GateRefused, match="99"):
        check_generation(rebuilt(reader, manifest=replace(reader.manifest, passages=99)), [])


def test_an_article_without_passages_is_refused(reader: GenerationReader) -> None:
    lost = entry_of(article("lost"), "")
    manifest = replace(reader.manifest, articles=5)
    with pytest.raises(GateRefused, match="lost"):
        check_generation(rebuilt(reader, manifest=manifest, articles=(*reader.articles, lost)), [])


def test_an_article_that_its_title_does_not_find_is_refused(reader: GenerationReader) -> None:
    entries = tuple(each._replace(title="quagga") if each.id == REFUND.id else each for each in reader.articles)
    with pytest.raises(GateRefused, match="quagga"):
        check_generation(rebuilt(reader, articles=entries), [REFUND.id])


def test_vectors_of_no_length_one_are_refused(reader: GenerationReader) -> None:
    for value in (np.nan, 3.0):
        vectors = PassageVectors([make_vectors(np.full((reader.size, 4), value, dtype=np.float16), [reader.size])])
        with pytest.raises(GateRefused, match="length 1"):
            check_generation(rebuilt(reader, vectors=vectors), [])


def test_unreadable_vectors_are_refused(reader: GenerationReader) -> None:
    with pytest.raises(GateRefused, match="torn"):
        check_generation(rebuilt(reader, vectors=None, vectors_problem="torn"), [])
