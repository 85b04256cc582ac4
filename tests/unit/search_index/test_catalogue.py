"""The list of articles of a generation."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from search_index.catalogue import Catalogue, entry_of, fingerprint_of, load_entries, pack_entries, save_entries
from search_index.errors import IndexCorrupt
from search_index.records import Section
from tests.unit.search_index.samples import DELIVERY, ERRORS, REFUND, STAFF


def test_every_part_of_an_article_is_in_its_fingerprint() -> None:
    changed = [
        replace(DELIVERY, title="x"),
        replace(DELIVERY, summary="x"),
        replace(DELIVERY, tags=("x",)),
        replace(DELIVERY, audience="agents"),
        replace(DELIVERY, locale="de"),
        replace(DELIVERY, sections=DELIVERY.sections[:1]),
        replace(DELIVERY, sections=(*DELIVERY.sections, Section(anchor="y", heading="y"))),
        replace(DELIVERY, id="x"),
    ]
    prints = {fingerprint_of(each) for each in (DELIVERY, *changed)}
    assert len(prints) == len(changed) + 1
    assert fingerprint_of(DELIVERY) == fingerprint_of(replace(DELIVERY))


ENTRIES = [entry_of(each, fingerprint_of(each)) for each in (DELIVERY, ERRORS, STAFF)]


def saved(tmp_path: Path) -> Path:
    save_entries(ENTRIES, [2, 1, 3], tmp_path / "s")
    return tmp_path / "s"


def rows(*kept: bool) -> np.ndarray:
    """Which passages of the three articles are not deleted."""
    return np.repeat(np.array(kept), [2, 1, 3])


def test_entries_come_back_as_they_were_written(tmp_path: Path) -> None:
    catalogue = Catalogue([load_entries(saved(tmp_path))], rows(True, True, True))
    assert list(catalogue) == catalogue[:] == ENTRIES
    assert catalogue[1].headings == (("e-101", "E-101: no internet"), ("e-204", "E-204: wrong time"))
    assert catalogue.fingerprints([tmp_path / "s"]) == {entry.id: entry.fingerprint for entry in ENTRIES}


def test_articles_are_numbered_across_segments_without_the_deleted(tmp_path: Path) -> None:
    more = pack_entries([entry_of(REFUND, "")], [4])
    live = np.concatenate([rows(True, False, True), np.ones(4, dtype=np.bool_)])
    catalogue = Catalogue([load_entries(saved(tmp_path)), more], live)
    assert catalogue.numbers == {DELIVERY.id: 0, STAFF.id: 1, REFUND.id: 2}
    assert [entry.id for entry in catalogue] == list(catalogue.numbers)
    assert catalogue.run_numbers().tolist() == [0, -1, 1, 2]
    assert catalogue.row_numbers().tolist() == [0, 0, -1, 1, 1, 1, 2, 2, 2, 2]
    with pytest.raises(IndexError):
        catalogue[3]


def test_audience_and_locale_decide_what_is_seen() -> None:
    entries = [*ENTRIES, ENTRIES[0]._replace(id="de", locale="de")]
    catalogue = Catalogue([pack_entries(entries, [1] * 4)], np.ones(4, dtype=np.bool_))
    assert catalogue.seen(frozenset({"public"}), None).tolist() == [True, True, False, True]
    assert catalogue.seen(frozenset({"public", "agents"}), "en").tolist() == [True, True, True, False]
    assert not catalogue.seen(frozenset(), None).any()


def test_an_empty_catalogue(tmp_path: Path) -> None:
    save_entries([], [], tmp_path / "s")
    for segments in ([], [load_entries(tmp_path / "s")]):
        catalogue = Catalogue(segments, np.zeros(0, dtype=np.bool_))
        assert (len(catalogue), len(catalogue.row_numbers()), len(catalogue.run_numbers())) == (0, 0, 0)
        assert len(catalogue.seen(frozenset({"public"}), None)) == 0


def test_other_passages_are_refused(tmp_path: Path) -> None:
    with pytest.raises(IndexCorrupt, match="length"):
        Catalogue([load_entries(saved(tmp_path))], rows(True, True, True)[1:])


@pytest.mark.parametrize("name", ["columns.json", "fingerprints.json", "entries.npy", "entry_starts.npy"])
@pytest.mark.parametrize("content", [b"", b"[]", b'{"ids": [1]}', b"\x00", None])
def test_damage_is_named(tmp_path: Path, name: str, content: bytes | None) -> None:
    path = saved(tmp_path) / name
    path.unlink() if content is None else path.write_bytes(content)
    with pytest.raises(IndexCorrupt, match="rebuild"):
        Catalogue([load_entries(tmp_path / "s")], rows(True, True, True)).fingerprints([tmp_path / "s"])
